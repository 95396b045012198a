"""One operation on values: leaf by leaf, each pair under both conditions, impossible pairs dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.absint.arithmetic import COMPARISONS, abstract, concrete
from mapproof.absint.bits import Bits
from mapproof.absint.constraint import choices, compare, specialize
from mapproof.absint.domain import MAX_PAIRS
from mapproof.absint.identity import derive, offset
from mapproof.absint.values import (
    DISTANCE,
    LOST_ADDRESS,
    Anything,
    BaseKind,
    Computed,
    Leaf,
    Number,
    Pointer,
    Trace,
    Value,
    bits_of,
    collapse,
    collect,
    number,
)
from mapproof.model.condition import TRUE, Condition
from mapproof.model.ir import SINGLETON, Opcode
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.absint.values import Cause, Need
    from mapproof.model.ir import Operation

Pair = tuple[Leaf, Condition]


def apply(operation: Operation, values: Sequence[Value], path: Condition, *, same: bool = False) -> Value:
    """The value of an arithmetic operation where ``path`` holds.

    ``same``: both inputs are one variable, so that each leaf meets only itself.
    """
    size = operation.output.size if operation.output is not None else values[0].size
    if any(not value.leaves for value in values):
        return Value(size, {})
    if same and operation.opcode in {Opcode.INT_XOR, Opcode.INT_SUB}:
        return number(0, size)
    if same and operation.opcode in {Opcode.INT_AND, Opcode.INT_OR}:
        return values[0]
    if len(values) == 1:
        rows: Iterator[tuple[tuple[Leaf, ...], Condition]] = (((leaf,), c) for leaf, c in values[0])
    elif same:
        rows = (((leaf, leaf), c) for leaf, c in values[0])
    elif len(values[0].leaves) * len(values[1].leaves) > MAX_PAIRS:
        return _by_bits(operation.opcode, values, size)
    else:
        rows = (((a, b), ca & cb) for a, ca in values[0] for b, cb in values[1])
    pairs: list[Pair] = []
    sizes = [value.size for value in values]
    for leaves, condition in rows:
        here = condition & path
        if not here.satisfiable:
            continue
        known = tuple(specialize(leaf, here, width) for leaf, width in zip(leaves, sizes, strict=True))
        for chosen, when in _chosen(operation.opcode, known, here, sizes):
            pairs.extend(_row(operation, chosen, condition & when, sizes, size))
    return collect(size, pairs)


def _chosen(
    opcode: Opcode, leaves: tuple[Leaf, ...], here: Condition, sizes: list[int]
) -> Iterator[tuple[tuple[Leaf, ...], Condition]]:
    """The leaves, an unknown word that can only be one of a few numbers being each of them in turn."""
    if opcode in COMPARISONS:
        yield leaves, TRUE
        return
    for place, leaf in enumerate(leaves):
        found = choices(leaf, here, sizes[place])
        if found is not None:
            for number_, when in found:
                yield tuple(number_ if leaf is other else other for other in leaves), when
            return
    yield leaves, TRUE


def _by_bits(opcode: Opcode, values: Sequence[Value], size: int) -> Value:
    merged = [collapse(value.leaves, value.size) for value in values]
    bits = abstract(opcode, [leaf.bits for leaf in merged], size)
    needs = frozenset(need for leaf in merged for need in leaf.needs)
    causes = frozenset(cause for leaf in merged for cause in leaf.causes)
    return collect(size, [(Anything(bits, None, needs, causes), TRUE)])


def _row(
    operation: Operation, leaves: tuple[Leaf, ...], condition: Condition, sizes: list[int], size: int
) -> Iterator[Pair]:
    opcode = operation.opcode
    if all(isinstance(leaf, Number) for leaf in leaves):
        words = [leaf.value for leaf in leaves if isinstance(leaf, Number)]
        exact = concrete(opcode, words, sizes, size)
        if exact is not None:
            traces = tuple(leaf.trace for leaf in leaves if isinstance(leaf, Number) and leaf.trace is not None)
            trace = Trace(operation, traces, exact)
            yield Number(exact, trace, _needs(leaves), _causes(leaves)), condition
        return
    if opcode in COMPARISONS:
        yield from _comparison(opcode, leaves[0], leaves[1], condition, sizes[0], size)
        return
    moved = _pointer(opcode, leaves, size)
    if moved is not None:
        yield moved, condition
        return
    yield from _word(opcode, leaves, condition, sizes, size)


def _word(
    opcode: Opcode, leaves: tuple[Leaf, ...], condition: Condition, sizes: list[int], size: int
) -> Iterator[Pair]:
    """A result of which only bits are known, or, for one bit, both numbers under the conditions that decide it."""
    bits = abstract(opcode, [bits_of(leaf, width) for leaf, width in zip(leaves, sizes, strict=True)], size)
    if bits.value is not None:
        yield Number(bits.value), condition
        return
    apart = _difference(leaves[0], leaves[1], size) if opcode is Opcode.INT_SUB else None
    if apart is not None:
        yield Number(apart), condition
        return
    if opcode is Opcode.BOOL_NEGATE:
        holds = compare(Opcode.INT_EQUAL, leaves[0], Number(0), sizes[0])
        if holds is not None:
            yield from _decided(holds, condition)
            return
    needs, causes = _needs(leaves), _causes(leaves)
    if any(isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME for leaf in leaves):
        causes |= {LOST_ADDRESS}
    if opcode is Opcode.INT_SUB and _apart(*leaves):
        causes |= {DISTANCE}
    causes |= {
        Computed(Reason.UNKNOWN_CALL, f"it is computed from the address of {leaf.base.name}", "", leaf.base.name)
        for leaf in leaves
        if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FUNCTION
    }
    yield Anything(bits, derive(opcode, leaves, size), needs, causes), condition


def _difference(left: Leaf, right: Leaf, size: int) -> int | None:
    """How far apart two words are that were made of one by adding numbers."""
    if not isinstance(left, Anything) or not isinstance(right, Anything):
        return None
    if left.identity is None or right.identity is None:
        return None
    first, second = offset(left.identity.text, size), offset(right.identity.text, size)
    return first[1] - second[1] & (1 << 8 * size) - 1 if first[0] == second[0] else None


def _needs(leaves: tuple[Leaf, ...]) -> frozenset[Need]:
    return frozenset(need for leaf in leaves for need in leaf.needs)


def _causes(leaves: tuple[Leaf, ...]) -> frozenset[Cause]:
    return frozenset(cause for leaf in leaves if not isinstance(leaf, Pointer) for cause in leaf.causes)


_OWN = frozenset({BaseKind.SLOT, BaseKind.OBJECT, BaseKind.REGION})


def _apart(left: Leaf, right: Leaf) -> bool:
    """Whether two addresses are subtracted of which one is in a thing that is known, and the other may be elsewhere."""
    bases = {leaf.base if isinstance(leaf, Pointer) else None for leaf in (left, right)}
    if any(isinstance(leaf, Number) for leaf in (left, right)) or len(bases) == 1:
        return False
    return any(base is not None and base.kind in _OWN for base in bases)


def _decided(holds: Condition, condition: Condition) -> Iterator[Pair]:
    for result, when in ((1, holds), (0, ~holds)):
        guarded = condition & when
        if guarded.satisfiable:
            yield Number(result), guarded


def _comparison(opcode: Opcode, left: Leaf, right: Leaf, condition: Condition, width: int, size: int) -> Iterator[Pair]:
    known = abstract(opcode, [bits_of(left, width), bits_of(right, width)], size)
    if known.value is not None:
        yield Number(known.value), condition
        return
    distinct = _distinct(left, right)
    if distinct is not None and opcode in {Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL}:
        yield Number(int((opcode is Opcode.INT_NOTEQUAL) == distinct)), condition
        return
    holds = compare(opcode, left, right, width)
    if holds is not None:
        yield from _decided(holds, condition)
        return
    if isinstance(left, Anything) and left == right and left.identity is not None:
        reflexive = opcode in {Opcode.INT_EQUAL, Opcode.INT_LESSEQUAL, Opcode.INT_SLESSEQUAL}
        yield Number(int(reflexive)), condition
        return
    needs, causes = _needs((left, right)), _causes((left, right))
    difference = derive(Opcode.INT_SUB, (left, right), width)
    if difference is not None and opcode in {Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL}:
        holds = compare(opcode, Anything(Bits(width), difference), Number(0), width)
        if holds is not None:
            yield from _decided(holds, condition)
            return
    yield Anything(known, None, needs, causes), condition


_NUMBERED = frozenset({BaseKind.FRAME, BaseKind.IMAGE})
_CERTAIN = frozenset({BaseKind.SLOT, BaseKind.OBJECT, BaseKind.STRING})


def distinct(left: Leaf, right: Leaf, size: int) -> bool | None:
    """Whether two words of ``size`` bytes surely differ (true) or agree (false); ``None`` when neither is sure."""
    if isinstance(left, Number) and isinstance(right, Number):
        return bool((left.value ^ right.value) & (1 << 8 * size) - 1)
    return _distinct(left, right)


def _distinct(left: Leaf, right: Leaf) -> bool | None:
    """Whether two leaves surely differ (true) or surely agree (false); ``None`` when neither is sure."""
    if isinstance(left, Pointer) and isinstance(right, Number):
        certain = right.value == 0 and left.base.kind in _CERTAIN
        if left.base.kind is BaseKind.REGION and not left.path:
            certain = right.value & _PAGE == _PAGE  # memory begins with a page, MAP_FAILED with none
        return True if certain or left.base.name.startswith(SINGLETON) else None
    if isinstance(right, Pointer) and isinstance(left, Number):
        return _distinct(right, left)
    if isinstance(left, Pointer) and isinstance(right, Pointer):
        if left.base.kind in _CERTAIN and right.base.kind in _CERTAIN and left.base != right.base:
            return True
        if left == right and None not in left.path and left.base.kind is not BaseKind.UNKNOWN:
            return False
        if left.base == right.base and left.base.kind in _NUMBERED and None not in {*left.path, *right.path}:
            return True
    return None


def _pointer(  # noqa: C901, PLR0911  one branch per case; one answer per case
    opcode: Opcode, leaves: tuple[Leaf, ...], size: int
) -> Leaf | None:
    """An address moved: by whole elements, by bytes, or by an alignment mask. ``None`` when no address goes in."""
    first = leaves[0]
    if opcode is Opcode.INT_MULT and Number(1) in leaves:
        return next((leaf for leaf in leaves if isinstance(leaf, Pointer)), None)
    if isinstance(first, Pointer):
        if opcode in {Opcode.COPY, Opcode.INT_ZEXT, Opcode.INT_SEXT}:
            return first
        if opcode is Opcode.SUBPIECE and isinstance(leaves[1], Number) and leaves[1].value == 0 and size >= 4:
            return first
        if opcode is Opcode.INT_SUB and isinstance(leaves[1], Pointer):
            return _distance(first, leaves[1], size)
        if opcode in {Opcode.PTRADD, Opcode.INT_ADD, Opcode.INT_SUB} and not isinstance(leaves[1], Pointer):
            return _moved(first, leaves[1], negative=opcode is Opcode.INT_SUB, size=size)
        if opcode is Opcode.INT_AND and isinstance(leaves[1], Number):
            return _masked(first, leaves[1].value, size)
        if opcode in {Opcode.INT_AND, Opcode.INT_OR}:
            return Pointer(first.base, _blur(first.path), first.needs)
    elif opcode is Opcode.INT_AND and isinstance(first, Number) and isinstance(leaves[1], Pointer):
        return _masked(leaves[1], first.value, size)
    elif opcode in {Opcode.INT_ADD, Opcode.PTRADD} and len(leaves) > 1 and isinstance(leaves[1], Pointer):
        return _moved(leaves[1], first, negative=False, size=size)
    return None


def _distance(first: Pointer, second: Pointer, size: int) -> Number | None:
    """How many bytes lie between two addresses in one numbered memory."""
    if first.base != second.base or first.base.kind not in _NUMBERED:
        return None
    one, other = first.path[-1], second.path[-1]
    return Number(one - other & (1 << 8 * size) - 1) if isinstance(one, int) and isinstance(other, int) else None


_MODE: Final = 3
"""The bits of a function's address that choose an instruction set, or are ignored."""

