"""Facts about memory that no linker of today writes by itself, from files made byte by byte."""

from __future__ import annotations

import pytest
from tests.frontends.elf.small import Small

from mapproof.frontends.elf.constants import EM, PT
from mapproof.frontends.elf.image import ElfImage
from mapproof.frontends.elf.posture import Fact, Property, facts, read_implies_exec

SEGMENT = 56
"""Bytes of a 64-bit program header."""
STACK = 5
"""The number of the small library's ``PT_GNU_STACK``."""


def put(small: Small, number: int, at: int, value: int, width: int = 4) -> None:
    """Write a field of a program header."""
    start = small.places["segments"] + number * SEGMENT + at
    small.content[start : start + width] = value.to_bytes(width, "little")


def fact(small: Small, name: Property) -> list[Fact]:
    return [found for found in facts(ElfImage(bytes(small.content), "small")) if found.property is name]


def test_a_segment_that_is_writable_and_executable():
    small = Small()
    put(small, 1, 4, 7)
    assert [found.value for found in fact(small, Property.SEGMENT)] == ["r-x", "rwx"]
    assert fact(small, Property.SEGMENT)[1].offset == small.places["segments"] + SEGMENT
    assert fact(small, Property.SEGMENT)[1].address == 0x11000


def test_of_two_stack_entries_the_last_counts():
    small = Small()
    put(small, 3, 0, PT.GNU_STACK)
    put(small, 3, 4, 7)
    (found,) = fact(small, Property.GNU_STACK)
    assert (found.value, found.offset) == ("not-executable", small.places["segments"] + STACK * SEGMENT)
    assert "2 entries" in found.detail
    put(small, STACK, 4, 7)
    put(small, 3, 4, 6)
    assert [found.value for found in fact(small, Property.GNU_STACK)] == ["executable"]


def test_a_missing_stack_entry_is_missing_not_executable():
    small = Small()
    put(small, STACK, 0, PT.NOTE)
    (found,) = fact(small, Property.GNU_STACK)
    assert (found.value, found.offset) == ("missing", None)


def test_a_library_leaves_read_implies_exec_to_the_program():
    assert [found.value for found in fact(Small(), Property.READ_IMPLIES_EXEC)] == ["as-executable"]


@pytest.mark.parametrize(
    ("machine", "present", "executable", "expected"),
    [
        (EM.X86_64, True, False, "never"),
        (EM.X86_64, True, True, "depends"),
        (EM.X86_64, False, False, "depends"),
        (EM.I386, False, False, "always"),
        (EM.I386, True, False, "never"),
        (EM.ARM, False, False, "always"),
        (EM.AARCH64, True, False, "never"),
        (EM.PPC64, False, False, "never"),
        (EM.PPC, False, False, "always"),
        (EM.RISCV, True, True, "never"),
        (EM.MIPS, True, False, "depends"),
        (EM.S390, False, False, "never"),
    ],
)
def test_what_linux_makes_of_the_stack_entry(machine, present, executable, expected):
    assert read_implies_exec(machine, present=present, executable=executable)[0] == expected


def test_text_relocations():
    small = Small()
    assert [found.value for found in fact(small, Property.TEXTREL)] == ["no"]
    at = small.places["dynamic"]
    small.content[at : at + 8] = (22).to_bytes(8, "little")
    (found,) = fact(small, Property.TEXTREL)
    assert (found.value, found.offset) == ("yes", at)


def test_relro_and_binding():
    (found,) = fact(Small(), Property.RELRO)
    assert (found.value, found.address, found.size) == ("full", 0x11000, 0x200)
    small = Small()
    put(small, 6, 0, PT.NOTE)
    assert [found.value for found in fact(small, Property.RELRO)] == ["none"]


def test_nothing_is_said_of_what_is_no_elf_file():
    assert facts(ElfImage(b"text", "text")) == ()
