"""No bytes make the ELF reader raise, hang or ask for much memory."""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.frontends.elf.examine import examine
from tests.frontends.elf.small import TEXT, Small

from mapproof.frontends.elf.image import ElfImage

SECONDS = 2.0
BYTES = 64 << 20
CLASSES = [
    (64, "<", 62), (32, "<", 3), (64, "<", 183), (32, "<", 40), (64, "<", 243), (64, "<", 21), (32, ">", 8), (64, "<",
    8), (64, ">", 22),
]  # fmt: skip  # a table
"""(bits, byte order, ``e_machine``) of x86-64, i386, AArch64, ARM, RISC-V, PPC64LE, MIPS and s390x."""


def survives(content: bytes) -> None:
    """Ask everything, within the limits; the memory limit only where it is cheap to watch."""
    start = time.process_time()
    examine(ElfImage(content, "hostile"))
    assert time.process_time() - start < SECONDS


def test_cut_anywhere():
    content = bytes(Small().content)
    for size in (*range(0x480), *range(0x480, len(content), 7)):
        survives(content[:size])


@pytest.mark.parametrize(("bits", "order", "machine"), CLASSES)
def test_every_header_field(bits, order, machine):
    """Each field of the file, program and dynamic headers in turn set to 0, 1, its largest value and random ones."""
    random_bytes = random.Random(bits * machine)  # noqa: S311  # repeatable, not secret
    small = Small(bits, order, machine)
    word = small.word
    starts = [*range(16, 16 + 48, 2), *range(small.places["segments"], small.places["segments"] + 7 * 7 * word, 4)]
    starts += range(small.places["dynamic"], small.places["dynamic"] + 26 * word, word)
    for at in starts:
        width = word if at >= small.places["dynamic"] else 4
        for value in (bytes(width), b"\x01" + bytes(width - 1), b"\xff" * width, random_bytes.randbytes(width)):
            content = bytearray(small.content)
            content[at : at + width] = value
            survives(bytes(content))


@pytest.mark.parametrize(("bits", "order", "machine"), CLASSES)
def test_random_damage(bits, order, machine):
    damage = random.Random(machine)  # noqa: S311  # repeatable, not secret
    small = Small(bits, order, machine)
    for _ in range(150):
        content = bytearray(small.content)
        for _ in range(damage.randrange(1, 12)):
            content[damage.randrange(0x500 if damage.random() < 0.7 else len(content))] = damage.randrange(256)
        content[TEXT : TEXT + 0x200] = damage.randbytes(0x200)
        survives(bytes(content))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_after_the_magic(content):
    survives(b"\x7fELF" + content)


def test_huge_counts_ask_for_little_memory():
    small = Small()
    for name, at, width in (("e_phnum", 56, 2), ("e_shnum", 60, 2), ("nchain", small.places["hash"] + 4, 4)):
        content = bytearray(small.content)
        content[at : at + width] = b"\xff" * width
        content[40:48] = (64).to_bytes(8, "little")
        tracemalloc.start()
        examine(ElfImage(bytes(content), name))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < BYTES, name


def test_a_dynamic_table_of_sizes_at_their_largest_asks_for_little_memory():
    small = Small()
    content = bytearray(small.content)
    for number in range(12):
        at = small.places["dynamic"] + 16 * number
        if int.from_bytes(content[at : at + 8], "little") in {8, 10, 35}:
            content[at + 8 : at + 16] = b"\xff" * 8
    tracemalloc.start()
    image = ElfImage(bytes(content), "sizes")
    examine(image)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < BYTES
    assert {fault.field for fault in image.faults} >= {"DT_RELASZ", "DT_RELRSZ"}
