"""The networks that `whygrad demo` shows: plain NumPy, watched like anybody's code."""
