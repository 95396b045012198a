"""Values: sets of guarded numbers, pointers and partly known words. ``domain.py`` states what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mapproof.absint.bits import Bits
from mapproof.absint.domain import MAX_BUILD, MAX_CONDITION, MAX_LEAVES
from mapproof.model.condition import FALSE, TRUE, Condition
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mapproof.model.ir import Operation


class NeedKind(StrEnum):
    """What a word depends on that the interpreter can find out on demand."""

    PARAMETER = "parameter"
    POINTEE = "pointee"
    CELL = "cell"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Need:
    """Something to find out: parameter ``index`` of ``symbol`` (or, for POINTEE, what it points to), the cell
    ``symbol``/``path``, or the result of the
    call with identity ``symbol``."""

    kind: NeedKind
    symbol: str
    path: tuple[int | str | None, ...] = ()
    index: int = 0


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a word is unknown for good."""

    reason: Reason
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Computed(Cause):
    """That a word was computed from the address of a function, and may still be turned into one."""

    function: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """A word that does not change while it lives. ``text`` names it; ``roots`` are the operations and parameters it
    was computed from, whose re-execution ends its life; ``mask`` links ``x & m`` to the identity text of ``x``."""

    text: str
    roots: frozenset[str]
    mask: tuple[str, int] | None = None


LOST_ADDRESS: Final = Cause(Reason.LIMIT, "too many addresses were joined to keep them apart")
"""Marks a word that may be the address of anything, a function's own slots included."""


DISTANCE: Final = Cause(Reason.UNKNOWN_MEMORY, "it is the distance of two things that are not known to be one")
"""Marks a word that leads from one object into another when it is added to an address."""


GIVEN_UP: Final = Cause(
    Reason.LIMIT,
    "the function is too large to be followed from one statement to the next",
    "split the function, or write the protection out where it is asked for",
)
"""Marks a word that was computed where nothing was followed."""


class BaseKind(StrEnum):
    """What a pointer points into."""

    SLOT = "slot"
    OBJECT = "object"
    FUNCTION = "function"
    STRING = "string"
    REGION = "region"
    FRAME = "frame"
    IMAGE = "image"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Base:
    """The thing pointed into: its kind and a name unique in that kind (for UNKNOWN: the identity of the pointer).

    Into a FRAME the path is the offset in bytes from the stack pointer on entry; into the IMAGE, the loaded file, it is
    the address as the file numbers it.
    """

    kind: BaseKind
    name: str


