"""Gradients that show their work: derive, explain, check and run the backward pass of NumPy code."""

from whygrad.api import check, derive, grad, jvp, value_and_grad, verify
from whygrad.api import load_ipython_extension as load_ipython_extension  # what IPython looks for

__version__ = "0.1.0"
__all__ = ["check", "derive", "grad", "jvp", "value_and_grad", "verify"]
