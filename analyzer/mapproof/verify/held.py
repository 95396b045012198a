"""What a register may hold, and what operations make of it: numbers, parameters as they came in, what slots hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mapproof.verify.word import MOST, NOTHING, Word, binary, known, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_ADDRESS: Final = 0x100
"""Below, a number is no address of code or data."""

_WHOLE_MASK: Final = 4
"""Bytes that hold a mask whole."""

_WIDEST_ENTRY: Final = 16
_FEW_BITS: Final = 3
ANYTHING: Final = unknown("what a register holds")
_OPERATORS: Final = {
    "INT_ADD": "+",
    "INT_SUB": "-",
    "INT_AND": "&",
    "INT_OR": "|",
    "INT_XOR": "^",
    "INT_MULT": "*",
    "INT_LEFT": "<<",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a value comes from that was read from a table: ``base`` plus ``scale`` times an entry of ``size`` bytes;
    the address of an entry if ``size`` is 0."""

    table: int
    size: int = 0
    scale: int = 1
    base: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A value: numbers, or parameters as they came in (by register), or the addresses in import slots. ``among`` are
    numbers that it may be beside others that are not known. ``entry``: it was read from a table."""

    word: Word
    parameters: frozenset[str] = frozenset()
    slots: frozenset[int] = frozenset()
    among: frozenset[int] = frozenset()
    entry: Entry | None = None

    def __or__(self, other: Held) -> Held:
        """Either of the two."""
        if self is other or self == other:
            return self
        word = self.word | other.word
        among: frozenset[int] = frozenset()
        if word.exact is None:
            among = frozenset(number for number in self.numbers | other.numbers if number >= _LEAST_ADDRESS)
            among = among if len(among) <= MOST else frozenset()
        entry = self.entry if self.entry == other.entry else None
        return Held(word, self.parameters | other.parameters, self.slots | other.slots, among, entry)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers that it is known that it may be."""
        return self.among if self.word.exact is None else self.word.exact


ANY: Final = Held(ANYTHING)
State = dict[tuple[int, int], Held]
"""Registers by offset and size; what is absent may be anything."""


def unchanged(name: str, values: Sequence[Held], size: int) -> Held | None:
    """The value that an operation leaves as it is: nothing is added to an address, or the bits are cleared that are
    clear in every address of an instruction; ``None`` for other operations."""
    if len(values) != 2 or not (values[0].slots or values[0].parameters):
        return None
    other, mask = values[1].word.exact, (1 << 8 * size) - 1
    if other == frozenset({0}) and name in {"INT_ADD", "INT_SUB", "INT_OR", "INT_XOR"}:
        return values[0]
    cleared = name == "INT_AND" and other in {frozenset({mask ^ bits}) for bits in (0, 1, 3)}
    return values[0] if cleared and only_slots(values[0]) else None


def result(name: str, values: Sequence[Held], read: int, size: int) -> Held:
    """What an operation gives, by its name in p-code; its first input has ``read`` bytes, its output ``size``."""
    if name == "INT_SEXT":
        return _signed_extension(values[0], read, size)
    if name in _OPERATORS:
        found = _trimmed(binary(_OPERATORS[name], _plain(values[0]), _plain(values[1])), size)
        among = _sums(name, values[0], values[1], size) if found.word.exact is None else frozenset()
        return Held(found.word, among=among, entry=_of_table(name, values[0], values[1], size))
    if name == "INT_RIGHT":
        return _shifted(values, read)
    if name == "INT_NEGATE":
        return _trimmed(binary("^", _plain(values[0]), known([-1])), size)
    if name == "INT_2COMP":
        return _trimmed(binary("-", known([0]), _plain(values[0])), size)
    return ANY


def _plain(held: Held) -> Word:
    """The numbers of a value that goes through arithmetic; a parameter may then be any."""
    return ANYTHING if held.parameters or held.slots else held.word


def _trimmed(word: Word, size: int) -> Held:
    if word.exact is None:
        return Held(word)
    return Held(known([number & (1 << 8 * size) - 1 for number in word.exact]))


