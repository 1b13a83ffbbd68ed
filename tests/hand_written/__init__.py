"""Backward passes as a good author writes them by hand, each beside the plain loss that it is for.

A pass is a function of the loss's arguments that runs forward, then, below the comment `# backward`, computes the
gradients in lines a textbook would show, and returns them (one, or a tuple in the order of the arguments).
tests/test_hand_written.py holds the derived gradients against them, and the printed code against their length.
"""

from hand_written.classifiers import PASSES as CLASSIFIERS
from hand_written.images import PASSES as IMAGES
from hand_written.layers import PASSES as LAYERS
from hand_written.models import PASSES as MODELS
from hand_written.sequences import PASSES as SEQUENCES

PASSES = (*CLASSIFIERS, *LAYERS, *IMAGES, *SEQUENCES, *MODELS)
