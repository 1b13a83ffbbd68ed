"""Reports made by hand, for the tests of what shows them: the issue's own example, and one of each other verdict."""

from pathlib import Path

from whygrad.checking.report import (
    CheckedLoss,
    CheckedParameter,
    CheckReport,
    Edit,
    Finding,
    Fix,
    Note,
)

NET = """\
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
for j in range(60000):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    k2_error = y - k2
    k2_delta = k2_error * k2 * (1 - k2)
    k1_error = k2_error.dot(syn1.T)
    k1_delta = k1_error * k1 * (1 - k1)
    syn1 += k1.T.dot(k2_delta)
    syn0 += X.T.dot(k1_delta)
"""
WRONG, RIGHT = "    k1_error = k2_error.dot(syn1.T)", "    k1_error = k2_delta.dot(syn1.T)"
PARAMETERS = (
    CheckedParameter("syn1", 12, True, 3e-11, 1.0),
    CheckedParameter("syn0", 13, False, 0.41, None),
)


def slip(file: str) -> Finding:
    """The tutorial's classic slip, as the issue tells it."""
    return Finding(
        file,
        10,
        16,
        24,
        "missing-slope",
        "the error is sent back instead of the gradient; k2's slope is missing",
        label="is −∂E/∂k2. Through syn1 comes back −∂E/∂z2 = k2_error · k2(1 − k2), kept in k2_delta (line 9)",
        why="k1 reaches the loss through z2 = k1 @ syn1 (line 7) and then through the sigmoid",
        fix=Fix(file, (Edit(10, WRONG, RIGHT),)),
        verified=True,
        checked="with this change both gradients agree with ½ Σ (y − k2)² to 3e-11",
        also=(),
    )


def several_edits(file: str) -> Finding:
    """A fix that changes two lines, puts one in and takes one out."""
    edits = (
        Edit(
            11, "    k1_delta = k1_error * k1 * (1 - k1)", "    slope = k1 * (1 - k1)\n    k1_delta = k1_error * slope"
        ),
        Edit(12, "", "    assert k1_delta.shape == k1.shape"),
        Edit(8, "    k2_error = y - k2", ""),
    )
    message = "the slope is taken at another value"
    return Finding(file, 11, 16, 24, "slope-at-wrong-point", message, fix=Fix(file, edits), also=(8, 12))


def wrong(file: str, *findings: Finding) -> CheckReport:
    loss = CheckedLoss("½ Σ (y − k2)²", "inferred")
    return CheckReport(file, "wrong", loss, PARAMETERS, findings or (slip(file),))


def right(file: str) -> CheckReport:
    parameters = tuple(CheckedParameter(name, 12, True, 3.1e-11, 4.0) for name in ("syn1", "syn0"))
    note = Note("all gradients are 4 times as long: the same direction, another rate", 12)
    return CheckReport(file, "right", CheckedLoss("Σ (y − k2)²", "declared", 8), parameters, notes=(note,))


def unchecked(file: str) -> CheckReport:
    return CheckReport(
        file,
        "unchecked",
        reason="no parameter is updated",
        line=5,
        instead="name a function that returns the loss and its gradients: net.py:FUNCTION",
    )


def written(folder: Path) -> str:
    """The program in a file."""
    file = folder / "net.py"
    file.write_text(NET, encoding="utf-8")
    return str(file)
