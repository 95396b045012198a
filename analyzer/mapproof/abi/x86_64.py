"""x86-64, kernel numbers of asm/unistd_64.h (``EM_X86_64``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder, Convention, ForeignTrap
from mapproof.abi.i386 import ARCH as I386

_SYSCALLS: Final = {
    "mmap": 9,
    "mprotect": 10,
    "munmap": 11,
    "mremap": 25,
    "shmat": 30,
    "personality": 135,
    "remap_file_pages": 216,
    "memfd_create": 319,
    "pkey_mprotect": 329,
}

_X32: Final = 0x4000_0000
"""``__X32_SYSCALL_BIT``; below 512 the numbers are the same."""

_INT_80: Final = 0x1000_0000
"""No kernel's numbers reach this far."""

ARCH: Final = Arch(
    name="x86_64",
    machine=62,
    bits=64,
    order=ByteOrder.LITTLE,
    stack_executable=True,
    multiarch=("x86_64-linux-gnu", "x86_64-linux-musl"),
    syscalls=_SYSCALLS,
    foreign_syscalls={
        **{_X32 + number: name for name, number in _SYSCALLS.items()},
        **{_INT_80 + number: name for name, number in I386.syscalls.items()},
    },
    constants={
        "MAP_32BIT": 0x40,
    },
    # System V ABI, AMD64 supplement, 3.2; system calls: appendix A.2.1. The direction flag is clear on entry.
    convention=Convention(
        language="x86:LE:64:default",
        arguments=("RDI", "RSI", "RDX", "RCX", "R8", "R9"),
        result="RAX",
        stack="RSP",
        preserved=frozenset({"RBX", "RBP", "RSP", "R12", "R13", "R14", "R15", "FS_OFFSET", "GS_OFFSET"}),
        trap_number="RAX",
        trap_arguments=("RDI", "RSI", "RDX", "R10", "R8", "R9"),
        trap_result="RAX",
        trap_clobbers=("RCX", "R11"),
        stack_arguments=8,
        pushed=8,
        constants={"DF": 0},
        order_flags=("OF", "SF"),
        foreign_traps={"int 0x80": ForeignTrap(("RBX", "RCX", "RDX", "RSI", "RDI", "RBP"), _INT_80)},
    ),
)
