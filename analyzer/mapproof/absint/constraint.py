"""What conditions tell of a word: comparisons as conditions, and conditions as numbers and known bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.absint.arithmetic import signed
from mapproof.absint.bits import Bits
from mapproof.absint.identity import Made, bit_name, bits_named, chain, follow, made, masks_of, source
from mapproof.absint.values import Anything, Identity, Leaf, Number
from mapproof.model.condition import FALSE, TRUE, AtomKind, Condition, Cube, Origin, at_least, equals, nonzero
from mapproof.model.ir import Opcode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def compare(opcode: Opcode, left: Leaf, right: Leaf, size: int) -> Condition | None:
    """The condition under which a comparison holds, when it is one of an identity with a number; else ``None``."""
    if isinstance(left, Anything) and left.identity is not None and isinstance(right, Number):
        return _against(opcode, left.identity.text, right.value, size)
    if isinstance(right, Anything) and right.identity is not None and isinstance(left, Number):
        return _reversed(opcode, right.identity.text, left.value, size)
    return None


def _against(opcode: Opcode, text: str, value: int, size: int) -> Condition | None:  # noqa: PLR0911  one answer per case
    """``text OP value``: the words for which it holds follow one another, beyond the greatest comes the least."""
    half = 1 << 8 * size - 1
    exact = signed(value, size)
    match opcode:
        case Opcode.INT_EQUAL:
            return _among(text, value, 1, size)
        case Opcode.INT_NOTEQUAL:
            return ~_among(text, value, 1, size)
        case Opcode.INT_SLESS:
            return _among(text, -half, exact + half, size)
        case Opcode.INT_SLESSEQUAL:
            return _among(text, -half, exact + half + 1, size)
        case Opcode.INT_LESS:
            return _among(text, 0, value, size)
        case Opcode.INT_LESSEQUAL:
            return _among(text, 0, value + 1, size)
        case _:
            return None


_OPPOSITE: Final = {
    Opcode.INT_SLESS: Opcode.INT_SLESSEQUAL,
    Opcode.INT_SLESSEQUAL: Opcode.INT_SLESS,
    Opcode.INT_LESS: Opcode.INT_LESSEQUAL,
    Opcode.INT_LESSEQUAL: Opcode.INT_LESS,
}
"""``a OP b`` to the operation for which ``b OP' a`` says the contrary."""


def _reversed(opcode: Opcode, text: str, value: int, size: int) -> Condition | None:
    """``value OP text``."""
    if opcode in {Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL}:
        return _against(opcode, text, value, size)
    contrary = _OPPOSITE.get(opcode)
    found = None if contrary is None else _against(contrary, text, value, size)
    return None if found is None else ~found


def _among(text: str, first: int, count: int, size: int) -> Condition:
    """When a word of ``size`` bytes is one of ``count`` that follow one another from ``first`` on, modulo the word.

    Put to the word that it was made of by adding a number or by widening, as far as that leads.
    """
    full = 1 << 8 * size
    if count <= 0 or count >= full:
        return FALSE if count <= 0 else TRUE
    how = made(text)
    if how is not None:
        found = _among_base(how, first, count)
        if found is not None:
            return found
    low = signed(first, size)
    high = low + count
    half = full >> 1
    if count == 1:
        return equals(text, low, Origin.RUN)
    if count == full - 1:
        return ~equals(text, signed(high, size), Origin.RUN)
    if high <= half:
        above = TRUE if low == -half else at_least(text, low, Origin.RUN)
        return above if high == half else above & ~at_least(text, high, Origin.RUN)
    return at_least(text, low, Origin.RUN) | ~at_least(text, high - full, Origin.RUN)


def _among_base(how: Made, first: int, count: int) -> Condition | None:
    number = how.number or 0
    match how.opcode:
        case Opcode.INT_ADD:
            return _among(how.base, first - number, count, how.size)
        case Opcode.INT_SUB:
            return _among(how.base, first + number, count, how.size)
        case Opcode.INT_ZEXT:
            return _narrowed(how, first, count, 0)
        case Opcode.INT_SEXT:
            return _narrowed(how, first, count, -(1 << 8 * how.width - 1))
        case Opcode.INT_LEFT | Opcode.INT_SRIGHT if _is_sign_test(first, count, how.size):
            return _sign(how, negative=signed(first, how.size) < 0)
        case _:
            return None


def _narrowed(how: Made, first: int, count: int, least: int) -> Condition:
    """The same of the narrow word: of those words only that some narrow word is widened to."""
    full = 1 << 8 * how.size
    low = signed(first, how.size)
    end = least + (1 << 8 * how.width)
    found = FALSE
    for start in (low - full, low, low + full):
        begin, stop = max(start, least), min(start + count, end)
        if begin < stop:
            found |= _among(how.base, begin, stop - begin, how.width)
    return found


def _is_sign_test(first: int, count: int, size: int) -> bool:
    half = 1 << 8 * size - 1
    return count == half and first % half == 0


