"""Function starts and ends from unwind tables: ``.eh_frame_hdr``'s sorted table, ``.eh_frame`` itself, ``.ARM.exidx``.

Sources: Linux Standard Base 5.0, "Exception Frames"; Exception Handling ABI for the Arm Architecture, section 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mapproof.frontends.elf.constants import PT, SHT
from mapproof.frontends.elf.reference import sorted_unique

if TYPE_CHECKING:
    import numpy.typing as npt

    from mapproof.frontends.elf.image import ElfImage

_OMIT: Final = 0xFF
_TABLE_ENCODING: Final = 0x3B
"""DW_EH_PE_datarel | DW_EH_PE_sdata4: the only encoding that linkers write and that can be searched."""
_MOST_FRAMES: Final = 1 << 20
_WIDTHS: Final = {0x2: (2, False), 0x3: (4, False), 0x4: (8, False), 0xA: (2, True), 0xB: (4, True), 0xC: (8, True)}


@dataclass(frozen=True, slots=True)
class Frame:
    """What one unwind entry covers: addresses ``start`` up to ``end``, exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FrameTable:
    """Sorted starts of unwind entries; ``entries`` holds the virtual address of each FDE, or nothing for
    ``.ARM.exidx``."""

    starts: npt.NDArray[np.uint64]
    entries: npt.NDArray[np.uint64]
    source: str


def frame_tables(image: ElfImage) -> tuple[FrameTable, ...]:
    """Every unwind table of the image; the slow walk over ``.eh_frame`` only when nothing better exists."""
    tables = []
    for segment in image.segments:
        if segment.type == PT.GNU_EH_FRAME:
            tables.append(_search_table(image, segment.vaddr, segment.offset))
        elif segment.type == PT.ARM_EXIDX:
            tables.append(_exidx(image, segment.vaddr, segment.file_size, segment.offset))
    kept = tuple(table for table in tables if table is not None and len(table.starts))
    if kept:
        return kept
    walked = _walk(image)
    return (walked,) if walked is not None and len(walked.starts) else ()


