"""Identities of unchanging words: derived ones, the atoms that speak of them, and what conditions tell of a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.absint.arithmetic import signed
from mapproof.absint.bits import Bits
from mapproof.absint.domain import MAX_IDENTITY
from mapproof.absint.values import Anything, Identity, Leaf, Number
from mapproof.model.condition import FALSE, TRUE, AtomKind, Condition, Cube, Origin, at_least, equals, nonzero
from mapproof.model.ir import Opcode

if TYPE_CHECKING:
    from collections.abc import Iterable

_roots: Final[dict[str, frozenset[str]]] = {}
"""Atom symbol to the roots of the identity it speaks of; like the table of conditions it lives with the process."""

_masks: Final[dict[str, dict[str, int]]] = {}
"""Identity text to the texts of ``x & m`` derived from it, with the mask."""

_UNSIGNED: Final = " unsigned"

_SYMBOLS: Final = {
    Opcode.INT_AND: "&", Opcode.INT_OR: "|", Opcode.INT_XOR: "^", Opcode.INT_ADD: "+", Opcode.INT_SUB: "-",
    Opcode.INT_LEFT: "<<", Opcode.INT_RIGHT: ">>", Opcode.INT_SRIGHT: ">>>", Opcode.INT_NEGATE: "~",
    Opcode.SUBPIECE: "@", Opcode.INT_SEXT: "sx", Opcode.INT_ZEXT: "zx",
}  # fmt: skip
"""Pure operations whose result is worth a name of its own."""


def identity(text: str, roots: Iterable[str] = ()) -> Identity:
    """An identity that is a root itself, or one computed from ``roots``."""
    found = Identity(text, frozenset(roots) or frozenset({text}))
    _register(found)
    return found


def roots_of(symbol: str) -> frozenset[str]:
    """The roots that an atom's symbol depends on; empty for atoms that are not about an identity."""
    return _roots.get(symbol, frozenset())


def _register(found: Identity) -> None:
    _roots[found.text] = found.roots
    _roots[found.text + _UNSIGNED] = found.roots


def derive(opcode: Opcode, inputs: tuple[Leaf, ...], size: int) -> Identity | None:
    """The identity of a pure operation's result, when each input is a number or has one itself."""
    spelling = _SYMBOLS.get(opcode)
    if spelling is None:
        return None
    words: list[str] = []
    roots: frozenset[str] = frozenset()
    for leaf in inputs:
        if isinstance(leaf, Number):
            words.append(f"{leaf.value:#x}")
        elif isinstance(leaf, Anything) and leaf.identity is not None:
            words.append(leaf.identity.text)
            roots |= leaf.identity.roots
        else:
            return None
    if opcode in {Opcode.INT_ZEXT, Opcode.INT_SEXT, Opcode.INT_NEGATE}:
        text = f"({spelling}{size} {words[0]})"
    else:
        text = f"({f' {spelling} '.join(words)} :{size})"
    if len(text) > MAX_IDENTITY:
        return None
    mask = None
    if opcode is Opcode.INT_AND and isinstance(inputs[0], Anything) and isinstance(inputs[1], Number):
        mask = (words[0], inputs[1].value)
        _masks.setdefault(words[0], {})[text] = inputs[1].value
    found = Identity(text, roots, mask)
    _register(found)
    return found


def compare(opcode: Opcode, left: Leaf, right: Leaf, size: int) -> Condition | None:
    """The condition under which a comparison holds, when it is one of an identity with a number; else ``None``."""
    if isinstance(left, Anything) and left.identity is not None and isinstance(right, Number):
        return _against(opcode, left.identity.text, right.value, size)
    if isinstance(right, Anything) and right.identity is not None and isinstance(left, Number):
        return _reversed(opcode, right.identity.text, left.value, size)
    return None


def _against(opcode: Opcode, text: str, value: int, size: int) -> Condition | None:  # noqa: PLR0911  one answer per case
    """``text OP value``. Equality and signed order speak of the signed word, unsigned order of the unsigned one."""
    exact = signed(value, size)
    match opcode:
        case Opcode.INT_EQUAL:
            return equals(text, exact, Origin.RUN)
        case Opcode.INT_NOTEQUAL:
            return ~equals(text, exact, Origin.RUN)
        case Opcode.INT_SLESS:
            return ~at_least(text, exact, Origin.RUN)
        case Opcode.INT_SLESSEQUAL:
            return ~at_least(text, exact + 1, Origin.RUN)
        case Opcode.INT_LESS:
            return (
                FALSE
                if value == 0
                else (~nonzero(text, Origin.RUN) if value == 1 else ~at_least(text + _UNSIGNED, value, Origin.RUN))
            )
        case Opcode.INT_LESSEQUAL:
            return ~nonzero(text, Origin.RUN) if value == 0 else ~at_least(text + _UNSIGNED, value + 1, Origin.RUN)
        case _:
            return None


