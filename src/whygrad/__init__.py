"""Gradients that show their work: derive, explain, check and run the backward pass of NumPy code."""

from whygrad.api import derive, grad, jvp, value_and_grad, verify

__version__ = "0.1.0"
__all__ = ["derive", "grad", "jvp", "value_and_grad", "verify"]
