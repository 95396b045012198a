"""What a test for equality leaves of two words holds of every pair of words that pass it."""

from __future__ import annotations

from itertools import product

import pytest

from mapproof.absint.equality import compared_in, narrowed
from mapproof.absint.values import Base, BaseKind, Number, Pointer, Value
from mapproof.model.condition import TRUE
from mapproof.model.ir import Block, Const, Edge, Opcode, Operation, Var
from mapproof.model.location import Address

P, END, COPY, LEFT, ZERO, NOT = (
    Var(name, size) for name, size in [("p", 8), ("end", 8), ("c", 8), ("d", 8), ("z", 1), ("n", 1)]
)
IMAGE = Base(BaseKind.IMAGE, "")


def block(*rows, test):
    operations = tuple(
        Operation(opcode, output, inputs, Address("x", n, n + 1)) for n, (opcode, output, *inputs) in enumerate(rows)
    )
    return Block(
        tuple(Operation(o.opcode, o.output, tuple(o.inputs), o.location) for o in operations),
        (Edge(1, test), Edge(2, test, nonzero=False)),
    )


def value(*numbers, image=False):
    leaves = [Pointer(IMAGE, (number,)) if image else Number(number) for number in numbers]
    return Value(8, dict.fromkeys(leaves, TRUE))


def left(found):
    return {leaf.path[0] if isinstance(leaf, Pointer) else leaf.value for leaf in found.leaves}


def test_the_words_behind_a_subtraction_and_a_copy_are_found():
    """As x86 and Arm spell ``p == end``, and branch if it does not hold."""
    rows = [
        (Opcode.COPY, COPY, P),
        (Opcode.INT_SUB, LEFT, COPY, END),
        (Opcode.INT_EQUAL, ZERO, LEFT, Const(0, 8)),
        (Opcode.BOOL_NEGATE, NOT, ZERO),
    ]
    assert compared_in(block(*rows, test=NOT)) == {NOT: (P, END, False)}
    assert compared_in(block((Opcode.INT_NOTEQUAL, ZERO, P, END), test=ZERO)) == {ZERO: (P, END, False)}
    assert compared_in(block((Opcode.INT_EQUAL, ZERO, P, Const(3, 8)), test=ZERO)) == {ZERO: (P, Const(3, 8), True)}


@pytest.mark.parametrize("changed", [P, END])
def test_a_word_that_is_assigned_behind_the_comparison_is_not_meant(changed):
    rows = [(Opcode.INT_EQUAL, ZERO, P, END), (Opcode.INT_ADD, changed, changed, Const(4, 8))]
    assert compared_in(block(*rows, test=ZERO)) == {}


def test_a_copy_that_outlives_its_original_is_meant_instead():
    rows = [(Opcode.COPY, COPY, P), (Opcode.INT_ADD, P, P, Const(4, 8)), (Opcode.INT_EQUAL, ZERO, COPY, END)]
    assert compared_in(block(*rows, test=ZERO)) == {ZERO: (COPY, END, True)}


@pytest.mark.parametrize("image", [False, True])
@pytest.mark.parametrize("equal", [False, True])
@pytest.mark.parametrize("holds", [False, True])
def test_no_pair_of_words_that_passes_is_dropped(image, equal, holds):
    for first, second in product([(1,), (1, 2), (1, 2, 3), (4, 5)], [(1,), (2, 3), (3,), (1, 2, 3)]):
        values = [value(*first, image=image), value(*second, image=image)]
        found = narrowed((P, END, equal), values, {P, END}, holds=holds)
        kept = (left(found.get(P, values[0])), left(found.get(END, values[1])))
        for one, other in product(first, second):
            if (one == other) == (equal == holds):
                assert one in kept[0]
                assert other in kept[1]


def test_the_end_of_a_walk_is_gone_where_the_walk_goes_on():
    found = narrowed((P, END, False), [value(4, 8, 12, image=True), value(12, image=True)], {P}, holds=True)
    assert left(found[P]) == {4, 8}
    assert left(narrowed((P, END, False), [value(4, 8, 12), value(12)], {P}, holds=False)[P]) == {12}
    assert narrowed((P, END, False), [value(4, 8, 12), value(12)], set(), holds=True) == {}
