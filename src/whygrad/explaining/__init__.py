"""From Programs to what a person reads: the Derivation, and one printer a file."""
