"""From a Program to the Program of its derivatives."""
