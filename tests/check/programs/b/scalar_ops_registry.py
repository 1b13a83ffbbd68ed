"""Scalar autodiff with a tape (a plain list): every op appends its result, backward walks the tape from its end."""
from math import exp, log

tape = []


class Num:
    def __init__(self, v, op=None, args=()):
        self.v, self.op, self.args, self.d = v, op, args, 0.0
        if op is not None:
            tape.append(self)


class Op:
    def __call__(self, *args):
        return Num(self.forward(*[a.v for a in args]), self, args)


class AddOp(Op):
    def forward(self, x, y):
        return x + y

    def backward(self, out, x, y):
        x.d += out.d
        y.d += out.d


class SubOp(Op):
    def forward(self, x, y):
        return x - y

    def backward(self, out, x, y):
        x.d += out.d
        y.d += out.d


class MulOp(Op):
    def forward(self, x, y):
        return x * y

    def backward(self, out, x, y):
        x.d += out.d * y.v
        y.d += out.d * x.v


class DivOp(Op):
    def forward(self, x, y):
        return x / y

    def backward(self, out, x, y):
        x.d += out.d / y.v
        y.d -= out.d * x.v / y.v ** 2


class ExpOp(Op):
    def forward(self, x):
        return exp(x)

    def backward(self, out, x):
        x.d += out.d * exp(out.v)


class LogOp(Op):
    def forward(self, x):
        return log(x)

    def backward(self, out, x):
        x.d += out.d / x.v


add, sub, mul, div, expo, ln = AddOp(), SubOp(), MulOp(), DivOp(), ExpOp(), LogOp()


def run_backward(root):
    root.d = 1.0
    while tape:
        node = tape.pop()
        node.op.backward(node, *node.args)


a, b, c = Num(0.5), Num(2.0), Num(0.3)
one = Num(1.0)


def expression():
    s = div(one, add(one, expo(sub(c, mul(a, b)))))       # logistic of a*b - c
    return sub(mul(a, a), ln(s))


for it in range(100):
    for q in (a, b, c):
        q.d = 0.0
    out = expression()
    run_backward(out)
    for q in (a, b, c):
        q.v -= 0.1 * q.d
print("%.4f at a=%.3f b=%.3f c=%.3f" % (out.v, a.v, b.v, c.v))