@dataclass(frozen=True, slots=True)
class Trace:
    """How a leaf came about: the operation, and the traces of the leaves that went in. For evidence only."""

    operation: Operation | None
    inputs: tuple[Trace, ...] = ()
    value: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A word. Its size is the value's. ``needs`` and ``causes`` are those of an unknown word that was told apart into
    all the numbers that it can be, this among them."""

    value: int
    trace: Trace | None = field(default=None, compare=False)
    needs: frozenset[Need] = field(default=frozenset(), compare=False)
    causes: frozenset[Cause] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Pointer:
    """An address: base and path. A path element is a member's name, an element's index, or ``None`` for any index."""

    base: Base
    path: tuple[int | str | None, ...] = ()
    needs: frozenset[Need] = field(default=frozenset(), compare=False)
    via: tuple[str, ...] = field(default=(), compare=False)
    """For a function: the kinds of place it was kept in on its way here (``table``, ``field``, ``dlsym``)."""


@dataclass(frozen=True, slots=True)
class Anything:
    """A word of which perhaps some bits are known, and why no more is."""

    bits: Bits
    identity: Identity | None = None
    needs: frozenset[Need] = frozenset()
    causes: frozenset[Cause] = frozenset()

    def unknown(self) -> Anything:
        """The same word with no bit and no identity known."""
        return Anything(Bits(self.bits.size), None, self.needs, self.causes)


Leaf = Number | Pointer | Anything


@dataclass(frozen=True, slots=True)
class Value:
    """A set of guarded leaves, for words of ``size`` bytes. ``leaves`` must not be changed. No leaves: no word at all
    (unreachable, or never assigned)."""

    size: int
    leaves: Mapping[Leaf, Condition]

    def __iter__(self) -> Iterator[tuple[Leaf, Condition]]:
        """The leaves with their conditions."""
        return iter(self.leaves.items())

    @property
    def numbers(self) -> frozenset[int] | None:
        """The words, when every leaf is a number."""
        if all(isinstance(leaf, Number) for leaf in self.leaves):
            return frozenset(leaf.value for leaf in self.leaves if isinstance(leaf, Number))
        return None

    @property
    def is_zero(self) -> bool:
        """Whether every leaf is the number 0."""
        return all(isinstance(leaf, Number) and leaf.value == 0 for leaf in self.leaves)

    def __hash__(self) -> int:
        """Of the leaves alone: guards seldom tell values apart, and equality looks at them."""
        return hash((self.size, frozenset(self.leaves)))

    def needs(self) -> frozenset[Need]:
        """Everything that could still be found out about the leaves."""
        found: set[Need] = set()
        for leaf in self.leaves:
            found |= leaf.needs
        return frozenset(found)

    def without(self, kind: NeedKind) -> Value:
        """The value, not asking for what that kind of need would tell."""
        leaves: dict[Leaf, Condition] = {}
        for leaf, condition in self.leaves.items():
            if isinstance(leaf, Anything):
                kept = frozenset(need for need in leaf.needs if need.kind is not kind)
                leaves[Anything(leaf.bits, leaf.identity, kept, leaf.causes)] = condition
            elif isinstance(leaf, Number) and leaf.needs:
                kept = frozenset(need for need in leaf.needs if need.kind is not kind)
                leaves[Number(leaf.value, leaf.trace, kept, leaf.causes)] = condition
            else:
                leaves[leaf] = condition
        return Value(self.size, leaves)

    def map_conditions(self, change: Callable[[Condition], Condition]) -> Value:
        """Every condition changed; leaves that become impossible are dropped."""
        leaves: dict[Leaf, Condition] = {}
        for leaf, condition in self.leaves.items():
            changed = change(condition)
            if changed is not FALSE:
                leaves[leaf] = changed
        return Value(self.size, leaves)


def regions_in(value: Value) -> set[str]:
    """The names of the regions that a word may be an address in."""
    return {leaf.base.name for leaf in value.leaves if isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.REGION}


def number(value: int, size: int, trace: Trace | None = None) -> Value:
    """Exactly one word."""
    return Value(size, {Number(value & (1 << 8 * size) - 1, trace): TRUE})


def pointer(base: Base, size: int = 8) -> Value:
    """The address of a thing."""
    return Value(size, {Pointer(base): TRUE})


def anything(
    size: int, *, identity: Identity | None = None, needs: Iterable[Need] = (), causes: Iterable[Cause] = ()
) -> Value:
    """A word nothing is known of."""
    return Value(size, {Anything(Bits(size), identity, frozenset(needs), frozenset(causes)): TRUE})


def nothing(size: int) -> Value:
    """No word: bottom."""
    return Value(size, {})


def bits_of(leaf: Leaf, size: int) -> Bits:
    """What is known of a leaf's bits."""
    if isinstance(leaf, Number):
        return Bits.constant(leaf.value, size)
    return leaf.bits if isinstance(leaf, Anything) else Bits(size)


def bounded(condition: Condition) -> Condition:
    """A condition, or a weaker one where it has grown too large: first without its run-time part."""
    if condition.size <= MAX_CONDITION:
        return condition
    build = condition.build_part()
    return build if build.size <= MAX_BUILD or build.nodes <= MAX_BUILD else TRUE


