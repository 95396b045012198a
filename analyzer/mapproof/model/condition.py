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

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


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

    __slots__ = ("__weakref__", "_atoms", "_negation", "_printed", "_satisfiable", "atom", "high", "low", "size")

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
        self._atoms: frozenset[Atom] | None = None

    def __and__(self, other: Condition) -> Condition:
        """Both hold."""
        if self is other or other is TRUE or self is FALSE:
            return self
        if self is TRUE or other is FALSE:
            return other
        return _ite(self, other, FALSE)

    def __or__(self, other: Condition) -> Condition:
        """At least one holds."""
        if self is other or other is FALSE or self is TRUE:
            return self
        if self is FALSE or other is TRUE:
            return other
        return _ite(self, TRUE, other)

    def __invert__(self) -> Condition:
        """The condition does not hold."""
        if self._negation is None:
            self._negation = _ite(self, FALSE, TRUE)
            self._negation._negation = self  # noqa: SLF001  a cache of this class
        return self._negation

    @property
    def satisfiable(self) -> bool:
        """Whether some values of the symbols make it true, integers and definedness taken into account."""
        if self._satisfiable is None:
            _decide(self)
        return self._satisfiable is True

    def implies(self, other: Condition) -> bool:
        """Whether ``other`` holds wherever this one does."""
        return not (self & ~other).satisfiable

    def excludes(self, other: Condition) -> bool:
        """Whether the two can never hold together."""
        return not (self & other).satisfiable

    def cubes(self) -> Iterator[Cube]:
        """The paths to true that integers allow: disjoint conjunctions whose disjunction is the condition."""
        stack: list[tuple[Condition, Cube]] = [(self, ())]
        while stack:
            node, path = stack.pop()
            if node.atom is None:
                if node is TRUE:
                    yield path
                continue
            for leaving, literals in _ways_through(node):
                if leaving.satisfiable:
                    stack.append((leaving, path + literals))

    def atoms(self) -> frozenset[Atom]:
        """Every atom the condition depends on."""
        if self._atoms is None:
            self._atoms = frozenset([node.atom for node in _nodes(self) if node.atom is not None])
        return self._atoms

    @property
    def nodes(self) -> int:
        """Nodes of the diagram, each counted once."""
        return len(_nodes(self))

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
        return _solve((self, context), _restrict_step, _restrict_known)

    def forget(self, which: Callable[[Atom], bool]) -> Condition:
        """The weakest condition that holds whenever this one did for some truth of the atoms that ``which`` selects."""
        if not any(which(atom) for atom in self.atoms()):
            return self
        done: dict[Condition, Condition] = {TRUE: TRUE, FALSE: FALSE}
        for node in _nodes(self):
            if node.atom is not None:
                low, high = done[node.low], done[node.high]
                done[node] = low | high if which(node.atom) else _node(node.atom, low, high)
        return done[self]

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


_Key = tuple[Condition, ...]
_Step = Condition | tuple[Atom | None, tuple[_Key, ...]]
"""What one key stands for: a condition, or the node on an atom whose children two other keys stand for, or (with no
atom) just what another key stands for."""

_MAX_KNOWN: Final = 1 << 18


def _solve(key: _Key, step: Callable[[_Key], _Step], known: dict[_Key, Condition]) -> Condition:
    """Work a recursive definition out with a stack of our own: a condition may have thousands of atoms."""
    if len(known) > _MAX_KNOWN:
        known.clear()
    stack: list[tuple[_Key, _Step]] = [(key, step(key))]
    while stack:
        current, outcome = stack[-1]
        if isinstance(outcome, Condition):
            known[current] = outcome
            stack.pop()
            continue
        atom, parts = outcome
        missing = [part for part in parts if part not in known]
        if missing:
            stack.extend([(part, step(part)) for part in missing])
            continue
        known[current] = known[parts[0]] if atom is None else _node(atom, known[parts[0]], known[parts[1]])
        stack.pop()
    return known[key]


_ite_known: dict[_Key, Condition] = {}
_restrict_known: dict[_Key, Condition] = {}


def _ite(test: Condition, then: Condition, otherwise: Condition) -> Condition:
    """If-then-else, the one operation all others are made of."""
    key = (test, then, otherwise)
    return _ite_known.get(key) or _solve(key, _ite_step, _ite_known)


def _ite_step(key: _Key) -> _Step:
    test, then, otherwise = key
    if test is TRUE or then is otherwise:
        return then
    if test is FALSE:
        return otherwise
    if then is TRUE and otherwise is FALSE:
        return test
    top = min([node.atom for node in key if node.atom is not None])
    decided = [node.atom == top for node in key]
    low = tuple([node.low if here else node for node, here in zip(key, decided, strict=True)])
    high = tuple([node.high if here else node for node, here in zip(key, decided, strict=True)])
    return top, (low, high)


