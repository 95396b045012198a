"""Notes and the strings beside them: build id, property notes, debug link, compiler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.constants import (
    GNU_PROPERTY_AARCH64_FEATURE_1_AND,
    GNU_PROPERTY_RISCV_FEATURE_1_AND,
    GNU_PROPERTY_X86_FEATURE_1_AND,
    NT_GNU_BUILD_ID,
    NT_GNU_PROPERTY_TYPE_0,
    PT,
    SHT,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.frontends.elf.image import ElfImage

_MOST_NOTES: Final = 4096
_LARGEST: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class Note:
    """One note. ``offset`` is the file offset of its header, ``start`` that of its descriptor."""

    owner: str
    type: int
    descriptor: bytes
    offset: int
    start: int


@dataclass(frozen=True, slots=True)
class Property:
    """One GNU property: its type, its value (0 when longer than 8 bytes) and the file offset of the value."""

    type: int
    value: int
    offset: int


@dataclass(frozen=True, slots=True)
class Features:
    """The bits of the processor's ``FEATURE_1_AND`` property and where they stand; ``None`` when the file has none."""

    bits: int
    offset: int


def notes(image: ElfImage) -> tuple[Note, ...]:
    """Every note of the note segments, and of the note sections when there is no such segment."""
    places = {
        (seg.file_offset, seg.file_size, seg.align) for seg in image.segments if seg.type in {PT.NOTE, PT.GNU_PROPERTY}
    }
    if not places:
        places = {
            (section.file_offset, section.size, section.align) for section in image.sections if section.type == SHT.NOTE
        }
    found: dict[int, Note] = {}
    for start, size, align in sorted(places):
        for note in _notes(image, start, size, align):
            found.setdefault(note.offset, note)
    return tuple(found[offset] for offset in sorted(found))


def _notes(image: ElfImage, start: int, size: int, align: int) -> Iterator[Note]:
    """The notes of one stretch of the file; padding is 8 only where the alignment is (gABI, Linux ABI supplement)."""
    pad = 8 if align == 8 else 4
    end = min(start + min(size, _LARGEST), len(image.data))
    if start + size > len(image.data):
        image.log.add("PT_NOTE", start, f"{size} bytes reach beyond the file's end")
    integer = image.layout.integer
    count = 0
    while start + 12 <= end and count < _MOST_NOTES:
        owner_size, size, kind = (integer(image.data[start + at : start + at + 4]) for at in (0, 4, 8))
        body = start + 12 + (owner_size + 3) // 4 * 4
        if pad == 8:
            body = start + (12 + owner_size + 7) // 8 * 8
        if body + size > end:
            image.log.add("PT_NOTE", start, "a note reaches beyond its segment; the rest is not read")
            return
        owner = bytes(image.data[start + 12 : start + 12 + owner_size]).rstrip(b"\0").decode("ascii", "replace")
        yield Note(owner, kind, bytes(image.data[body : body + size]), start, body)
        start = body + (size + pad - 1) // pad * pad
        count += 1


def build_id(image: ElfImage) -> str | None:
    """The linker's build id in hexadecimal."""
    for note in image.notes:
        if note.owner == "GNU" and note.type == NT_GNU_BUILD_ID and note.descriptor:
            return note.descriptor.hex()
    return None


def properties(image: ElfImage) -> tuple[Property, ...]:
    """The GNU program properties (Linux ABI extensions to the gABI, ``NT_GNU_PROPERTY_TYPE_0``)."""
    found = []
    for note in image.notes:
        if note.owner != "GNU" or note.type != NT_GNU_PROPERTY_TYPE_0:
            continue
        at, body, pad = 0, note.descriptor, image.layout.word
        while at + 8 <= len(body):
            kind, size = (image.layout.integer(body[at + skip : at + skip + 4]) for skip in (0, 4))
            if at + 8 + size > len(body):
                image.log.add("NT_GNU_PROPERTY_TYPE_0", note.start + at, "a property reaches beyond its note")
                break
            value = image.layout.integer(body[at + 8 : at + 8 + size]) if size <= 8 else 0
            found.append(Property(kind, value, note.start + at + 8))
            at += 8 + (size + pad - 1) // pad * pad
    return tuple(found)


def features(image: ElfImage) -> Features | None:
    """The ``FEATURE_1_AND`` bits: IBT and SHSTK on x86, BTI and PAC on AArch64, CFI on RISC-V."""
    wanted = {GNU_PROPERTY_X86_FEATURE_1_AND, GNU_PROPERTY_AARCH64_FEATURE_1_AND, GNU_PROPERTY_RISCV_FEATURE_1_AND}
    for found in properties(image):
        if found.type in wanted:
            return Features(found.value, found.offset)
    return None


def debug_link(image: ElfImage) -> str | None:
    """The file name in ``.gnu_debuglink``."""
    section = image.section(".gnu_debuglink")
    if section is None:
        return None
    return _text(image, section.file_offset, min(section.size, 4096)).partition("\0")[0] or None


def compilers(image: ElfImage) -> tuple[str, ...]:
    """The distinct strings of ``.comment``, in file order."""
    section = image.section(".comment")
    if section is None:
        return ()
    strings = _text(image, section.file_offset, min(section.size, 1 << 16)).split("\0")
    return tuple(dict.fromkeys(string for string in strings if string))


def _text(image: ElfImage, start: int, size: int) -> str:
    return bytes(image.data[start : start + size]).decode("utf-8", "replace")
