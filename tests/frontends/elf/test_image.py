"""A file made byte by byte is read back, in both classes and byte orders."""

from __future__ import annotations

import pytest
from tests.frontends.elf.small import DATA, GOT, PACKED, SHIFT, TABLE, TEXT, Small

from mapproof.frontends.elf import slot
from mapproof.frontends.elf.constants import PF, PT
from mapproof.frontends.elf.image import ElfImage, Pointer

EVERY = pytest.mark.parametrize(("bits", "order"), [(64, "<"), (64, ">"), (32, "<"), (32, ">")])
X86 = 62
"""``e_machine``; its relocation numbers 1, 6 and 8 are those that the small library uses."""


def image_of(small: Small) -> ElfImage:
    return ElfImage(bytes(small.content), "small")


@EVERY
def test_what_a_whole_file_says(bits, order):
    image = image_of(Small(bits, order))
    assert image.faults == ()
    assert [segment.type for segment in image.segments][:2] == [PT.LOAD, PT.LOAD]
    assert image.segments[1].flags == PF.R | PF.W
    assert image.build_id == "deadbeef"
    assert image.soname == "libsmall.so"
    assert image.imports == ("mmap",)
    assert [(symbol.name, symbol.address) for symbol in image.exports] == [("local", TEXT)]
    assert image.faults == ()


@EVERY
def test_addresses_and_offsets(bits, order):
    image = image_of(Small(bits, order))
    assert image.memory.offset_of(TEXT) == TEXT
    assert image.memory.offset_of(GOT) == DATA
    assert image.memory.vaddr_of(DATA) == GOT
    assert image.memory.offset_of(DATA + SHIFT + 0x400) is None
    assert image.read(DATA + SHIFT + 0x3FC, 8) == bytes(8)
    assert image.read(DATA + SHIFT + 0x5FC, 8) is None
    assert image.is_code(TEXT)
    assert not image.is_code(GOT)
    assert image.is_readonly(TEXT)
    assert not image.is_readonly(GOT)
    assert image.is_relro(GOT)
    assert not image.is_relro(DATA + SHIFT + 0x200)


@EVERY
def test_relocations_of_every_table(bits, order):
    image = image_of(Small(bits, order))
    cells = {int(where) for block in image.relocations for where in block.where}
    word = bits // 8
    assert cells == {GOT, TABLE, TABLE + 8, PACKED, PACKED + word, PACKED + 3 * word}
    assert slot.mapping_slots(image, ("mmap", "munmap")) == ({GOT: "mmap", TABLE + 8: "mmap"})


def test_pointers():
    image = image_of(Small())
    assert slot.pointer_at(image, GOT) == Pointer(None, "mmap")
    assert slot.pointer_at(image, TABLE) == Pointer(TEXT)
    assert slot.pointer_at(image, TABLE + 8) == Pointer(None, "mmap")
    assert slot.pointer_at(image, PACKED) == Pointer(TEXT)
    assert slot.pointer_at(image, TEXT) == Pointer(int.from_bytes(image.read(TEXT, 8), "little"), relocated=False)
    assert slot.pointer_at(image, 5 << 40) == Pointer(None, relocated=False)


def test_a_relocation_that_is_not_known_gives_no_pointer():
    small = Small()
    small.content[small.places["rela"] + 8] = 99
    assert slot.pointer_at(image_of(small), GOT) == Pointer(None)


def test_the_function_that_holds_an_address():
    bounds = image_of(Small()).function_bounds(TEXT + 3)
    assert (bounds.start, bounds.end, bounds.source, bounds.certain) == (TEXT, TEXT + 16, ".eh_frame", True)
    assert image_of(Small()).function_bounds(GOT) is None
    assert image_of(Small()).symbol_at(TEXT + 3).name == "local"


def test_bounds_without_unwind_tables_and_sizes_are_not_certain():
    small = Small()
    small.content[small.places["segments"] + 4 * 56] = 0
    size_at = small.places["dynsym"] + 2 * 24 + 16
    small.content[size_at] = 0
    bounds = image_of(small).function_bounds(TEXT + 3)
    assert bounds.start == TEXT
    assert not bounds.certain


def test_a_later_segment_covers_an_earlier_one():
    small = Small()
    vaddr_at = small.places["segments"] + 56 + 16
    small.content[vaddr_at : vaddr_at + 8] = (0).to_bytes(8, "little")
    image = image_of(small)
    assert image.memory.offset_of(0) == DATA
    assert not image.is_code(0)
    assert [fault.field for fault in image.faults][:1] == ["p_vaddr"]


@pytest.mark.parametrize("content", [b"", b"\x7f", b"\x7fELF", b"MZ" + bytes(100), b"\x7fELF\x03\x01" + bytes(100)])
def test_what_is_no_elf_file(content, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    image = ElfImage.open(path)
    assert image.header is None
    assert image.segments == ()
    assert image.faults


def test_faults_do_not_pile_up():
    image = image_of(Small())
    for number in range(2000):
        image.log.add("field", number, "again and again")
    assert len(image.faults) == 200
    assert image.log.dropped == 1800
