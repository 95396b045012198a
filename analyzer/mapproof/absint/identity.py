"""Identities of unchanging words, and of the words computed from them.

A derived word remembers what it was made of, so that a question about it can be put to the word that all its kin are
made of: ``x - 1 < 5`` as unsigned words and ``(int)x == 3`` are conditions on ``x``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.absint.arithmetic import concrete
from mapproof.absint.domain import MAX_IDENTITY
from mapproof.absint.values import Anything, Identity, Leaf, Number
from mapproof.model.ir import Opcode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GIVEN: Final = " given"
"""How the text of an identity ends that is of a parameter of which nothing is known."""

_identities: Final[dict[str, Identity]] = {}
"""Atom symbol to the identity it speaks of; like the table of conditions it lives with the process."""


@dataclass(frozen=True, slots=True)
class Made:
    """How a derived word was made: ``opcode`` on the word ``base`` of ``width`` bytes and, where there is a second
    operand, on a ``number`` (first or second as ``inputs`` takes them); the result has ``size`` bytes."""

    opcode: Opcode
    base: str
    width: int
    number: int | None
    size: int

    def of(self, word: int) -> int | None:
        """The result for one base word."""
        inputs = [word] if self.number is None else [word, self.number]
        sizes = [self.width, 4 if self.opcode in _COUNTED else self.width][: len(inputs)]
        return concrete(self.opcode, inputs, sizes, self.size)


_made: Final[dict[str, Made]] = {}
"""Identity text of a word made of one other word to how."""

_united: Final[dict[str, tuple[tuple[str, int], tuple[str, int]]]] = {}
"""Identity text of ``x | y`` to both words, each with its bits that are surely zero."""

_masks: Final[dict[str, dict[str, int]]] = {}
"""Identity text to the texts of ``x & m`` derived from it, with the mask."""

_SYMBOLS: Final = {
    Opcode.INT_AND: "&", Opcode.INT_OR: "|", Opcode.INT_XOR: "^", Opcode.INT_ADD: "+", Opcode.INT_SUB: "-",
    Opcode.INT_LEFT: "<<", Opcode.INT_RIGHT: ">>", Opcode.INT_SRIGHT: ">>>", Opcode.INT_NEGATE: "~",
    Opcode.SUBPIECE: "@", Opcode.INT_SEXT: "sx", Opcode.INT_ZEXT: "zx", Opcode.INT_MULT: "*",
}  # fmt: skip
"""Pure operations whose result is worth a name of its own."""

_UNARY: Final = frozenset({Opcode.INT_SEXT, Opcode.INT_ZEXT, Opcode.INT_NEGATE})
_EITHER_WAY: Final = frozenset({Opcode.INT_AND, Opcode.INT_OR, Opcode.INT_XOR, Opcode.INT_ADD, Opcode.INT_MULT})
_NEUTRAL: Final = frozenset({
    Opcode.INT_ADD, Opcode.INT_SUB, Opcode.INT_OR, Opcode.INT_XOR, Opcode.INT_LEFT, Opcode.INT_RIGHT, Opcode.INT_SRIGHT,
})  # fmt: skip
"""Operations that leave a word as it is when the second one is zero."""
_COUNTED: Final = frozenset({Opcode.INT_LEFT, Opcode.INT_RIGHT, Opcode.INT_SRIGHT, Opcode.SUBPIECE})


def identity(text: str, roots: Iterable[str] = ()) -> Identity:
    """An identity that is a root itself, or one computed from ``roots``."""
    found = Identity(text, frozenset(roots) or frozenset({text}))
    _identities[text] = found
    return found


def roots_of(symbol: str) -> frozenset[str]:
    """The roots that an atom's symbol depends on; empty for atoms that are not about an identity."""
    found = _identities.get(symbol)
    return frozenset() if found is None else found.roots


def made(text: str) -> Made | None:
    """How a word was made of one other; ``None`` for one that was not."""
    return _made.get(text)


def masks_of(text: str) -> dict[str, int]:
    """The words ``x & m`` that were made of a word, with the mask."""
    return _masks.get(text, {})


def chain(text: str) -> Iterator[tuple[str, list[Made]]]:
    """The words that a word is made of, itself first, each with the operations that lead from it to the word."""
    steps: list[Made] = []
    while True:
        yield text, steps
        found = _made.get(text)
        if found is None:
            return
        steps = [found, *steps]
        text = found.base


def offset(text: str, size: int) -> tuple[str, int]:
    """The word that a word of ``size`` bytes was made of by adding numbers, and their sum."""
    total = 0
    while True:
        how = _made.get(text)
        if how is None or how.number is None or how.width != size or how.opcode not in _SUMS:
            return text, total & (1 << 8 * size) - 1
        total += how.number if how.opcode is Opcode.INT_ADD else -how.number
        text = how.base


_SUMS: Final = frozenset({Opcode.INT_ADD, Opcode.INT_SUB})


def follow(steps: Iterable[Made], word: int) -> int | None:
    """What operations make of a word."""
    result: int | None = word
    for step in steps:
        result = None if result is None else step.of(result)
    return result


