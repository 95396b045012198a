"""32-bit MIPS, little-endian, o32 calls, kernel numbers of asm/unistd_o32.h (``EM_MIPS``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder, Convention

O32: Final = 4000
"""Where the numbers of the o32 interface begin (``__NR_Linux``)."""

ARCH: Final = Arch(
    name="mipsel",
    machine=8,
    bits=32,
    order=ByteOrder.LITTLE,
    stack_executable=True,
    multiarch=("mipsel-linux-gnu",),
    syscalls={
        "mmap": O32 + 90,
        "munmap": O32 + 91,
        "mprotect": O32 + 125,
        "personality": O32 + 136,
        "mremap": O32 + 167,
        "mmap2": O32 + 210,
        "remap_file_pages": O32 + 251,
        "memfd_create": O32 + 354,
        "pkey_mprotect": O32 + 363,
        "shmat": O32 + 397,
    },
    constants={
        "PROT_SEM": 0x10,
        "MAP_NORESERVE": 0x400,
        "MAP_ANONYMOUS": 0x800,
        "MAP_ANON": 0x800,
        "MAP_GROWSDOWN": 0x1000,
        "MAP_DENYWRITE": 0x2000,
        "MAP_EXECUTABLE": 0x4000,
        "MAP_LOCKED": 0x8000,
        "MAP_POPULATE": 0x10000,
        "MAP_NONBLOCK": 0x20000,
        "MAP_STACK": 0x40000,
        "MAP_HUGETLB": 0x80000,
        "O_CREAT": 0x100,
        "O_TRUNC": 0x200,
        "O_EXCL": 0x400,
    },
    # System V ABI, MIPS supplement, 3: room for the four register arguments lies below the others.
    convention=Convention(
        language="MIPS:LE:32:default",
        arguments=("a0", "a1", "a2", "a3"),
        result="v0",
        stack="sp",
        preserved=frozenset({*(f"s{number}" for number in range(9)), "sp"}),
        trap_number="v0",
        trap_arguments=("a0", "a1", "a2", "a3"),
        trap_result="v0",
        trap_clobbers=("a3", "at", "t3", "t4", "t5", "t6", "t7", "t8", "t9"),
        entry_address=("t9",),
        stack_arguments=16,
        zero="zero",
        module="gp",
    ),
)
