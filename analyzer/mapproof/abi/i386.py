"""32-bit x86, kernel numbers of asm/unistd_32.h; number 90 takes a pointer to its arguments (``EM_386``)."""

from __future__ import annotations

from typing import Final

from mapproof.abi.arch import Arch, ByteOrder, Convention

ARCH: Final = Arch(
    name="i386",
    machine=3,
    bits=32,
    order=ByteOrder.LITTLE,
    stack_executable=True,
    multiarch=("i386-linux-gnu", "i686-linux-gnu", "i386-linux-musl"),
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
    # System V ABI, Intel386 supplement, chapter 3: every argument on the stack; within a file gcc's regparm.
    convention=Convention(
        language="x86:LE:32:default",
        arguments=(),
        result="EAX",
        stack="ESP",
        preserved=frozenset({"EBX", "EBP", "ESP", "ESI", "EDI", "FS_OFFSET", "GS_OFFSET"}),
        trap_number="EAX",
        trap_arguments=("EBX", "ECX", "EDX", "ESI", "EDI", "EBP"),
        trap_result="EAX",
        stack_arguments=4,
        pushed=4,
        constants={"DF": 0},
        order_flags=("OF", "SF"),
        private_arguments=("EAX", "EDX", "ECX"),
    ),
)