def _reversed(opcode: Opcode, text: str, value: int, size: int) -> Condition | None:
    """``value OP text``."""
    exact = signed(value, size)
    match opcode:
        case Opcode.INT_EQUAL | Opcode.INT_NOTEQUAL:
            return _against(opcode, text, value, size)
        case Opcode.INT_SLESS:
            return at_least(text, exact + 1, Origin.RUN)
        case Opcode.INT_SLESSEQUAL:
            return at_least(text, exact, Origin.RUN)
        case Opcode.INT_LESS:
            return nonzero(text, Origin.RUN) if value == 0 else at_least(text + _UNSIGNED, value + 1, Origin.RUN)
        case Opcode.INT_LESSEQUAL:
            return TRUE if value == 0 else at_least(text + _UNSIGNED, value, Origin.RUN)
        case _:
            return None


def specialize(leaf: Leaf, condition: Condition, size: int) -> Leaf:
    """The leaf, with whatever the condition tells of it: an exact number, or more known bits."""
    if not isinstance(leaf, Anything) or leaf.identity is None or condition is TRUE:
        return leaf
    text = leaf.identity.text
    symbols = {atom.symbol for atom in condition.atoms() if atom.origin is Origin.RUN}
    if not symbols:
        return leaf
    if text in symbols or text + _UNSIGNED in symbols:
        exact = _exact(text, condition, size)
        if exact is not None and leaf.bits.admits(exact):
            return Number(exact)
    ones, zeros = leaf.bits.ones, leaf.bits.zeros
    for masked, mask in _masks.get(text, {}).items():
        if masked not in symbols:
            continue
        exact = _exact(masked, condition, size)
        if exact is not None:
            ones, zeros = ones | exact & mask, zeros | mask & ~exact
        elif mask.bit_count() == 1 and condition.implies(nonzero(masked, Origin.RUN)):
            ones |= mask
    if ones & zeros or (ones, zeros) == (leaf.bits.ones, leaf.bits.zeros):
        return leaf
    return Anything(Bits(size, ones, zeros), leaf.identity, leaf.needs, leaf.causes)


def _exact(text: str, condition: Condition, size: int) -> int | None:
    """The one number that the condition leaves for an identity: if there is one, any way to fulfil it shows which."""
    candidate = _pinned(text, next(condition.cubes(), ()))
    if candidate is None or not condition.implies(equals(text, candidate, Origin.RUN)):
        return None
    return candidate & (1 << 8 * size) - 1


def _pinned(text: str, cube: Cube) -> int | None:
    """The one number that literals leave for an identity."""
    least: int | None = None
    below: int | None = None
    nonzero_ = False
    for atom, positive in cube:
        if atom.symbol != text or atom.origin is not Origin.RUN:
            continue
        if atom.kind is AtomKind.NONZERO:
            if not positive:
                return 0
            nonzero_ = True
        elif positive:
            least = atom.bound if least is None else max(least, atom.bound)
        else:
            below = atom.bound if below is None else min(below, atom.bound)
    if least is None or below is None or below - least > 2:
        return None
    left = [number for number in range(least, below) if number or not nonzero_]
    return left[0] if len(left) == 1 else None


MAX_LISTED: Final = 16
"""Numbers that an unknown word is listed as, when a condition or its known bits leave no more."""


def listed(leaf: Anything, condition: Condition, size: int) -> frozenset[int] | None:
    """The few numbers that a condition leaves for an unknown word, ``None`` when they are many."""
    candidates: Iterable[int]
    if leaf.bits.unknown.bit_count() <= MAX_LISTED.bit_length() - 1:
        candidates = leaf.bits.members()
    else:
        span = _span(leaf.identity.text, condition) if leaf.identity is not None else None
        if span is None:
            return None
        candidates = range(span[0], span[1])
    mask = (1 << 8 * size) - 1
    words = {word & mask: word for word in candidates if leaf.bits.admits(word & mask)}
    if leaf.identity is not None:
        text = leaf.identity.text
        return frozenset(
            word for word in words if (condition & equals(text, signed(word, size), Origin.RUN)).satisfiable
        )
    return frozenset(words)


def _span(text: str, condition: Condition) -> tuple[int, int] | None:
    """The least value and one past the greatest that a condition leaves, when they are close."""
    bounds = sorted({
        bound
        for atom in condition.atoms()
        if atom.symbol == text
        for bound in ((0, 1) if atom.kind is AtomKind.NONZERO else (atom.bound,))
    })  # fmt: skip
    lower = max((b for b in bounds if condition.implies(at_least(text, b, Origin.RUN))), default=None)
    upper = min((b for b in bounds if condition.implies(~at_least(text, b, Origin.RUN))), default=None)
    if lower is None or upper is None or not 0 < upper - lower <= MAX_LISTED:
        return None
    return lower, upper
