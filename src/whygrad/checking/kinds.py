"""The kinds of mistakes, by stable identifiers: what each is called, how it shows in training, the lesson."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mistake: its identifier, what it is called, how it shows in training, the lesson in two sentences.

    `headline` is what a message of this kind begins with.
    """

    name: str
    title: str
    shows: str
    lesson: str
    headline: str = "wrong gradient"


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "missing-slope",
            "the activation's slope is missing",
            "Small networks still learn, only slower or along odd ways: the sign of each entry stays right, because "
            "the slope of a sigmoid or a tanh is positive. Units that are saturated are moved as if they were not.",
            "A gradient that goes back through y = f(z) is multiplied by f′(z), at the output as in every hidden "
            "layer. Only where the loss cancels the slope (cross-entropy after sigmoid or softmax) does it not "
            "appear.",
        ),
        Kind(
            "slope-at-wrong-point",
            "the slope is taken at the wrong value",
            "The loss falls at first and then hangs, or wanders: with k(1 − k) at z in place of k the factor can even "
            "be negative. A sigmoid of a sigmoid has nearly the same slope everywhere, so that saturated units look "
            "fresh.",
            "f′ is taken where f was taken in the forward pass: at the same layer, the same step, the same z. A "
            "formula in terms of the output, k(1 − k) or 1 − h², wants the output; one in terms of z wants z.",
        ),
        Kind(
            "wrong-slope",
            "the slope's formula is wrong, or another activation's",
            "Training works for small weights, where many slopes look alike, and stops working as the units saturate. "
            "With relu and a sigmoid's slope the gradient is far too small, or negative.",
            "Each activation has its own derivative: k(1 − k) for the sigmoid, 1 − h² for tanh, z > 0 for relu. "
            "Whoever changes the activation in the forward pass changes it in the backward pass.",
        ),
        Kind(
            "wrong-operand",
            "another matrix or variable is meant",
            "If the shapes fit by chance nothing complains; the loss falls more slowly than it should, or not at all "
            "in one layer. If they do not fit today, they may with other sizes.",
            "The gradient of a product x @ W by one factor is made with the other factor: x for W, W for x. Names in "
            "a backward pass come in pairs (layer, gradient): read each line and ask which pair it belongs to.",
        ),
        Kind(
            "transpose",
            "a transpose is missing or too many",
            "With square weights nothing complains: the error is sent back along the wrong connections, and deeper "
            "layers learn something, but not this task.",
            "Through x @ W the gradient comes back as g @ W.T, and W's own is x.T @ g. Shapes tell where the "
            "transpose stands, unless sizes are equal: test with unequal ones.",
        ),
        Kind(
            "product",
            "elementwise product for matrix product, or back",
            "Broadcasting makes an array of a wrong shape or, with sizes that happen to fit, of the right one with "
            "wrong numbers.",
            "Slopes are multiplied entry by entry, because an activation works entry by entry; weights are multiplied "
            "as matrices, because they mix. Which product stands in the forward pass stands in the backward pass.",
        ),
        Kind(
            "sum-axis",
            "a sum is missing, doubled or over the wrong axis",
            "Broadcasting hides it: a bias of the wrong shape grows an axis, or each entry moves by the sum over all. "
            "The loss falls nevertheless, since the weights make up for the bias.",
            "What was used for many entries gets the sum of their gradients: a bias added to each row is summed over "
            "the rows, axis 0. What the forward pass spread out, the backward pass sums, over the same axes.",
        ),
        Kind(
            "scale",
            "a factor such as 1/n is missing or too many",
            "One layer learns at another rate than the rest, and the best rate changes with the size of the batch. A "
            "factor that all gradients share is only another learning rate.",
            "If the loss is a mean, each gradient has the 1/n once; it enters with the first line and travels along. "
            "Constants of the loss (the ½, the 2 of the square) belong into the first line, too, and nowhere else.",
        ),
        Kind(
            "sign",
            "the sign is wrong",
            "The loss grows, or one layer works against the others: it falls, hangs, and falls again. A wrong sign in "
            "one bias can hide for long.",
            "A gradient is subtracted; target − output is already minus the gradient and is added. Choose one of the "
            "two at the output and keep it through all lines.",
        ),
        Kind(
            "softmax-jacobian",
            "softmax's Jacobian is incomplete, doubled or over the wrong axis",
            "Training is slow and never gets sure, since classes that lose are not pushed down by the one that wins. "
            "With the derivative twice the gradient dies as soon as the outputs are near 0 or 1.",
            "Every output of a softmax depends on every input: ∂L/∂z = p · (g − Σ g p), the sum over the axis of the "
            "classes. With cross-entropy the whole is p − y, and no further slope is multiplied in.",
        ),
        Kind(
            "updated-weights",
            "weights are used after their update",
            "Nearly invisible with a small rate: the loss falls almost as it should, and no two programs agree in the "
            "later digits. With a large rate training becomes unsteady.",
            "All gradients belong to one point, the weights that made the forward pass. Compute them all first, and "
            "update then.",
        ),
        Kind(
            "upstream-lost",
            "the upstream gradient is missing, overwritten or partly lost",
            "Parts of the network do not learn from the task, or learn from the last step, the last branch or the "
            "last repetition only.",
            "A layer's gradient is its local derivative times what comes from above, and where a value was used more "
            "than once the shares are added. `=` where `+=` is meant keeps the last share; `a[i] += g` adds once for "
            "each distinct index, np.add.at for every one.",
        ),
        Kind(
            "time-steps",
            "a path through time is missing, or an index is off",
            "Short dependencies are learned and long ones never; or the first or last element of a sequence is "
            "treated as if it were another one.",
            "The state at t reaches the loss through its output and through the state at t + 1; both are added. Write "
            "down for t = 0 and for the last t which indices are used: −1 is a valid index and means the end.",
        ),
        Kind(
            "regularisation",
            "the regularisation term is missing, wrong, or on biases",
            "The weights are pulled more or less than the loss says, so that the best λ is another one than reported. "
            "The data's part of the gradient is right, and training looks healthy.",
            "What is added to the loss adds its own gradient: ½ λ Σ W² adds λ W, λ Σ W² adds 2 λ W. It is added to "
            "exactly those parameters that the loss names.",
        ),
        Kind(
            "normalisation",
            "terms of a normalisation layer are missing",
            "The layers before move as a whole, although a common shift or factor cannot change the output; training "
            "is unsteady at rates that should be fine.",
            "Mean and deviation depend on every entry, so each entry's gradient has three terms: its own, one through "
            "the mean, one through the deviation. Both sums go over the axis that was normalised.",
        ),
        Kind(
            "activation-on-gradient",
            "the activation itself is applied to the gradient",
            "Gradients that are negative are cut off or squeezed, so units can be pushed only one way. Relu networks "
            "freeze, sigmoid networks drift.",
            "Backwards a gradient is multiplied by the slope, a number fixed in the forward pass; the way back is "
            "linear. f(g) is never right: relu's is g · (z > 0).",
        ),
        Kind(
            "cache-changed",
            "a value kept for the backward pass is changed before it is used",
            "Results depend on the order of lines that look independent, and change when a copy is made for printing.",
            "An array has one memory, whatever names it has: z[z < 0] = 0 and p[range(n), y] -= 1 change what was "
            "kept. Keep a copy, or write into a new array.",
        ),
        Kind(
            "no-effect",
            "a statement has no effect",
            "The program behaves as if the line were not there: a clip that does not clip, a transposition that is "
            "dropped, a gradient that never arrives.",
            "NumPy's functions return a new array, and a line that does not keep it does nothing. Assign the result, "
            "or use out=.",
            "no effect",
        ),
        Kind(
            "forward-mismatch",
            "the forward pass or the loss is another than the backward pass's",
            "The loss that is printed is not the one that falls, or predictions differ between training and use.",
            "A backward pass belongs to one forward pass and one loss, line by line. After changing one of the two, "
            "walk through the other.",
            "forward and backward pass disagree",
        ),
        Kind(
            "wrong-update",
            "a parameter is never updated, or with another's gradient",
            "The parameter keeps its first value, or wanders; the rest of the network learns around it.",
            "Each parameter has one gradient, of its own shape, and one line that subtracts it. Go through the "
            "updates and read the names in pairs.",
            "wrong update",
        ),
        Kind(
            "shape-error",
            "the shapes cannot fit",
            "The program stops, with luck; with other sizes it would have computed something else.",
            "A gradient has the shape of its variable, so the shapes say which factor stands where and which is "
            "transposed. Write the shapes beside the lines before writing the lines.",
            "the shapes do not fit",
        ),
        Kind(
            "unknown",
            "this line computes no gradient",
            "Anything: the line's value is not the gradient of the loss by anything that the forward pass computed.",
            "Derive the line anew, from what is kept and what comes from above. Compare its value with the derived "
            "one on a small example.",
        ),
    )
}

QUESTIONS = (
    (
        "The derivative is x · (1 − x); where is the sigmoid?",
        "It is written in terms of the output. If k = σ(z), then σ′(z) = σ(z)(1 − σ(z)) = k(1 − k): a function `x * "
        "(1 - x)` is right if it is given k, and wrong if it is given z.",
    ),
    (
        "Where is σ′ at the output?",
        "Cross-entropy cancels it. ∂L/∂k = (k − y) / (k(1 − k)), times σ′ = k(1 − k), leaves ∂L/∂z = k − y; the same "
        "holds for softmax with its cross-entropy, p − y. With squares nothing cancels, and the slope has to be "
        "there.",
    ),
)
"""What is asked about right programs more than anything else, with the answer."""
