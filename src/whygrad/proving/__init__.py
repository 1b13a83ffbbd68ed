"""Is the gradient right? Checks against numbers that are had without deriving anything."""
