"""Conditions under which a value or a site exists, as reduced ordered binary decision diagrams.

A condition is a Boolean function over *atoms*. An atom speaks of one symbol: the symbol is defined, the symbol's
integer value is not zero, the value is at least some number, or (opaque) a text that nothing is known about.
``X == k`` is ``X >= k and not X >= k + 1``, and all that integers imply about one symbol is decided exactly.

Conditions are canonical: two that denote the same Boolean function are the same object (Bryant, "Graph-Based
Algorithms for Boolean Function Manipulation", IEEE ToC 1986), so ``==`` is identity and joins reach a fixpoint.
Relations between atoms (``X >= 5`` implies ``X >= 3``; an undefined symbol counts as 0, C11 6.10.1p4) are not
part of that form: :meth:`Condition.satisfiable` and :meth:`Condition.implies` take them into account.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class AtomKind(IntEnum):
    """What an atom says of its symbol."""

    DEFINED = 0
    NONZERO = 1
    AT_LEAST = 2
    OPAQUE = 3


class Origin(IntEnum):
    """Whose truth an atom is: fixed when the program is built, or decided while one activation of a function runs."""

    BUILD = 0
    RUN = 1


class Atom(NamedTuple):
    """One Boolean unknown. The field order is the variable order of the diagrams."""

    origin: Origin
    symbol: str
    kind: AtomKind
    bound: int = 0

    def holds(self, defined: bool, value: int) -> bool:
        """The atom's truth for a symbol that is ``defined`` and has ``value`` (0 where undefined)."""
        if self.kind is AtomKind.DEFINED:
            return defined
        if self.kind is AtomKind.NONZERO:
            return value != 0
        return value >= self.bound if self.kind is AtomKind.AT_LEAST else bool(value)


Cube = tuple[tuple[Atom, bool], ...]
"""A conjunction of literals: atom and its polarity."""


class Condition:
    """A canonical condition. Build with :data:`TRUE`, :data:`FALSE`, :func:`defined`, :func:`nonzero`,
    :func:`at_least`, :func:`equals`, :func:`opaque` and the operators ``&``, ``|`` and ``~``."""

    __slots__ = ("__weakref__", "_negation", "_printed", "_satisfiable", "atom", "high", "low", "size")

    atom: Atom | None
    low: Condition
    high: Condition
    size: int
    """Nodes of the diagram, shared ones counted once per path: an upper bound that costs nothing to keep."""

    def __init__(self, atom: Atom | None, low: Condition | None, high: Condition | None) -> None:
        self.atom = atom
        self.low = low if low is not None else self
        self.high = high if high is not None else self
        self.size = 0 if low is None or high is None else low.size + high.size + 1
        self._negation: Condition | None = None
        self._satisfiable: bool | None = None
        self._printed: str | None = None

    def __and__(self, other: Condition) -> Condition:
        """Both hold."""
        return _ite(self, other, FALSE)

    def __or__(self, other: Condition) -> Condition:
        """At least one holds."""
        return _ite(self, TRUE, other)

    def __invert__(self) -> Condition:
        """The condition does not hold."""
        if self._negation is None:
            self._negation = _ite(self, FALSE, TRUE)
            self._negation._negation = self
        return self._negation

    @property
    def satisfiable(self) -> bool:
        """Whether some values of the symbols make it true, integers and definedness taken into account."""
        if self._satisfiable is None:
            self._satisfiable = any(_consistent(cube) for cube in self.cubes())
        return self._satisfiable

    def implies(self, other: Condition) -> bool:
        """Whether ``other`` holds wherever this one does."""
        return not (self & ~other).satisfiable

    def excludes(self, other: Condition) -> bool:
        """Whether the two can never hold together."""
        return not (self & other).satisfiable

    def cubes(self) -> Iterator[Cube]:
        """The paths to true: disjoint conjunctions whose disjunction is the condition."""
        stack: list[tuple[Condition, Cube]] = [(self, ())]
        while stack:
            node, path = stack.pop()
            if node is TRUE:
                yield path
            elif node.atom is not None:
                stack.append((node.low, (*path, (node.atom, False))))
                stack.append((node.high, (*path, (node.atom, True))))

    def atoms(self) -> frozenset[Atom]:
        """Every atom the condition depends on."""
        return _support(self)

    def evaluate(self, truth: Callable[[Atom], bool]) -> bool:
        """The condition's value where ``truth`` gives each atom's."""
        node = self
        while node.atom is not None:
            node = node.high if truth(node.atom) else node.low
        return node is TRUE

    def given(self, context: Condition) -> Condition:
        """A condition, as small as was found, that agrees with this one wherever ``context`` holds.

        The *restrict* operator of Coudert and Madre (ICCAD 1990); whatever lies outside ``context`` is don't-care.
        """
        if not context.satisfiable or context.implies(self):
            return TRUE
        if context.excludes(self):
            return FALSE
        return _restrict(self, context)

    def forget(self, which: Callable[[Atom], bool]) -> Condition:
        """The weakest condition that holds whenever this one did for some truth of the atoms that ``which`` selects."""
        if not any(which(atom) for atom in self.atoms()):
            return self
        if self.atom is None:
            return self
        low, high = self.low.forget(which), self.high.forget(which)
        return low | high if which(self.atom) else _node(self.atom, low, high)

    def build_part(self) -> Condition:
        """The condition on the build alone: run-time atoms projected away."""
        return self.forget(lambda atom: atom.origin is Origin.RUN)

    def __str__(self) -> str:
        """In C's notation, a minimal disjunction of conjunctions: ``defined(A) && !defined(B)``."""
        if self._printed is None:
            self._printed = _print(self)
        return self._printed

    def __repr__(self) -> str:
        return f"<Condition {self}>"


