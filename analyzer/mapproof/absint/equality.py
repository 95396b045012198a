"""What a test for equality leaves of the two words it compares, where no condition can say it.

The steps of a walk through a table are numbers or addresses of which each is known and none is tied to a condition:
behind ``p != end`` the one that is the end is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.absint.transfer import distinct
from mapproof.absint.values import Value
from mapproof.model.ir import Const, Opcode, Place, Var

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from mapproof.absint.values import Leaf
    from mapproof.model.ir import Block, Operand, Operation

Compared = tuple["Operand", "Operand", bool]
"""Two words, and whether a test that holds says that they are equal."""

_STEPS: Final = 8
"""Operations between a comparison and the test made of it."""

_TESTS: Final = frozenset({Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL})


def compared_in(block: Block) -> dict[Operand | None, Compared]:
    """What the tests at a block's end compare, as far as neither word is assigned behind the comparison."""
    found: dict[Operand | None, Compared] = {}
    for edge in block.edges:
        if edge.test is not None and edge.test not in found:
            pair = _comparison(block.operations, edge.test)
            if pair is not None:
                found[edge.test] = pair
    return found


def _comparison(operations: Sequence[Operation], test: Operand) -> Compared | None:
    """The words whose equality a test is about."""
    place, holds = len(operations), True
    for _step in range(_STEPS):
        made = _assigned(operations, test, place)
        if made is None:
            return None
        place, operation = made
        first, *rest = operation.inputs
        if operation.opcode is Opcode.COPY:
            test = first
        elif operation.opcode is Opcode.BOOL_NEGATE:
            test, holds = first, not holds
        elif operation.opcode in _TESTS:
            holds ^= operation.opcode is Opcode.INT_NOTEQUAL
            zero = isinstance(rest[0], Const) and rest[0].value == 0
            if zero and getattr(first, "size", 0) == 1:
                test, holds = first, not holds
                continue
            before = _assigned(operations, first, place) if zero else None
            if before is not None and before[1].opcode is Opcode.INT_SUB:
                place, operation = before
                first, *rest = operation.inputs
            left, right = (_original(operations, word, place) for word in (first, rest[0]))
            return None if left is None or right is None else (left, right, holds)
        else:
            return None
    return None


def _assigned(operations: Sequence[Operation], operand: Operand, before: int) -> tuple[int, Operation] | None:
    """The last assignment of a variable before a place."""
    if not isinstance(operand, Var):
        return None
    places = (place for place in reversed(range(before)) if operations[place].output == operand)
    found = next(places, None)
    return None if found is None else (found, operations[found])


def _original(operations: Sequence[Operation], operand: Operand, place: int) -> Operand | None:
    """The word that an operand was copied from, if that is still held where the block ends."""
    found: Operand | None = None
    for _step in range(_STEPS):
        if isinstance(operand, Const | Place):
            return operand
        if not isinstance(operand, Var):
            break
        if all(operation.output != operand for operation in operations[place:]):
            found = operand
        made = _assigned(operations, operand, place)
        if made is None or made[1].opcode is not Opcode.COPY:
            break
        place, operand = made[0], made[1].inputs[0]
    return found


def narrowed(pair: Compared, values: Sequence[Value], wanted: Container[Var], *, holds: bool) -> dict[Var, Value]:
    """The values that compared variables among the ``wanted`` have left where a test holds, or does not; only of those
    that lost some."""
    equal = pair[2] == holds
    found: dict[Var, Value] = {}
    for word, own, other in ((pair[0], values[0], values[1]), (pair[1], values[1], values[0])):
        if not isinstance(word, Var) or word not in wanted or len(own.leaves) < 2:
            continue
        kept = {leaf: when for leaf, when in own if any(_may(leaf, one, own.size, equal=equal) for one in other.leaves)}
        if kept and len(kept) < len(own.leaves):
            found[word] = Value(own.size, kept)
    return found


def _may(one: Leaf, other: Leaf, size: int, *, equal: bool) -> bool:
    """Whether two words may be equal, or may differ."""
    apart = distinct(one, other, size)
    return apart is None or apart != equal