def narrowed(held: Held, size: int) -> Held:
    """The low bytes of a value: a parameter's low four are still the mask that came in."""
    if size < 4 and (held.parameters or held.slots):
        return ANY
    cut = _trimmed(held.word, size)
    return Held(cut.word, held.parameters, held.slots if size == 8 else frozenset(), entry=held.entry)


def _of_table(name: str, one: Held, other: Held, size: int) -> Entry | None:
    """What a sum, a product or a rounded value is of a table's entry, or an entry's address of a table's."""
    held, exact = (other, one) if len(one.word.exact or ()) == 1 else (one, other)
    if exact.word.exact is None or len(exact.word.exact) != 1:
        return None
    (number,), entry = exact.word.exact, held.entry
    if entry is None:
        return Entry(number) if name == "INT_ADD" and number >= _LEAST_ADDRESS else None
    mask = (1 << 8 * size) - 1
    if name == "INT_ADD":
        return Entry(entry.table + number & mask) if not entry.size else replace(entry, base=entry.base + number & mask)
    if entry.size and entry.base == 0 and name in {"INT_LEFT", "INT_MULT"} and number <= _WIDEST_ENTRY:
        return replace(entry, scale=entry.scale * number if name == "INT_MULT" else entry.scale << number)
    return entry if name == "INT_AND" and (~number & mask) in {1, 3} else None


def _sums(name: str, one: Held, other: Held, size: int) -> frozenset[int]:
    """The numbers that a sum may be, as far as numbers are known that its parts may be."""
    if name not in {"INT_ADD", "INT_SUB", "INT_OR"} or not one.numbers or not other.numbers:
        return frozenset()
    if len(one.numbers) * len(other.numbers) > MOST:
        return frozenset()
    mask = (1 << 8 * size) - 1
    sign = -1 if name == "INT_SUB" else 1
    return frozenset((a | b if name == "INT_OR" else a + sign * b) & mask for a in one.numbers for b in other.numbers)


def _signed_extension(held: Held, size: int, wider: int) -> Held:
    """A value of fewer bytes, with its highest bit in all that are added; its low bytes are what they were."""
    if held.parameters or held.slots:
        return Held(held.word, held.parameters) if size >= _WHOLE_MASK and not held.slots else ANY
    if held.word.exact is None:
        return Held(held.word, entry=held.entry)
    sign = 1 << 8 * size - 1
    mask = (1 << 8 * wider) - 1
    return Held(known([((number & (sign << 1) - 1 ^ sign) - sign) & mask for number in held.word.exact]))


def _shifted(values: Sequence[Held], size: int) -> Held:
    """A value moved down: few numbers are left where few bits are."""
    by = values[1].word.exact
    if by is None or len(by) != 1 or values[0].parameters or values[0].slots:
        return ANY
    (count,) = by
    exact, left = values[0].word.exact, 8 * size - count
    if exact is not None:
        return Held(known([number >> count for number in exact]))
    return Held(known(range(1 << left))) if 0 < left <= _FEW_BITS else ANY


def extended(held: Held, size: int) -> Held:
    """A value of ``size`` bytes with zeros above: of one byte, no more than 256 numbers are left."""
    if size == 1 and held.word.exact is None and not held.parameters:
        return Held(known(held.word.low), entry=held.entry)
    return held


def only_slots(held: Held) -> bool:
    """Whether it is what an import's slot holds, and nothing else."""
    return bool(held.slots) and held.word == NOTHING and not held.parameters


def widened(old: State, new: State) -> State:
    """What is left where a value still changes: nothing is known of it but the slots that it may hold."""
    found: State = {}
    for key, held in new.items():
        before = old.get(key, ANY)
        if held != before:
            found[key] = Held(held.word | ANYTHING, held.parameters, held.slots, before.numbers)
        else:
            found[key] = held
    return found


def joined(one: State, other: State) -> State:
    """Either of two; the address in a slot is not lost sight of where only one has it."""
    found: State = {}
    for key in one.keys() | other.keys():
        held = one.get(key, ANY) | other.get(key, ANY)
        if held.slots or held.among or (key in one and key in other):
            found[key] = held
    return found