TRUE: Final = Condition(None, None, None)
FALSE: Final = Condition(None, None, None)
TRUE._satisfiable, TRUE._negation = True, FALSE  # noqa: SLF001  the two terminals are this module's own
FALSE._satisfiable, FALSE._negation = False, TRUE  # noqa: SLF001  the two terminals are this module's own

_unique: dict[tuple[Atom, int, int], Condition] = {}
"""Every inner node ever made, so that equality is identity; nodes live as long as the process."""


def _node(atom: Atom, low: Condition, high: Condition) -> Condition:
    """The one node with these children; none is made where both agree."""
    if low is high:
        return low
    key = (atom, id(low), id(high))
    found = _unique.get(key)
    if found is None:
        found = _unique[key] = Condition(atom, low, high)
    return found


@lru_cache(maxsize=1 << 16)
def _ite(test: Condition, then: Condition, otherwise: Condition) -> Condition:
    """If-then-else, the one operation all others are made of."""
    if test is TRUE or then is otherwise:
        return then
    if test is FALSE:
        return otherwise
    if then is TRUE and otherwise is FALSE:
        return test
    top = min(node.atom for node in (test, then, otherwise) if node.atom is not None)
    return _node(top, _ite(*(_branch(n, top, taken=False) for n in (test, then, otherwise))),
                 _ite(*(_branch(n, top, taken=True) for n in (test, then, otherwise))))


def _branch(node: Condition, atom: Atom, *, taken: bool) -> Condition:
    if node.atom != atom:
        return node
    return node.high if taken else node.low


@lru_cache(maxsize=1 << 14)
def _restrict(node: Condition, context: Condition) -> Condition:
    if context is TRUE or node.atom is None or context.atom is None:
        return node
    if context.atom < node.atom:
        return _restrict(node, context.low | context.high)
    low_context, high_context = (_branch(context, node.atom, taken=taken) for taken in (False, True))
    if low_context is FALSE:
        return _restrict(node.high, high_context)
    if high_context is FALSE:
        return _restrict(node.low, low_context)
    return _node(node.atom, _restrict(node.low, low_context), _restrict(node.high, high_context))


@lru_cache(maxsize=1 << 14)
def _support(node: Condition) -> frozenset[Atom]:
    if node.atom is None:
        return frozenset()
    return _support(node.low) | _support(node.high) | {node.atom}


def _consistent(cube: Cube) -> bool:
    """Whether integers and definedness allow these literals together."""
    lower: dict[tuple[Origin, str], int] = {}
    upper: dict[tuple[Origin, str], int] = {}
    zero: set[tuple[Origin, str]] = set()
    nonzero_symbols: set[tuple[Origin, str]] = set()
    for atom, positive in cube:
        symbol = (atom.origin, atom.symbol)
        if atom.kind is AtomKind.DEFINED and not positive:
            zero.add(symbol)
        elif atom.kind is AtomKind.NONZERO:
            (nonzero_symbols if positive else zero).add(symbol)
        elif atom.kind is AtomKind.AT_LEAST and positive:
            lower[symbol] = max(atom.bound, lower.get(symbol, atom.bound))
        elif atom.kind is AtomKind.AT_LEAST:
            upper[symbol] = min(atom.bound, upper.get(symbol, atom.bound))
    if any(lower.get(symbol, 0) > 0 or upper.get(symbol, 1) <= 0 for symbol in zero) or zero & nonzero_symbols:
        return False
    if any(lower.get(symbol) == 0 and upper.get(symbol) == 1 for symbol in nonzero_symbols):
        return False
    return all(bound < upper[symbol] for symbol, bound in lower.items() if symbol in upper)


def defined(symbol: str, origin: Origin = Origin.BUILD) -> Condition:
    """The symbol is defined."""
    return _node(Atom(origin, symbol, AtomKind.DEFINED), FALSE, TRUE)