def _restrict_step(key: _Key) -> _Step:
    node, context = key
    if node.atom is None or context.atom is None:
        return node
    if context.atom < node.atom:
        return None, ((node, context.low | context.high),)
    same = context.atom == node.atom
    low_context, high_context = (context.low, context.high) if same else (context, context)
    if low_context is FALSE:
        return None, ((node.high, high_context),)
    if high_context is FALSE:
        return None, ((node.low, low_context),)
    return node.atom, ((node.low, low_context), (node.high, high_context))


def _nodes(root: Condition) -> list[Condition]:
    """Every node of the diagram once, children before parents."""
    ordered: dict[Condition, None] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        missing = [] if node.atom is None else [child for child in (node.low, node.high) if child not in ordered]
        if missing:
            stack.extend(missing)
            continue
        ordered.setdefault(stack.pop())
    return list(ordered)


class _Range(NamedTuple):
    """What literals about one symbol have said of its value so far: ``lower <= value < upper``, zero or not."""

    lower: int | None = None
    upper: int | None = None
    zero: bool = False
    nonzero: bool = False

    def given(self, atom: Atom, positive: bool) -> _Range | None:
        """With one more literal; ``None`` when integers and definedness don't allow them together."""
        lower, upper, zero, nonzero_ = self
        if atom.kind is AtomKind.DEFINED:
            zero = zero or not positive
        elif atom.kind is AtomKind.NONZERO:
            zero, nonzero_ = zero or not positive, nonzero_ or positive
        elif atom.kind is AtomKind.AT_LEAST and positive:
            lower = atom.bound if lower is None else max(lower, atom.bound)
        elif atom.kind is AtomKind.AT_LEAST:
            upper = atom.bound if upper is None else min(upper, atom.bound)
        if zero and (nonzero_ or (lower is not None and lower > 0) or (upper is not None and upper <= 0)):
            return None
        if lower is not None and upper is not None and (lower >= upper or (nonzero_ and lower == 0 and upper == 1)):
            return None
        return _Range(lower, upper, zero, nonzero_)


def _ways_through(node: Condition) -> Iterator[tuple[Condition, Cube]]:
    """Where the diagram can be left to from ``node`` on with one symbol decided, and by which consistent literals.

    Atoms of one symbol are neighbours in the variable order, and symbols do not depend on each other: a path is
    consistent exactly when its stretch through each symbol is.
    """
    symbol = node.atom[:2] if node.atom else None
    stack: list[tuple[Condition, Cube, _Range]] = [(node, (), _Range())]
    while stack:
        current, path, known = stack.pop()
        if current.atom is None or current.atom[:2] != symbol:
            yield current, path
            continue
        for child, positive in ((current.low, False), (current.high, True)):
            if child is not FALSE and (narrowed := known.given(current.atom, positive)) is not None:
                stack.append((child, (*path, (current.atom, positive)), narrowed))


def _decide(root: Condition) -> None:
    """Find out whether ``root``, and what it takes of the nodes below, is satisfiable, each node once."""
    stack = [root]
    ways: dict[Condition, list[Condition]] = {}
    while stack:
        node = stack[-1]
        if node not in ways:
            ways[node] = list(dict.fromkeys(leaving for leaving, _ in _ways_through(node)))
        if any(leaving._satisfiable for leaving in ways[node]):  # noqa: SLF001  a cache of this module's own class
            node._satisfiable = True  # noqa: SLF001  likewise
        else:
            open_ways = [leaving for leaving in ways[node] if leaving._satisfiable is None]  # noqa: SLF001  likewise
            if open_ways:
                stack.append(open_ways[0])
                continue
            node._satisfiable = False  # noqa: SLF001  likewise
        stack.pop()


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
    cubes, complete = _prime_cubes(condition)
    disjuncts = [_print_cube(cube) for cube in cubes]
    if len(disjuncts) == 1 and complete:
        return _print_disjunct(disjuncts[0], alone=True)
    texts = sorted({_print_disjunct(words) for words in disjuncts}, key=lambda text: (len(text), text))
    return " || ".join(texts if complete else [*texts, "..."])


def _print_disjunct(words: list[str], *, alone: bool = False) -> str:
    """Words joined, in parentheses where C's precedence or the reader's eye wants them."""
    if len(words) == 1:
        return words[0][1:-1] if alone and words[0].startswith("(") else words[0]
    text = " && ".join(words) or "always"
    return text if alone or not words else f"({text})"


_MAX_PRINTED_CUBES: Final = 64
"""Beyond this many disjuncts nobody reads on; the text then ends in ``...``."""
_MAX_SHORTENED_LITERALS: Final = 64
"""A longer conjunction is printed as it is found."""


def _prime_cubes(condition: Condition) -> tuple[list[Cube], bool]:
    """Cubes that cover the condition, each literal needed, no cube needless; and whether they are all."""
    cubes: list[Cube] = []
    rest = condition
    while rest.satisfiable and len(cubes) < _MAX_PRINTED_CUBES:
        prime = _expand(next(rest.cubes()), condition)
        cubes.append(prime)
        rest = rest & ~_conjunction(prime)
    return _without_needless(cubes), not rest.satisfiable


