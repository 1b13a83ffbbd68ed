"""Programs as formulas: one tree, printed as LaTeX and as MathML."""
