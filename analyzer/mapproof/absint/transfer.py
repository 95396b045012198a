"""One operation on values: leaf by leaf, each pair under both conditions, impossible pairs dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.absint.arithmetic import COMPARISONS, abstract, concrete
from mapproof.absint.bits import Bits
from mapproof.absint.domain import MAX_PAIRS
from mapproof.absint.identity import compare, derive, specialize
from mapproof.absint.values import (
    LOST_ADDRESS,
    Anything,
    BaseKind,
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        if here.satisfiable:
            known = tuple(specialize(leaf, here, width) for leaf, width in zip(leaves, sizes, strict=True))
            pairs.extend(_row(operation, known, condition, sizes, size))
    return collect(size, pairs)


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
            yield Number(exact, Trace(operation, traces, exact)), condition
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
    if opcode is Opcode.BOOL_NEGATE:
        holds = compare(Opcode.INT_EQUAL, leaves[0], Number(0), sizes[0])
        if holds is not None:
            yield from _decided(holds, condition)
            return
    needs = frozenset(need for leaf in leaves if not isinstance(leaf, Number) for need in leaf.needs)
    causes = frozenset(cause for leaf in leaves if isinstance(leaf, Anything) for cause in leaf.causes)
    if any(isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FRAME for leaf in leaves):
        causes |= {LOST_ADDRESS}
    yield Anything(bits, derive(opcode, leaves, size), needs, causes), condition


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
    needs = frozenset(need for leaf in (left, right) if not isinstance(leaf, Number) for need in leaf.needs)
    causes = frozenset(cause for leaf in (left, right) if isinstance(leaf, Anything) for cause in leaf.causes)
    difference = derive(Opcode.INT_SUB, (left, right), width)
    if difference is not None and opcode in {Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL}:
        holds = compare(opcode, Anything(Bits(width), difference), Number(0), width)
        if holds is not None:
            yield from _decided(holds, condition)
            return
    yield Anything(known, None, needs, causes), condition


_CERTAIN = frozenset({BaseKind.SLOT, BaseKind.OBJECT, BaseKind.STRING})


def _distinct(left: Leaf, right: Leaf) -> bool | None:
    """Whether two leaves surely differ (true) or surely agree (false); ``None`` when neither is sure."""
    if isinstance(left, Pointer) and isinstance(right, Number):
        certain = right.value == 0 and left.base.kind in _CERTAIN
        return True if certain or left.base.name.startswith(SINGLETON) else None
    if isinstance(right, Pointer) and isinstance(left, Number):
        return _distinct(right, left)
    if isinstance(left, Pointer) and isinstance(right, Pointer):
        if left.base.kind in _CERTAIN and right.base.kind in _CERTAIN and left.base != right.base:
            return True
        if left == right and None not in left.path and left.base.kind is not BaseKind.UNKNOWN:
            return False
    return None


def _pointer(opcode: Opcode, leaves: tuple[Leaf, ...], size: int) -> Leaf | None:
    """An address moved: by whole elements, by bytes, or by an alignment mask. ``None`` when no address goes in."""
    first = leaves[0]
    if isinstance(first, Pointer):
        if opcode in {Opcode.COPY, Opcode.INT_ZEXT, Opcode.INT_SEXT}:
            return first
        if opcode is Opcode.SUBPIECE and isinstance(leaves[1], Number) and leaves[1].value == 0 and size >= 4:
            return first
        if opcode in {Opcode.PTRADD, Opcode.INT_ADD, Opcode.INT_SUB} and not isinstance(leaves[1], Pointer):
            return _moved(first, leaves[1], negative=opcode is Opcode.INT_SUB, size=size)
        if opcode in {Opcode.INT_AND, Opcode.INT_OR}:
            return Pointer(first.base, _blur(first.path), first.needs)
    elif opcode in {Opcode.INT_ADD, Opcode.PTRADD} and len(leaves) > 1 and isinstance(leaves[1], Pointer):
        return _moved(leaves[1], first, negative=False, size=size)
    return None


def _blur(path: tuple[int | str | None, ...]) -> tuple[int | str | None, ...]:
    if path and not isinstance(path[-1], str):
        return (*path[:-1], None)
    return (*path, None)


def _moved(pointer: Pointer, by: Leaf, *, negative: bool, size: int) -> Pointer:
    if not isinstance(by, Number):
        return Pointer(pointer.base, _blur(pointer.path), pointer.needs)
    distance = by.value - (1 << 8 * size) if by.value >> 8 * size - 1 else by.value
    distance = -distance if negative else distance
    if distance == 0:
        return pointer
    last = pointer.path[-1] if pointer.path else 0
    if isinstance(last, int):
        return Pointer(pointer.base, (*pointer.path[:-1], last + distance), pointer.needs)
    return Pointer(pointer.base, _blur(pointer.path), pointer.needs)