def derive(opcode: Opcode, inputs: tuple[Leaf, ...], size: int) -> Identity | None:
    """The identity of a pure operation's result, when each input is a number or has one itself."""
    if opcode is Opcode.PIECE and isinstance(inputs[0], Number) and inputs[0].value == 0:
        return derive(Opcode.INT_ZEXT, inputs[1:], size)
    first = inputs[0]
    if opcode in _NEUTRAL and isinstance(first, Anything) and first.bits.size == size and inputs[1] == Number(0):
        return first.identity
    spelling = _SYMBOLS.get(opcode)
    spelt = None if spelling is None else _spelt(inputs)
    if spelt is None:
        return None
    words, roots = spelt
    same = _part(words[0], size) if opcode is Opcode.SUBPIECE and words[1] == "0x0" else None
    if same is not None:
        return same
    text = f"({spelling}{size} {words[0]})" if opcode in _UNARY else f"({f' {spelling} '.join(words)} :{size})"
    if text.count("(") > MAX_IDENTITY:
        return None
    mask = None
    if opcode is Opcode.INT_AND and isinstance(inputs[0], Anything) and isinstance(inputs[1], Number):
        mask = (words[0], inputs[1].value)
        _masks.setdefault(words[0], {})[text] = inputs[1].value
    if opcode is Opcode.INT_OR and isinstance(inputs[0], Anything) and isinstance(inputs[1], Anything):
        _united[text] = ((words[0], inputs[0].bits.zeros), (words[1], inputs[1].bits.zeros))
    how = _how(opcode, inputs, words, size)
    if how is not None:
        _made[text] = how
    found = Identity(text, roots, mask)
    _identities[text] = found
    return found


def _spelt(inputs: tuple[Leaf, ...]) -> tuple[list[str], frozenset[str]] | None:
    """The inputs in words, and the roots that they depend on; ``None`` when one has no identity."""
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
    return words, roots


def _part(text: str, size: int) -> Identity | None:
    """The word whose widening a word is, when its low bytes are just that word."""
    how = _made.get(text)
    widened = how is not None and how.opcode in {Opcode.INT_ZEXT, Opcode.INT_SEXT} and how.width == size
    return _identities.get(how.base) if widened and how is not None else None


def _how(opcode: Opcode, inputs: tuple[Leaf, ...], words: list[str], size: int) -> Made | None:
    first = inputs[0]
    if len(inputs) == 1:
        return Made(opcode, words[0], first.bits.size, None, size) if isinstance(first, Anything) else None
    second = inputs[1]
    if isinstance(first, Anything) and isinstance(second, Number):
        return Made(opcode, words[0], first.bits.size, second.value, size)
    if isinstance(first, Number) and isinstance(second, Anything) and opcode in _EITHER_WAY:
        return Made(opcode, words[1], second.bits.size, first.value, size)
    return None


def source(text: str, bit: int, size: int) -> tuple[str, int, int, bool]:  # noqa: C901, PLR0912  one branch per case
    """The bit that a bit of a word copies, or (true) is the opposite of: (word, number of the bit, size, opposite)."""
    opposite = False
    while True:
        how = _made.get(text)
        if how is None:
            only = _only(text, bit)
            if only is None:
                return text, bit, size, opposite
            text = only
            continue
        number = how.number or 0
        match how.opcode:
            case Opcode.INT_AND if number >> bit & 1:
                pass
            case Opcode.INT_OR if not number >> bit & 1:
                pass
            case Opcode.INT_XOR:
                opposite ^= bool(number >> bit & 1)
            case Opcode.INT_NEGATE:
                opposite = not opposite
            case Opcode.INT_ZEXT if bit < 8 * how.width:
                pass
            case Opcode.INT_SEXT:
                bit = min(bit, 8 * how.width - 1)
            case Opcode.SUBPIECE:
                bit += 8 * number
            case Opcode.INT_ADD | Opcode.INT_SUB if not number:
                pass
            case Opcode.INT_RIGHT if bit + number < 8 * how.width:
                bit += number
            case Opcode.INT_SRIGHT:
                bit = min(bit + number, 8 * how.width - 1)
            case Opcode.INT_LEFT if bit >= number:
                bit -= number
            case _:
                return text, bit, size, opposite
        text, size = how.base, how.width


def _only(text: str, bit: int) -> str | None:
    """Of a word made of two, the one whose bit decides, the other's being zero."""
    for (word, _zeros), (_other, zeros) in (pair, pair[::-1]) if (pair := _united.get(text)) is not None else ():
        if zeros >> bit & 1:
            return word
    return None


def bit_name(text: str, bit: int) -> str:
    """The symbol of the atom that says whether a bit of a word is set."""
    name = f"({text} bit {bit})"
    if name not in _identities:
        _identities[name] = Identity(name, roots_of(text))
        _bits.setdefault(text, {})[name] = bit
    return name


_bits: Final[dict[str, dict[str, int]]] = {}
"""Identity text to the symbols that speak of single bits of the word."""


def bits_named(text: str) -> dict[str, int]:
    """The symbols that speak of single bits of a word, with the bit's number."""
    return _bits.get(text, {})
