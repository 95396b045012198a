"""Protections and sets of them: the one exact, finite domain that a verdict rests on.

A protection is one of the eight combinations of read, write and execute. A :class:`ProtSet` is one of the
256 sets of protections, held in one byte: bit *p* is set when protection *p* is a member. Join is union,
meet is intersection, and no information is lost: ``{rw-, r-x}`` is not ``{rwx}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

READ: Final = 1
WRITE: Final = 2
EXEC: Final = 4


@dataclass(frozen=True, slots=True, order=True)
class Prot:
    """One combination of rights. ``bits`` is 0..7 with the values of ``PROT_READ|WRITE|EXEC`` (POSIX <sys/mman.h>)."""

    bits: int

    def __post_init__(self) -> None:
        """Refuse a number that is not one of the eight combinations."""
        if not 0 <= self.bits <= 7:
            message = f"a protection has three bits, got {self.bits}"
            raise ValueError(message)

    @property
    def readable(self) -> bool:
        """Whether r is set."""
        return bool(self.bits & READ)

    @property
    def writable(self) -> bool:
        """Whether w is set."""
        return bool(self.bits & WRITE)

    @property
    def executable(self) -> bool:
        """Whether x is set."""
        return bool(self.bits & EXEC)

    def __str__(self) -> str:
        """The form of ``/proc/PID/maps``: ``rw-``."""
        return "".join(letter if self.bits & bit else "-" for letter, bit in (("r", READ), ("w", WRITE), ("x", EXEC)))

    @classmethod
    def parse(cls, text: str) -> Prot:
        """Read ``rw-`` back; raises ``ValueError`` on any other shape."""
        for bits in range(8):
            if str(cls(bits)) == text:
                return cls(bits)
        message = f"not a protection: {text!r}"
        raise ValueError(message)


@dataclass(frozen=True, slots=True)
class ProtSet:
    """A set of protections. ``members`` is a byte: bit *p* is set when ``Prot(p)`` is in the set."""

    members: int = 0

    def __post_init__(self) -> None:
        """Refuse a number that is not a byte."""
        if not 0 <= self.members <= 0xFF:
            message = f"a ProtSet is one byte, got {self.members}"
            raise ValueError(message)

    @classmethod
    def of(cls, protections: Iterable[Prot | int]) -> ProtSet:
        """The set that holds just these protections (``Prot`` or 0..7)."""
        members = 0
        for protection in protections:
            members |= 1 << (protection.bits if isinstance(protection, Prot) else Prot(protection).bits)
        return cls(members)

    @classmethod
    def from_known_bits(cls, ones: int, zeros: int) -> ProtSet:
        """Every protection that has all of ``ones`` (0..7) and none of ``zeros`` (0..7)."""
        return cls.of(bits for bits in range(8) if bits & ones & 7 == ones & 7 and not bits & zeros)

    def __or__(self, other: ProtSet) -> ProtSet:
        """Join: what either set allows."""
        return ProtSet(self.members | other.members)

    def __and__(self, other: ProtSet) -> ProtSet:
        """Meet: what both sets allow."""
        return ProtSet(self.members & other.members)

    def __le__(self, other: ProtSet) -> bool:
        """Inclusion, the order of the lattice."""
        return self.members & ~other.members == 0

    def __contains__(self, protection: Prot) -> bool:
        """Whether the protection is a member."""
        return bool(self.members >> protection.bits & 1)

    def __iter__(self) -> Iterator[Prot]:
        """The members by rising bits."""
        return (Prot(bits) for bits in range(8) if self.members >> bits & 1)

    def __len__(self) -> int:
        """How many protections the set holds."""
        return self.members.bit_count()

    @property
    def may_write(self) -> bool:
        """Some member has w."""
        return any(protection.writable for protection in self)

    @property
    def may_execute(self) -> bool:
        """Some member has x."""
        return any(protection.executable for protection in self)

    @property
    def may_write_and_execute(self) -> bool:
        """Some single member has w and x: not the same as ``may_write and may_execute``."""
        return any(protection.writable and protection.executable for protection in self)

    @property
    def must_execute(self) -> bool:
        """The set is not empty and every member has x."""
        return len(self) > 0 and all(protection.executable for protection in self)

    def __str__(self) -> str:
        """``{r--, rw-}``."""
        return "{" + ", ".join(str(protection) for protection in self) + "}"


EMPTY: Final = ProtSet(0)
ALL: Final = ProtSet(0xFF)
"""Every protection: what an unknown mask may request."""
