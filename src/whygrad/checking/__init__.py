"""A hand-written backward pass against the derived one: the first wrong line, why, and the line that is right."""
