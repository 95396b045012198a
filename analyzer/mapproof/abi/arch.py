"""The shape of one architecture: what an analysis of code or system calls must know of a target.

Numbers are those of the kernel's own headers (``asm/unistd.h``, ``asm/mman.h``, ``linux/elf-em.h``), each
architecture's in a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class ByteOrder(StrEnum):
    """The order of bytes in memory, spelled as ``int.from_bytes`` wants it."""

    LITTLE = "little"
    BIG = "big"


@dataclass(frozen=True, slots=True)
class Arch:
    """One Linux target.

    ``machine`` is ``e_machine`` of the ELF header, ``bits`` the size of a pointer. ``syscalls`` maps the names of rows
    in ``rules/callees.toml`` to numbers; a name that is absent does not exist on this architecture. The kernel's
    ``mmap`` is called ``old_mmap`` where it takes one pointer to a block of its six arguments. ``constants`` holds
    the values that differ from ``asm-generic`` (which ``rules/callees.toml`` lists).
    """

    name: str
    machine: int
    bits: int
    order: ByteOrder
    syscalls: Mapping[str, int]
    constants: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a pointer size no target has, and freeze the tables."""
        if self.bits not in {32, 64}:
            message = f"{self.name}: a pointer has 32 or 64 bits, got {self.bits}"
            raise ValueError(message)
        object.__setattr__(self, "syscalls", MappingProxyType(dict(self.syscalls)))
        object.__setattr__(self, "constants", MappingProxyType(dict(self.constants)))

    def callee_of(self, number: int) -> str | None:
        """The callee that a system call number means here, or ``None`` when it has to do with no mapping."""
        return next((name for name, known in self.syscalls.items() if known == number), None)
