"""64-bit MIPS, little-endian, n64 calls, kernel numbers of asm/unistd_n64.h (``EM_MIPS``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder, Convention

N64: Final = 5000
"""Where the numbers of the n64 interface begin (``__NR_Linux``)."""

ARCH: Final = Arch(
    name="mips64el",
    machine=8,
    bits=64,
    order=ByteOrder.LITTLE,
    stack_executable=True,
    multiarch=("mips64el-linux-gnuabi64",),
    syscalls={
        "mmap": N64 + 9,
        "mprotect": N64 + 10,
        "munmap": N64 + 11,
        "mremap": N64 + 24,
        "shmat": N64 + 29,
        "personality": N64 + 132,
        "remap_file_pages": N64 + 210,
        "memfd_create": N64 + 314,
        "pkey_mprotect": N64 + 323,
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
    # MIPSpro N64 calling convention (the lifter spells registers as o32 does: t0 to t3 are a4 to a7).
    convention=Convention(
        language="MIPS:LE:64:default",
        arguments=("a0", "a1", "a2", "a3", "t0", "t1", "t2", "t3"),
        result="v0",
        stack="sp",
        preserved=frozenset({*(f"s{number}" for number in range(9)), "sp", "gp"}),
        trap_number="v0",
        trap_arguments=("a0", "a1", "a2", "a3", "t0", "t1"),
        trap_result="v0",
        trap_clobbers=("a3", "at", "t3", "t4", "t5", "t6", "t7", "t8", "t9"),
        entry_address=("t9",),
        zero="zero",
        module="gp",
    ),
)