_PAGE: Final = 0xFFF
"""The bits of an address in a file that loading it anywhere leaves as they are."""


def _masked(pointer: Pointer, mask: int, size: int) -> Leaf:
    """An address without some of its bits: in a file's memory the low ones are known."""
    last = pointer.path[-1] if pointer.path else None
    cleared = ~mask & (1 << 8 * size) - 1
    if pointer.base.kind is BaseKind.FUNCTION and not cleared & ~_MODE:
        return pointer
    if pointer.base.kind is BaseKind.IMAGE and isinstance(last, int):
        if not cleared & ~_PAGE:
            return Pointer(pointer.base, (*pointer.path[:-1], last & ~cleared), pointer.needs)
        if not mask & ~_PAGE:
            return Number(last & mask)
    return Pointer(pointer.base, _blur(pointer.path), pointer.needs)


def _blur(path: tuple[int | str | None, ...]) -> tuple[int | str | None, ...]:
    """Any element of the array that a path ends in; from a member, as ``container_of`` does, any part of the object."""
    return (*path[:-1], None) if path and not isinstance(path[-1], str) else (None,)


def _moved(pointer: Pointer, by: Leaf, *, negative: bool, size: int) -> Leaf:
    if isinstance(by, Anything) and DISTANCE in by.causes:
        return Anything(Bits(size), None, pointer.needs | by.needs, by.causes)
    if not isinstance(by, Number):
        needs = by.needs if isinstance(by, Anything) and pointer.base.kind is BaseKind.IMAGE else frozenset()
        return Pointer(pointer.base, _blur(pointer.path), pointer.needs | needs)
    distance = by.value - (1 << 8 * size) if by.value >> 8 * size - 1 else by.value
    distance = -distance if negative else distance
    if distance == 0:
        return pointer
    last = pointer.path[-1] if pointer.path else 0
    if isinstance(last, int):
        return Pointer(pointer.base, (*pointer.path[:-1], last + distance), pointer.needs)
    return Pointer(pointer.base, _blur(pointer.path), pointer.needs)
