"""64-bit MIPS, little-endian, n64 calls, kernel numbers of asm/unistd_n64.h (``EM_MIPS``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder

N64: Final = 5000
"""Where the numbers of the n64 interface begin (``__NR_Linux``)."""

ARCH: Final = Arch(
    name="mips64el",
    machine=8,
    bits=64,
    order=ByteOrder.LITTLE,
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
)
