"""The programs of the corpus are run by the checker only: pytest imports none of them."""

collect_ignore_glob = ["programs/*", "held_out/*", "shapes/*"]