def nonzero(symbol: str, origin: Origin = Origin.BUILD) -> Condition:
    """The symbol's value is not 0; an undefined symbol's is."""
    return _node(Atom(origin, symbol, AtomKind.NONZERO), FALSE, TRUE)


def at_least(symbol: str, bound: int, origin: Origin = Origin.BUILD) -> Condition:
    """The symbol's value is ``bound`` or more."""
    return _node(Atom(origin, symbol, AtomKind.AT_LEAST, bound), FALSE, TRUE)


def equals(symbol: str, value: int, origin: Origin = Origin.BUILD) -> Condition:
    """The symbol's value is exactly ``value``."""
    if value == 0:
        return ~nonzero(symbol, origin)
    return at_least(symbol, value, origin) & ~at_least(symbol, value + 1, origin)


def opaque(text: str, origin: Origin = Origin.BUILD) -> Condition:
    """A condition about which nothing is known but its text; equal texts are equal conditions."""
    return _node(Atom(origin, text, AtomKind.OPAQUE), FALSE, TRUE)


def _print(condition: Condition) -> str:
    if condition is TRUE:
        return "always"
    if not condition.satisfiable:
        return "never"
    cubes = _prime_cubes(condition)
    texts = sorted({_print_cube(cube) for cube in cubes}, key=lambda text: (len(text), text))
    if len(texts) == 1:
        return texts[0]
    return " || ".join(f"({text})" if " && " in text else text for text in texts)


_MAX_PRINTED_CUBES: Final = 64
"""Beyond this many disjuncts nobody reads on; the text then says so."""


def _prime_cubes(condition: Condition) -> list[Cube]:
    """Cubes that cover the condition, each literal needed, no cube needless."""
    cubes: list[Cube] = []
    covered = FALSE
    for cube in condition.cubes():
        if not _consistent(cube) or _conjunction(cube).implies(covered):
            continue
        prime = _expand(cube, condition)
        cubes.append(prime)
        covered = covered | _conjunction(prime)
        if len(cubes) == _MAX_PRINTED_CUBES:
            break
    for cube in list(cubes):
        rest = FALSE
        for other in cubes:
            if other is not cube:
                rest = rest | _conjunction(other)
        if len(cubes) > 1 and _conjunction(cube).implies(rest):
            cubes.remove(cube)
    return cubes


def _expand(cube: Cube, condition: Condition) -> Cube:
    """Drop every literal that the implication does not need."""
    kept = list(cube)
    for literal in sorted(cube, key=lambda literal: (literal[0].kind, literal), reverse=True):
        without = tuple(entry for entry in kept if entry is not literal)
        if _conjunction(without).implies(condition):
            kept = list(without)
    return tuple(kept)


def _conjunction(cube: Cube) -> Condition:
    result = TRUE
    for atom, positive in cube:
        literal = _node(atom, FALSE, TRUE)
        result = result & (literal if positive else ~literal)
    return result


def _print_cube(cube: Cube) -> str:
    bounds: dict[str, tuple[int | None, int | None]] = {}
    words: list[str] = []
    for atom, positive in sorted(cube):
        if atom.kind is AtomKind.DEFINED:
            words.append(f"defined({atom.symbol})" if positive else f"!defined({atom.symbol})")
        elif atom.kind is AtomKind.NONZERO:
            words.append(atom.symbol if positive else f"!{atom.symbol}")
        elif atom.kind is AtomKind.OPAQUE:
            words.append(atom.symbol if positive else f"!({atom.symbol})")
        else:
            low, high = bounds.get(atom.symbol, (None, None))
            if positive:
                low = atom.bound if low is None else max(low, atom.bound)
            else:
                high = atom.bound if high is None else min(high, atom.bound)
            bounds[atom.symbol] = (low, high)
    words.extend(_print_bounds(symbol, *span) for symbol, span in sorted(bounds.items()))
    return " && ".join(words) if words else "always"


def _print_bounds(symbol: str, low: int | None, high: int | None) -> str:
    """``low <= symbol < high`` as C programmers write it."""
    if low is not None and high is not None:
        return f"{symbol} == {low}" if high == low + 1 else f"{symbol} >= {low} && {symbol} < {high}"
    if low is not None:
        return f"{symbol} > 0" if low == 1 else f"{symbol} >= {low}"
    return f"{symbol} <= 0" if high == 1 else f"{symbol} < {high}"


def evaluate_with(condition: Condition, values: Mapping[str, int | None]) -> bool:
    """The condition's truth in one configuration: symbol to value, ``None`` or absent for undefined."""
    return condition.evaluate(lambda atom: atom.holds(values.get(atom.symbol) is not None, values.get(atom.symbol) or 0))
