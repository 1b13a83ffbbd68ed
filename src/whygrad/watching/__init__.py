"""From NumPy code to a Program: stand-ins, NumPy's names, re-made functions, names, writes in place."""