def collect(size: int, pairs: Iterable[tuple[Leaf, Condition]]) -> Value:
    """The value of these guarded leaves: equal leaves joined, cut to the bound."""
    leaves: dict[Leaf, Condition] = {}
    for leaf, condition in pairs:
        known = leaves.get(leaf)
        joined = condition if known is None else known | condition
        if known is not None and isinstance(leaf, Number) and leaf.needs:
            leaf = _both(next(other for other in leaves if other == leaf), leaf)  # noqa: PLW2901  the same number
            del leaves[leaf]
        leaves[leaf] = bounded(joined)
    if len(leaves) > MAX_LEAVES:
        leaves = {collapse(leaves, size): TRUE}
    return Value(size, leaves)


def _both(first: Leaf, second: Number) -> Number:
    """One number that owes itself to all that either does."""
    assert isinstance(first, Number)  # noqa: S101  equal to the second
    return Number(second.value, first.trace or second.trace, first.needs | second.needs, first.causes | second.causes)


def collapse(leaves: Iterable[Leaf], size: int) -> Anything:
    """One partly known word that covers all these leaves."""
    bits: Bits | None = None
    needs: frozenset[Need] = frozenset()
    causes: frozenset[Cause] = frozenset()
    for leaf in leaves:
        known = bits_of(leaf, size)
        bits = known if bits is None else bits | known
        if isinstance(leaf, Anything | Number):
            needs, causes = needs | leaf.needs, causes | leaf.causes
        elif isinstance(leaf, Pointer):
            needs |= leaf.needs
            causes |= {LOST_ADDRESS}
    return Anything(bits if bits is not None else Bits(size), None, needs, causes)


def join(first: Value, second: Value) -> Value:
    """Union, conditions as they are."""
    if first == second:
        return first
    return collect(max(first.size, second.size), [*first, *second])


def join_under(first: Value, under_first: Condition, second: Value, under_second: Condition) -> Value:
    """What a word is where two paths meet: ``first`` if the path with ``under_first`` was taken, else ``second``."""
    if first == second:
        return first
    both = [(leaf, condition & under_first) for leaf, condition in first]
    both += [(leaf, condition & under_second) for leaf, condition in second]
    return collect(max(first.size, second.size), ((leaf, c) for leaf, c in both if c.satisfiable))


def widen(old: Value, new: Value, *, hard: bool = False) -> Value:
    """Cover ``new`` so that a loop comes to rest: leaves that ``old`` did not have become one partly known word.

    A counter loses one known bit at a time to the carry; ``hard`` gives up all bits above the first that it loses now.
    """
    added = [leaf for leaf in new.leaves if leaf not in old.leaves]
    if not added:
        return Value(new.size, {leaf: _settle(old.leaves.get(leaf), condition) for leaf, condition in new})
    kept: dict[Leaf, Condition] = {}
    pooled: list[Leaf] = list(added)
    for leaf, condition in new:
        if leaf in added:
            continue
        if isinstance(leaf, Anything):
            pooled.append(leaf)
        else:
            kept[leaf] = _settle(old.leaves.get(leaf), condition)
    pointers = {leaf for leaf in pooled if isinstance(leaf, Pointer)}
    for leaf in pointers:
        blurred = Pointer(leaf.base, tuple(None if isinstance(e, int) else e for e in leaf.path), leaf.needs)
        kept[blurred] = TRUE
    words = [leaf for leaf in pooled if leaf not in pointers]
    if words:
        word = collapse(words, new.size)
        kept[_without_carry(old, word) if hard else word] = TRUE
    return Value(new.size, kept) if len(kept) <= MAX_LEAVES else Value(new.size, {collapse(kept, new.size): TRUE})


def _without_carry(old: Value, word: Anything) -> Anything:
    lost = word.bits.unknown
    for leaf in old.leaves:
        if isinstance(leaf, Anything):
            lost &= ~leaf.bits.unknown
    if not lost:
        return word
    below = (lost & -lost) - 1
    return Anything(
        Bits(word.bits.size, word.bits.ones & below, word.bits.zeros & below), None, word.needs, word.causes
    )


def _settle(old: Condition | None, new: Condition) -> Condition:
    """A guard that still changes after several rounds is given up."""
    return new if old is new else TRUE