def _without_needless(cubes: list[Cube]) -> list[Cube]:
    """The cubes less those that the others cover."""
    later = [FALSE]
    for cube in reversed(cubes):
        later.append(later[-1] | _conjunction(cube))
    needed: list[Cube] = []
    earlier = FALSE
    for index, cube in enumerate(cubes):
        truth = _conjunction(cube)
        if not _covers(earlier | later[len(cubes) - 1 - index], cube):
            needed.append(cube)
            earlier = earlier | truth
    return needed


def _expand(cube: Cube, condition: Condition) -> Cube:
    """Drop every literal that the implication does not need."""
    if len(cube) > _MAX_SHORTENED_LITERALS:
        return cube
    kept = list(cube)
    for literal in sorted(cube, key=lambda literal: (literal[0].kind, literal), reverse=True):
        without = tuple(entry for entry in kept if entry is not literal)
        if _covers(condition, without):
            kept = list(without)
    return tuple(kept)


def _covers(condition: Condition, cube: Cube) -> bool:
    """Whether the condition holds wherever a consistent cube does: a walk that makes no condition and ends early."""
    decided = dict(cube)
    given: dict[tuple[Origin, str], list[tuple[Atom, bool]]] = {}
    for literal in cube:
        given.setdefault(literal[0][:2], []).append(literal)
    stack, seen = [condition], {condition, TRUE}
    while stack:
        node = stack.pop()
        atom, low, high = node.atom, node.low, node.high
        if atom is None:
            return False
        symbol = atom[:2]
        if _has(low, symbol) or _has(high, symbol) or (symbol in given and atom not in decided):
            leaving: Iterable[Condition] = _leaving(node, tuple(given.get(symbol, ())))
        else:
            truth = decided.get(atom)
            leaving = (low, high) if truth is None else (high,) if truth else (low,)
        for child in leaving:
            if child is FALSE:
                return False
            if child not in seen:
                seen.add(child)
                stack.append(child)
    return True


def _has(node: Condition, symbol: tuple[Origin, str]) -> bool:
    return node.atom is not None and node.atom[:2] == symbol


def _leaving(node: Condition, given: Cube) -> Iterator[Condition]:
    """As :func:`_ways_through`, false ends included, where these literals of the node's symbol hold."""
    symbol = node.atom[:2] if node.atom else None
    known: _Range | None = _Range()
    for atom, positive in given:
        known = known.given(atom, positive) if known is not None else None
    stack = [(node, known)] if known is not None else []
    decided = dict(given)
    while stack:
        current, here = stack.pop()
        if current.atom is None or current.atom[:2] != symbol:
            yield current
            continue
        for child, positive in ((current.low, False), (current.high, True)):
            if decided.get(current.atom, positive) is not positive:
                continue
            narrowed = here.given(current.atom, positive)
            if narrowed is not None:
                stack.append((child, narrowed))


def _conjunction(cube: Cube) -> Condition:
    result = TRUE
    for atom, positive in sorted(cube, reverse=True):
        result = _node(atom, FALSE, result) if positive else _node(atom, result, FALSE)
    return result


_PLAIN: Final = re.compile(r"[A-Za-z_]\w*(\([^()]*\))?")


def _print_cube(cube: Cube) -> list[str]:
    """The literals in C's notation, each fit to stand between operators."""
    bounds: dict[tuple[Origin, str], tuple[int | None, int | None]] = {}
    words: list[str] = []
    for atom, positive in sorted(cube):
        if atom.kind is AtomKind.DEFINED:
            words.append(f"defined({atom.symbol})" if positive else f"!defined({atom.symbol})")
        elif atom.kind is AtomKind.NONZERO:
            words.append(atom.symbol if positive else f"!{atom.symbol}")
        elif atom.kind is AtomKind.OPAQUE:
            text = atom.symbol if _PLAIN.fullmatch(atom.symbol) else f"({atom.symbol})"
            words.append(text if positive else f"!{text}")
        else:
            low, high = bounds.get(atom[:2], (None, None))
            if positive:
                low = atom.bound if low is None else max(low, atom.bound)
            else:
                high = atom.bound if high is None else min(high, atom.bound)
            bounds[atom[:2]] = (low, high)
    for (_, symbol), span in sorted(bounds.items()):
        words.extend(_print_bounds(symbol, *span))
    return words


def _print_bounds(symbol: str, low: int | None, high: int | None) -> list[str]:
    """``low <= symbol < high`` as C programmers write it."""
    if low is not None and high == low + 1:
        return [f"{symbol} == {low}"]
    words = []
    if low is not None:
        words.append(f"{symbol} > 0" if low == 1 else f"{symbol} >= {low}")
    if high is not None:
        words.append(f"{symbol} <= 0" if high == 1 else f"{symbol} < {high}")
    return words


def evaluate_with(condition: Condition, values: Mapping[str, int | None]) -> bool:
    """The condition's truth in one configuration: symbol to value, ``None`` or absent for undefined."""
    return condition.evaluate(
        lambda atom: atom.holds(values.get(atom.symbol) is not None, values.get(atom.symbol) or 0)
    )