def _sign(how: Made, *, negative: bool) -> Condition | None:
    """When the sign bit of a shifted word is set, or not: it is a bit of the word."""
    place = 8 * how.width - 1 - (how.number or 0) if how.opcode is Opcode.INT_LEFT else 8 * how.width - 1
    if place < 0:
        return FALSE if negative else TRUE
    is_set = bit_set(how.base, place, how.width)
    return is_set if negative else ~is_set


def bit_set(text: str, place: int, size: int) -> Condition:
    """When a bit of a word is set."""
    base, bit, width, opposite = source(text, place, size)
    is_sign = bit == 8 * width - 1
    holds = ~at_least(base, 0, Origin.RUN) if is_sign else nonzero(bit_name(base, bit), Origin.RUN)
    return ~holds if opposite else holds


def specialize(leaf: Leaf, condition: Condition, size: int) -> Leaf:
    """The leaf, with whatever the condition tells of it: an exact number, or more known bits."""
    if not isinstance(leaf, Anything) or leaf.identity is None or condition is TRUE:
        return leaf
    symbols = {atom.symbol for atom in condition.atoms() if atom.origin is Origin.RUN}
    if not symbols:
        return leaf
    text = leaf.identity.text
    word = _told(text, condition, symbols, size)
    if word is not None and leaf.bits.admits(word):
        return Number(word, needs=leaf.needs, causes=leaf.causes)
    ones, zeros = leaf.bits.ones, leaf.bits.zeros
    for masked, mask in masks_of(text).items():
        if masked not in symbols:
            continue
        exact = _exact(masked, condition, size)
        if exact is not None:
            ones, zeros = ones | exact & mask, zeros | mask & ~exact
        elif mask.bit_count() == 1 and condition.implies(nonzero(masked, Origin.RUN)):
            ones |= mask
    for bit, is_set in _bits_told(text, condition, symbols, size, leaf.bits.unknown):
        ones, zeros = (ones | bit, zeros) if is_set else (ones, zeros | bit)
    if ones & zeros or (ones, zeros) == (leaf.bits.ones, leaf.bits.zeros):
        return leaf
    return Anything(Bits(size, ones, zeros), leaf.identity, leaf.needs, leaf.causes)


def _told(text: str, condition: Condition, symbols: set[str], size: int) -> int | None:
    """The one number that a word can be, because a word that it is made of can be one only."""
    for base, steps in chain(text):
        if base in symbols:
            exact = _exact(base, condition, steps[0].width if steps else size)
            word = None if exact is None else follow(steps, exact)
            if word is not None:
                return word
    return None


def _bits_told(
    text: str, condition: Condition, symbols: set[str], size: int, unknown: int
) -> Iterator[tuple[int, bool]]:
    """Bits of a word that a condition decides, because it decides the bits that they are copies of."""
    named = {base: bits_named(base) for base, _steps in chain(text)}
    if not any(name in symbols for names in named.values() for name in names):
        return
    for place in range(8 * size):
        if not unknown >> place & 1:
            continue
        found = source(text, place, size)
        if bit_name(found[0], found[1]) not in symbols:
            continue
        is_set = bit_set(text, place, size)
        if condition.implies(is_set):
            yield 1 << place, True
        elif condition.implies(~is_set):
            yield 1 << place, False


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
    found = choices(leaf, condition, size)
    if found is not None:
        return frozenset(number.value for number, _only in found)
    if leaf.bits.unknown.bit_count() > MAX_LISTED.bit_length() - 1:
        return None
    words = frozenset(leaf.bits.members())
    if leaf.identity is None:
        return words
    text = leaf.identity.text
    return frozenset(word for word in words if (condition & _among(text, word, 1, size)).satisfiable)


def counted(leaf: Anything, known: Identity, size: int) -> Iterable[tuple[Number, Condition]]:
    """Every number that a word can be of which few bits are unknown, each with the condition that it is the one: bit by
    bit, so that words which share bits stay related."""
    places = [place for place in range(8 * size) if leaf.bits.unknown >> place & 1]
    single = {place: bit_set(known.text, place, size) for place in places}
    for word in leaf.bits.members():
        only = TRUE
        for place, is_set in single.items():
            only &= is_set if word >> place & 1 else ~is_set
        yield Number(word, needs=leaf.needs, causes=leaf.causes), only


def choices(leaf: Leaf, condition: Condition, size: int) -> list[tuple[Number, Condition]] | None:
    """The few numbers that a condition leaves for an unknown word, each with the condition that it is the one."""
    if not isinstance(leaf, Anything) or leaf.identity is None or condition is TRUE:
        return None
    symbols = {atom.symbol for atom in condition.atoms()}
    for base, steps in chain(leaf.identity.text):
        span = _span(base, condition) if base in symbols else None
        if span is None:
            continue
        width = steps[0].width if steps else size
        found = []
        for word in range(*span):
            only = equals(base, word, Origin.RUN)
            made_of = follow(steps, word & (1 << 8 * width) - 1)
            if made_of is None:
                break
            if leaf.bits.admits(made_of) and (condition & only).satisfiable:
                found.append((Number(made_of, needs=leaf.needs, causes=leaf.causes), only))
        else:
            return found
    return None


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