def _search_table(image: ElfImage, vaddr: int, blame: int) -> FrameTable | None:
    """The binary search table of ``.eh_frame_hdr``."""
    head = image.memory.read(vaddr, 12)
    if head is None or head[0] != 1:
        image.log.add(".eh_frame_hdr", blame, "missing or of an unknown version")
        return None
    pointer, count_encoding, table_encoding = head[1:4]
    if _OMIT in {count_encoding, table_encoding}:
        return None
    pointer_size = _size(pointer, image.layout.word)
    if table_encoding != _TABLE_ENCODING or pointer_size is None or count_encoding & 0xF not in {0x3, 0xB}:
        image.log.add(
            ".eh_frame_hdr", blame, f"unusual encodings {pointer:#x} {count_encoding:#x} {table_encoding:#x}; not read"
        )
        return None
    at = vaddr + 4 + pointer_size
    raw = image.memory.read(at, 4)
    extent = image.memory.extent_at(at)
    if raw is None or extent is None:
        image.log.add(".eh_frame_hdr", blame, "ends before its table")
        return None
    stated = image.layout.integer(raw)
    count = min(stated, max(0, extent.file_end - at - 4) // 8)
    if count < stated:
        image.log.add("fde_count", blame, f"{stated} entries stated, {count} fit")
    rows = image.memory.view(at + 4, count * 8)
    if rows is None or not count:
        return None
    pairs = rows.view(image.layout.u32).astype(np.uint32).view(np.int32).astype(np.int64).reshape(-1, 2) + vaddr
    if np.any(pairs[1:, 0] < pairs[:-1, 0]):
        image.log.add(".eh_frame_hdr", blame, "the search table is not sorted; sorted here")
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    return FrameTable(pairs[:, 0].astype(np.uint64), pairs[:, 1].astype(np.uint64), ".eh_frame_hdr")


def _exidx(image: ElfImage, vaddr: int, size: int, blame: int) -> FrameTable | None:
    """``.ARM.exidx``: pairs whose first word is a 31-bit offset from itself to a function."""
    extent = image.memory.extent_at(vaddr)
    if extent is None:
        image.log.add("PT_ARM_EXIDX", blame, f"address {vaddr:#x} is not in the file")
        return None
    count = min(size, max(0, extent.file_end - vaddr)) // 8
    rows = image.memory.view(vaddr, count * 8)
    if rows is None:
        return None
    words = rows.view(image.layout.u32).astype(np.int64)[0::2]
    offsets = ((words & 0x7FFFFFFF) ^ 0x40000000) - 0x40000000
    places = np.arange(count, dtype=np.int64) * 8 + vaddr
    starts = sorted_unique(((places + offsets) & 0xFFFFFFFF & ~1).astype(np.uint64))
    return FrameTable(starts, np.zeros(0, np.uint64), ".ARM.exidx")


def _walk(image: ElfImage) -> FrameTable | None:
    """Starts from the records of ``.eh_frame``, for files without a search table."""
    section = image.section(".eh_frame")
    if section is None or section.type == SHT.NOBITS:
        return None
    base = image.section_address(section)
    at, end = base, base + section.size
    starts: list[int] = []
    entries: list[int] = []
    while at + 4 <= end and len(starts) < _MOST_FRAMES:
        raw = image.memory.read(at, 8)
        if raw is None:
            break
        length = image.layout.integer(raw[:4])
        if length == 0 or length == 0xFFFFFFFF:  # noqa: PLR1714  # two reasons: the terminator, and 64-bit DWARF, which no linker writes
            break
        if image.layout.integer(raw[4:8]) != 0:
            frame = frame_of(image, at)
            if frame is not None:
                starts.append(frame.start)
                entries.append(at)
        at += 4 + length
    if len(starts) >= _MOST_FRAMES:
        image.log.add(".eh_frame", section.offset, f"more than {_MOST_FRAMES} records; the rest is not read")
    order = np.argsort(np.array(starts, np.uint64), kind="stable")
    return FrameTable(np.array(starts, np.uint64)[order], np.array(entries, np.uint64)[order], ".eh_frame")


def frame_of(image: ElfImage, entry: int) -> Frame | None:
    """The addresses that the FDE at ``entry`` covers, or ``None`` when it cannot be read."""
    raw = image.memory.read(entry, 8)
    if raw is None:
        return None
    back = image.layout.integer(raw[4:8])
    encoding = _pointer_encoding(image, entry + 4 - back)
    if encoding is None or not back:
        return None
    width = _size(encoding, image.layout.word)
    cells = None if width is None else image.memory.read(entry + 8, 2 * width)
    if width is None or cells is None:
        return None
    signed = _WIDTHS.get(encoding & 0xF, (width, False))[1]
    start = image.layout.integer(cells[:width], signed=signed)
    if encoding & 0x70 == 0x10:
        start += entry + 8
    elif encoding & 0x70:
        return None
    start &= (1 << image.layout.bits) - 1
    return Frame(start, start + image.layout.integer(cells[width:]))


def _size(encoding: int, word: int) -> int | None:
    """Bytes that a DW_EH_PE value takes; ``None`` for variable length."""
    if encoding & 0xF in {0x0, 0x8}:
        return word
    return _WIDTHS.get(encoding & 0xF, (None, False))[0]


def _pointer_encoding(image: ElfImage, entry: int) -> int | None:
    """How the FDEs of the CIE at ``entry`` write addresses: the ``R`` of its augmentation string."""
    known = image.pointer_encodings.get(entry)
    if known is None:
        known = image.pointer_encodings[entry] = _parse_cie(image, entry)
    return None if known < 0 else known


def _parse_cie(image: ElfImage, entry: int) -> int:
    """The encoding, or -1 when the CIE cannot be read."""
    extent = image.memory.extent_at(entry)
    body = None if extent is None else image.memory.read(entry, min(128, extent.end - entry))
    if body is None or len(body) < 12 or image.layout.integer(body[4:8]) != 0:
        return -1
    end = body.find(b"\0", 9)
    if end < 0:
        return -1
    at = _skip_leb(body, _skip_leb(body, end + 1))
    at = at + 1 if body[8] == 1 else _skip_leb(body, at)
    return _augmented(body, body[9:end], _skip_leb(body, at), image.layout.word) if body[9:10] == b"z" else 0


def _augmented(body: bytes, augmentation: bytes, at: int, word: int) -> int:
    """What the letter ``R`` of an augmentation string says, its data standing from ``at`` on; 0 without one."""
    for letter in augmentation[1:]:
        width = _size(body[at], word) if letter == ord("P") and at < len(body) else None
        if at >= len(body) or letter not in b"RPLSBG" or (letter == ord("P") and width is None):
            return -1
        if letter == ord("R"):
            return body[at]
        at += {ord("P"): 1 + (width or 0), ord("L"): 1}.get(letter, 0)
    return 0


def _skip_leb(body: bytes, at: int) -> int:
    """The place after one LEB128 number."""
    while at < len(body) and body[at] & 0x80:
        at += 1
    return at + 1
