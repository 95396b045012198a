"""32-bit Arm with the EABI, kernel numbers of asm/unistd-common.h and asm/unistd-eabi.h (``EM_ARM``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder, Convention

ARCH: Final = Arch(
    name="arm",
    machine=40,
    bits=32,
    order=ByteOrder.LITTLE,
    stack_executable=True,
    multiarch=("arm-linux-gnueabihf", "arm-linux-gnueabi", "arm-linux-musleabihf"),
    syscalls={
        "munmap": 91,
        "mprotect": 125,
        "personality": 136,
        "mremap": 163,
        "mmap2": 192,
        "remap_file_pages": 253,
        "shmat": 305,
        "memfd_create": 385,
        "pkey_mprotect": 394,
    },
    # Procedure Call Standard for the Arm Architecture, 6.1; system calls: syscall(2).
    convention=Convention(
        language="ARM:LE:32:v8",
        arguments=("r0", "r1", "r2", "r3"),
        result="r0",
        stack="sp",
        preserved=frozenset({*(f"r{number}" for number in range(4, 12)), "sp"}),
        trap_number="r7",
        trap_arguments=("r0", "r1", "r2", "r3", "r4", "r5"),
        trap_result="r0",
        order_flags=("OV", "NG"),
        private_arguments=("r12",),
    ),
)
