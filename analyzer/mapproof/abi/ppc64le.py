"""64-bit PowerPC, little-endian, kernel numbers of asm/unistd_64.h (``EM_PPC64``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder

ARCH: Final = Arch(
    name="ppc64le",
    machine=21,
    bits=64,
    order=ByteOrder.LITTLE,
    syscalls={
        "mmap": 90,
        "munmap": 91,
        "mprotect": 125,
        "personality": 136,
        "mremap": 163,
        "remap_file_pages": 239,
        "memfd_create": 360,
        "pkey_mprotect": 386,
        "shmat": 397,
    },
    constants={
        "PROT_SAO": 0x10,
        "MAP_NORESERVE": 0x40,
        "MAP_LOCKED": 0x80,
    },
)
