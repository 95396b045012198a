"""What a checker knows of one machine word: the numbers it may be, or the last eight bits that it may end in.

Eight bits are enough for every mask whose protection lies in them; they can be followed through ``|``, ``&``, ``^``,
``~``, ``+``, ``-`` and ``*`` even where the rest is unknown, so ``x & ~PROT_EXEC`` has no x whatever ``x`` is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.model.protection import ALL, ProtSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mapproof.model.callee import Encoding

MOST: Final = 64
"""Numbers that are kept apart."""

_LOW: Final = 0xFF
_EVERY: Final = frozenset(range(256))
_WIDE: Final = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Word:
    """``exact``: the numbers it may be, modulo 2**64; ``None`` when they are not known. ``low``: the last eight bits
    that it may have. ``why``: what is not known, if anything is."""

    exact: frozenset[int] | None
    low: frozenset[int]
    why: tuple[str, ...] = ()

    def __or__(self, other: Word) -> Word:
        """Either of the two."""
        why = tuple(sorted({*self.why, *other.why}))
        if self.exact is not None and other.exact is not None and len(self.exact | other.exact) <= MOST:
            return Word(self.exact | other.exact, self.low | other.low, why)
        return Word(None, self.low | other.low, why)

    def protections(self, encoding: Encoding) -> ProtSet:
        """What the word means as a mask."""
        found = ProtSet()
        if self.exact is not None:
            for number in self.exact:
                found |= encoding.decode(number & 0xFFFF_FFFF)
            return found
        if encoding.relevant & ~_LOW:
            return ALL
        for number in self.low:
            found |= encoding.decode(number)
        return found

    def spelled(self) -> list[str]:
        """A form that two equal words share, for a document."""
        if self.exact is not None:
            return [hex(number) for number in sorted(self.exact)]
        if self.low == _EVERY:
            return ["?"]
        return [f"?{number:02x}" for number in sorted(self.low)]


NOTHING: Final = Word(frozenset(), frozenset())
"""No word at all: nothing was assigned."""


def known(numbers: Iterable[int]) -> Word:
    """One of these numbers."""
    exact = frozenset(number & _WIDE for number in numbers)
    return Word(exact, frozenset(number & _LOW for number in exact))


def unknown(why: str) -> Word:
    """Any number, with what would have to be known."""
    return Word(None, _EVERY, (why,))


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


_BITWISE: Final[dict[str, Callable[[int, int], int]]] = {
    "|": lambda a, b: a | b,
    "&": lambda a, b: a & b,
    "^": lambda a, b: a ^ b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}
_EXACT: Final[dict[str, Callable[[int, int], int]]] = {
    "<<": lambda a, b: a << b if 0 <= b < 64 else 0,
    ">>": lambda a, b: a >> b if 0 <= b < 64 else 0,
    "/": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "%": lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1),
}
_TRUTH: Final = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||", "!"})


def binary(operator: str, left: Word, right: Word) -> Word:
    """``left operator right`` as C computes it; what it can't follow is any number."""
    why = tuple(sorted({*left.why, *right.why}))
    if operator in _TRUTH:
        return known([0, 1])
    exact = None
    if left.exact is not None and right.exact is not None and len(left.exact) * len(right.exact) <= MOST:
        exact = _exactly(operator, left.exact, right.exact)
    if operator in _BITWISE:
        compute = _BITWISE[operator]
        if exact is not None:
            return known(exact)
        if operator == "*" and _EVERY in (left.low, right.low):
            return Word(None, _EVERY, why)  # a factor of which nothing is known may be no integer
        if len(left.low) * len(right.low) > 1 << 12:
            return Word(None, _EVERY, why)
        return Word(None, frozenset(compute(a, b) & _LOW for a in left.low for b in right.low), why)
    return known(exact) if exact is not None else Word(None, _EVERY, why or (f"the result of {operator}",))


def _exactly(operator: str, left: frozenset[int], right: frozenset[int]) -> list[int] | None:
    compute = _BITWISE.get(operator) or _EXACT.get(operator)
    if compute is None or (operator in "/%" and 0 in right):
        return None
    if operator in {">>", "/", "%"} and any(number >> 31 for number in (*left, *right)):
        return None
    return [compute(_signed(a), _signed(b)) for a in left for b in right]


def unary(operator: str, word: Word) -> Word:
    """``operator word``."""
    if operator == "!":
        return known([0, 1])
    if operator == "+":
        return word
    if operator == "~":
        return binary("^", word, known([-1]))
    if operator == "-":
        return binary("-", known([0]), word)
    return unknown(f"the result of {operator}")


def narrowed(word: Word) -> Word:
    """The word after a conversion to an integer type of unknown width, or to a truth value."""
    if word.exact is None:
        return Word(None, word.low | {0, 1}, word.why)
    numbers = {n & mask for n in word.exact for mask in (_LOW, 0xFFFF, 0xFFFF_FFFF, _WIDE)}
    return known(numbers | {int(bool(number)) for number in word.exact})
