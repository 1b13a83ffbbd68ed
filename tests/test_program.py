"""Programs: their text, their evaluation, loops in them, and writing over memory that nobody reads any more."""

import operator
import time

import numpy as np

from whygrad.program import Constant, Primitive, Program, Step, Variable, evaluate, evaluate_all, straight_line
from whygrad.program.building import variable_of
from whygrad.rules import primitive

ADD, MULTIPLY = primitive("add"), primitive("multiply")
NUMBER = Variable("", (), np.dtype(float), "python")


def named(*names: str) -> tuple[Variable, ...]:
    return tuple(Variable(n, (), np.dtype(float), "python") for n in names)


def power_by_a_loop(trips: int) -> Program:
    """x ↦ x · 2^trips, as a loop whose body doubles."""
    body = Program(named("x", "two", "twice"), (0, 1), (), (Step(MULTIPLY, (0, 1), (), (2,)),), (2,), name="double")
    loop = Step(Primitive("loop", operator.mul), (0, 1), (), (2,), body=body, trips=trips)
    return Program(named("x", "", "y"), (0,), (Constant(1, 2.0, "literal"),), (loop,), (2,), name="f")


def test_a_loop_runs_its_body_as_often_as_it_says():
    assert evaluate(power_by_a_loop(10), [3.0]) == [3.0 * 2**10]


def test_a_loop_prints_its_body_indented():
    assert str(power_by_a_loop(3)) == (
        "f(x: float):\n"
        "    y: float = repeat 3 times (x, 2.0):\n"
        "        double(x: float, two: float):\n"
        "            twice: float = multiply(x, two)\n"
        "            return twice\n"
        "    return y"
    )


def test_a_long_program_is_evaluated_without_recursion_in_time_linear_in_its_length():
    def chain(n: int) -> Program:
        steps = tuple(Step(ADD, (i, i), (), (i + 1,)) for i in range(n))
        return Program((NUMBER,) * (n + 1), (0,), (), steps, (n,))

    def seconds(n: int) -> float:
        program, start = chain(n), time.perf_counter()
        assert evaluate(program, [0.0]) == [0.0]
        return time.perf_counter() - start

    seconds(1000)
    assert min(seconds(40_000) for _ in range(3)) < 12 * 10 * min(seconds(4_000) for _ in range(3))


def test_evaluate_all_gives_every_variable():
    program = Program((NUMBER,) * 3, (0,), (Constant(1, 3.0, "literal"),), (Step(ADD, (0, 1), (), (2,)),), (2,))
    assert evaluate_all(program, [1.0]) == [1.0, 3.0, 4.0]


def test_another_apply_replaces_the_evaluation():
    program = Program((NUMBER,) * 3, (0,), (Constant(1, 3.0, "literal"),), (Step(ADD, (0, 1), (), (2,)),), (2,))
    told = []

    def apply(made_by, operands, params):
        told.append((made_by.name, operands))
        return made_by.evaluate(*operands, *params)

    assert evaluate(program, [1.0], apply=apply) == [4.0]
    assert told == [("add", [1.0, 3.0])]


def writes(n: int) -> tuple[list[Step], list[Variable]]:
    """n writes of a number into the entries of an array made by an addition."""
    array = np.zeros(n)
    variables = [variable_of(array), variable_of(1.0), *(variable_of(array) for _ in range(n + 1))]
    steps = [Step(ADD, (0, 1), (), (2,))]
    steps += [Step(primitive("setitem"), (2 + i, 1), ((("int", i),),), (3 + i,)) for i in range(n)]
    return steps, variables


def test_a_chain_of_writes_uses_one_buffer_and_never_the_caller_s():
    n = 600  # more than what is made into a Python function
    for size in (10, n):
        steps, variables = writes(size)
        x = np.full(size, 5.0)
        (result,) = straight_line(steps, (0, 1), (2 + size,), variables)(x, 1.0)
        assert (result == 1.0).all() and (x == 5.0).all()


def test_a_version_that_is_read_later_is_not_written_over():
    steps, variables = writes(4)
    steps.append(Step(ADD, (2, 6), (), (7,)))  # the first version, read at the end
    variables.append(variables[0])
    (result,) = straight_line(steps, (0, 1), (7,), variables)(np.zeros(4), 1.0)
    assert (result == 2.0).all()


def test_a_view_keeps_its_values_when_its_base_is_written_over():
    array = np.zeros(4)
    variables = [variable_of(array), variable_of(1.0), variable_of(array), variable_of(array[:2])]
    variables += [variable_of(array), variable_of(array[:2])]
    steps = [
        Step(ADD, (0, 1), (), (2,)),
        Step(primitive("getitem"), (2,), ((("slice", 0, 2, None),),), (3,)),
        Step(primitive("setitem"), (2, 1), ((("slice", None, None, None),),), (4,)),
        Step(ADD, (3, 3), (), (5,)),
    ]
    (twice,) = straight_line(steps, (0, 1), (5,), variables)(np.array([1.0, 2.0, 3.0, 4.0]), 1.0)
    assert twice.tolist() == [4.0, 6.0]
