"""A hand-written backward pass against the derived one: the first wrong line, what is wrong with it, the line that is right."""
