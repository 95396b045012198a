"""32-bit x86, kernel numbers of asm/unistd_32.h; number 90 takes a pointer to its arguments (``EM_386``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder

ARCH: Final = Arch(
    name="i386",
    machine=3,
    bits=32,
    order=ByteOrder.LITTLE,
    syscalls={
        "old_mmap": 90,
        "munmap": 91,
        "mprotect": 125,
        "personality": 136,
        "mremap": 163,
        "mmap2": 192,
        "remap_file_pages": 257,
        "memfd_create": 356,
        "pkey_mprotect": 380,
        "shmat": 397,
    },
    constants={
        "MAP_32BIT": 0x40,
    },
)
