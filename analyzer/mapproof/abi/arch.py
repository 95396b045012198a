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
class ForeignTrap:
    """A system call instruction that enters the kernel as programs of another architecture do: the number is taken from
    the same register, the arguments from ``arguments``; ``base`` is what is added to its numbers to tell them apart."""

    arguments: tuple[str, ...]
    base: int


@dataclass(frozen=True, slots=True)
class Convention:
    """How functions and the kernel are called, as far as code in a binary must be read by it.

    ``language`` is the lifter's name for the instruction set; registers are spelled as that language spells them.
    ``arguments`` are the registers of the first integer arguments, in order; further ones lie on the stack, the first
    of them ``stack_arguments`` bytes above the stack pointer on entry. ``private_arguments`` are registers that
    compilers may use instead between functions of one file. ``pushed`` is what a call itself leaves on the stack (the
    return address). ``preserved`` are the registers that a function hands back as it found them; ``entry_address``
    those that hold the function's own address when it is entered, ``constants`` what else is certain on entry; ``zero``
    always reads as 0, ``link`` holds the return address on entry, ``global_pointer`` one address while a program runs.
    ``module`` leads to the file's own table of addresses wherever code of the file uses it.
    ``order_flags`` are the flags of overflow and sign, which differ after a subtraction when the
    first word is less than the second, as signed words. A system call instruction takes its number and arguments in
    ``trap_number`` and ``trap_arguments``, gives its result in ``trap_result``, and changes ``trap_clobbers`` besides;
    ``foreign_traps`` are others, by their mnemonics.
    """

    language: str
    arguments: tuple[str, ...]
    result: str
    stack: str
    preserved: frozenset[str]
    trap_number: str
    trap_arguments: tuple[str, ...]
    trap_result: str
    trap_clobbers: tuple[str, ...] = ()
    stack_arguments: int = 0
    pushed: int = 0
    entry_address: tuple[str, ...] = ()
    zero: str = ""
    global_pointer: str = ""
    link: str = ""
    module: str = ""
    order_flags: tuple[str, ...] = ()
    private_arguments: tuple[str, ...] = ()
    constants: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    foreign_traps: Mapping[str, ForeignTrap] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Arch:
    """One Linux target.

    ``machine`` is ``e_machine`` of the ELF header, ``bits`` the size of a pointer. ``syscalls`` maps the names of rows
    in ``rules/callees.toml`` to numbers; a name that is absent does not exist on this architecture. The kernel's
    ``mmap`` is called ``old_mmap`` where it takes one pointer to a block of its six arguments. ``foreign_syscalls``
    names numbers of other architectures that the kernel serves too, with the trap's ``base`` added. ``constants`` holds
    the values that differ from ``asm-generic`` (which ``rules/callees.toml`` lists). ``convention`` is there where
    machine code can be read. ``stack_executable``: a program or library without ``PT_GNU_STACK`` gets an executable
    stack, from the kernel or from the C library (glibc ``sysdeps/*/stackinfo.h``), and GNU ld takes an object without
    ``.note.GNU-stack`` to want one. ``multiarch`` are the names that folders of its libraries have (Debian's "Multiarch
    Tuples", and what cross compilers call theirs).
    """

    name: str
    machine: int
    bits: int
    order: ByteOrder
    syscalls: Mapping[str, int]
    constants: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    convention: Convention | None = None
    stack_executable: bool = False
    foreign_syscalls: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    multiarch: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a pointer size no target has, and freeze the tables."""
        if self.bits not in {32, 64}:
            message = f"{self.name}: a pointer has 32 or 64 bits, got {self.bits}"
            raise ValueError(message)
        object.__setattr__(self, "syscalls", MappingProxyType(dict(self.syscalls)))
        object.__setattr__(self, "foreign_syscalls", MappingProxyType(dict(self.foreign_syscalls)))
        object.__setattr__(self, "constants", MappingProxyType(dict(self.constants)))

    def callee_of(self, number: int) -> str | None:
        """The callee that a system call number means here, or ``None`` when it has to do with no mapping."""
        return next((name for name, known in self.syscalls.items() if known == number), None)
