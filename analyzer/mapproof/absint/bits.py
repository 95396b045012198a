"""Known bits: for each bit of a word, whether it is surely one, surely zero, or unknown.

A pair (``ones``, ``zeros``) stands for every word that has all of ``ones`` and none of ``zeros``. Join keeps what both
sides know; top knows nothing. Addition and subtraction are those of the Linux BPF verifier's tristate numbers, proved
optimal by Vishwanathan et al., "Sound, Precise, and Fast Abstract Interpretation with Tristate Numbers" (CGO 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Bits:
    """What is known of a word of ``size`` bytes. ``ones`` and ``zeros`` never overlap."""

    size: int
    ones: int = 0
    zeros: int = 0

    @classmethod
    def constant(cls, value: int, size: int) -> Bits:
        """Every bit known."""
        mask = (1 << 8 * size) - 1
        return cls(size, value & mask, ~value & mask)

    @property
    def mask(self) -> int:
        """All bits of the word."""
        return (1 << 8 * self.size) - 1

    @property
    def unknown(self) -> int:
        """The bits that are not known."""
        return self.mask & ~(self.ones | self.zeros)

    @property
    def value(self) -> int | None:
        """The word, when every bit is known."""
        return self.ones if self.unknown == 0 else None

    def admits(self, value: int) -> bool:
        """Whether the word may be ``value``."""
        return value & self.ones == self.ones and not value & self.zeros

    def members(self) -> Iterator[int]:
        """Every word, rising; only for few unknown bits."""
        unknown = self.unknown
        subset = 0
        while True:
            yield self.ones | subset
            if subset == unknown:
                return
            subset = (subset - unknown) & unknown

    def __or__(self, other: Bits) -> Bits:
        """Join: what both sides know."""
        return Bits(self.size, self.ones & other.ones, self.zeros & other.zeros)

    def __le__(self, other: Bits) -> bool:
        """Whether this knows all that ``other`` knows: fewer words."""
        return other.ones & ~self.ones == 0 and other.zeros & ~self.zeros == 0

    def bit_and(self, other: Bits) -> Bits:
        """Bitwise and."""
        return Bits(self.size, self.ones & other.ones, self.zeros | other.zeros)

    def bit_or(self, other: Bits) -> Bits:
        """Bitwise or."""
        return Bits(self.size, self.ones | other.ones, self.zeros & other.zeros)

    def bit_xor(self, other: Bits) -> Bits:
        """Bitwise exclusive or."""
        known = ~(self.unknown | other.unknown) & self.mask
        word = self.ones ^ other.ones
        return Bits(self.size, word & known, ~word & known)

    def negate(self) -> Bits:
        """Bitwise complement."""
        return Bits(self.size, self.zeros, self.ones)

    def add(self, other: Bits) -> Bits:
        """Addition modulo the word."""
        value = self.ones + other.ones
        spread = self.unknown + other.unknown
        unknown = ((value + spread) ^ value | self.unknown | other.unknown) & self.mask
        return Bits(self.size, value & ~unknown & self.mask, ~value & ~unknown & self.mask)

    def subtract(self, other: Bits) -> Bits:
        """Subtraction modulo the word."""
        value = self.ones - other.ones
        unknown = ((value + self.unknown) ^ (value - other.unknown) | self.unknown | other.unknown) & self.mask
        return Bits(self.size, value & ~unknown & self.mask, ~value & ~unknown & self.mask)

    def left(self, count: int) -> Bits:
        """Shift left; zeros come in."""
        if count >= 8 * self.size:
            return Bits.constant(0, self.size)
        return Bits(self.size, self.ones << count & self.mask, (self.zeros << count | (1 << count) - 1) & self.mask)

    def right(self, count: int) -> Bits:
        """Logical shift right; zeros come in."""
        if count >= 8 * self.size:
            return Bits.constant(0, self.size)
        incoming = self.mask & ~(self.mask >> count)
        return Bits(self.size, self.ones >> count, self.zeros >> count | incoming)

    def arithmetic_right(self, count: int) -> Bits:
        """Arithmetic shift right; copies of the sign come in."""
        count = min(count, 8 * self.size - 1)
        incoming = self.mask & ~(self.mask >> count)
        sign = 1 << 8 * self.size - 1
        ones = self.ones >> count | (incoming if self.ones & sign else 0)
        zeros = self.zeros >> count | (incoming if self.zeros & sign else 0)
        return Bits(self.size, ones, zeros)

    def zero_extend(self, size: int) -> Bits:
        """Widen with zeros."""
        wide = (1 << 8 * size) - 1
        return Bits(size, self.ones, self.zeros | wide & ~self.mask)

    def sign_extend(self, size: int) -> Bits:
        """Widen with copies of the sign."""
        wide = (1 << 8 * size) - 1 & ~self.mask
        sign = 1 << 8 * self.size - 1
        return Bits(
            size, self.ones | (wide if self.ones & sign else 0), self.zeros | (wide if self.zeros & sign else 0)
        )

    def piece(self, low: int, size: int) -> Bits:
        """``size`` bytes, from byte ``low`` on."""
        wide = self.right(8 * low)
        mask = (1 << 8 * size) - 1
        return Bits(size, wide.ones & mask, wide.zeros & mask)

    def multiply(self, other: Bits) -> Bits:
        """Multiplication modulo the word: exact trailing zeros, the rest unknown unless both are constants."""
        if self.value is not None and other.value is not None:
            return Bits.constant(self.value * other.value, self.size)
        trailing = _trailing_zeros(self) + _trailing_zeros(other)
        return Bits(self.size, 0, (1 << min(trailing, 8 * self.size)) - 1)


def _trailing_zeros(bits: Bits) -> int:
    """How many low bits are surely zero."""
    return ((~bits.zeros & bits.zeros + 1).bit_length() - 1) if bits.zeros != bits.mask else 8 * bits.size
