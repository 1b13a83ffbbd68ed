"""The local page that re-runs the engine: a server for the browser, and a process for the author's code."""
