"""Where functions start and end, as far as a file tells.

Unwind tables and sized symbols tell it exactly (``certain``). Where they are silent, the nearest addresses that
anything calls, points to or names are bounds; control can then enter in the middle, which :func:`entries_into` shows.
A compiler may split one function in two ranges (a cold part elsewhere): each has an unwind entry of its own, and jumps
lead from the middle of one to the middle of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mapproof.frontends.elf.constants import DT
from mapproof.frontends.elf.reference import sorted_unique
from mapproof.frontends.elf.unwind import frame_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from mapproof.frontends.elf.image import ElfImage


@dataclass(frozen=True, slots=True)
class Bounds:
    """Addresses ``start`` up to ``end``, exclusive. ``source`` is where they were read: ``.eh_frame``, ``symbol``,
    ``.ARM.exidx`` or ``inferred``; only the first two are ``certain``."""

    start: int
    end: int
    source: str
    certain: bool


def bounds_of(image: ElfImage, vaddr: int) -> Bounds | None:
    """The bounds of the function that holds an address; ``None`` when it is not code."""
    if not image.is_code(vaddr):
        return None
    return _from_frames(image, vaddr) or _from_symbols(image, vaddr) or _inferred(image, vaddr)


def stated_bounds(image: ElfImage, vaddr: int) -> tuple[int, int] | None:
    """(start, end) where the file states them; costs no pass over the code."""
    bounds = _from_frames(image, vaddr) or _from_symbols(image, vaddr)
    return None if bounds is None else (bounds.start, bounds.end)


def _from_frames(image: ElfImage, vaddr: int) -> Bounds | None:
    for table in image.frames:
        if not len(table.entries):
            continue
        place = int(np.searchsorted(table.starts, np.uint64(vaddr), side="right")) - 1
        if place < 0:
            continue
        frame = frame_of(image, int(table.entries[place]))
        if frame is not None and frame.start <= vaddr < frame.end:
            return Bounds(frame.start, frame.end, ".eh_frame", certain=True)
    return None


def _from_symbols(image: ElfImage, vaddr: int) -> Bounds | None:
    symbol = image.symbol_at(vaddr)
    if symbol is None or symbol.address is None or not symbol.size or not symbol.function:
        return None
    return Bounds(symbol.address, symbol.address + symbol.size, "symbol", certain=True)


def _inferred(image: ElfImage, vaddr: int) -> Bounds | None:
    extent = image.memory.extent_at(vaddr)
    if extent is None:
        return None
    starts = image.function_starts
    place = int(np.searchsorted(starts, np.uint64(vaddr), side="right"))
    low = int(starts[place - 1]) if place else extent.vaddr
    high = int(starts[place]) if place < len(starts) else extent.end
    exidx = any(table.source == ".ARM.exidx" and np.isin(np.uint64(low), table.starts) for table in image.frames)
    return Bounds(max(low, extent.vaddr), min(high, extent.end), ".ARM.exidx" if exidx else "inferred", certain=False)


def strong_starts(image: ElfImage) -> npt.NDArray[np.uint64]:
    """Starts that the file states: unwind entries, function symbols, the entry point, initializers and finalizers."""
    parts = [table.starts for table in image.frames]
    parts += [table.function_starts() for table in (image.symtab, image.dynsym) if table is not None]
    single = [image.dynamic.value(DT.INIT), image.dynamic.value(DT.FINI), image.header.entry if image.header else None]
    parts.append(np.array([value for value in single if value], np.uint64))
    return _in_code(image, parts)


def weak_starts(image: ElfImage) -> npt.NDArray[np.uint64]:
    """The strong starts, the code addresses that data cells hold, the targets of direct calls, and of jumps that lead
    from one function to another."""
    parts = [strong_starts(image)]
    for block in image.relocations:
        if block.addend is None:
            parts.append(image.memory.words(block.where, image.layout.address)[0])
        else:
            parts.append(block.addend.astype(np.uint64))
    parts += _kept(image)
    if image.machine is not None:
        parts += [image.machine.call_targets(image, code) for code in image.memory.code_ranges()]
    starts = _in_code(image, parts)
    if image.machine is None or image.machine.jumps is None:
        return starts
    for code in image.memory.code_ranges():
        places, targets = image.machine.jumps(image, code)
        away = np.searchsorted(starts, places, side="right") != np.searchsorted(starts, targets, side="right")
        parts.append(targets[away])
    return _in_code(image, parts)


def _kept(image: ElfImage) -> list[npt.NDArray[np.uint64]]:
    """What plain words of data hold, where a file with fixed addresses needs no relocation to keep a function's; only
    where control does not come from above, since labels are kept the same way."""
    machine = image.machine
    if image.position_independent or image.is_object or machine is None:
        return []
    found = []
    codes = image.memory.code_ranges()
    for stretch in image.memory.data_ranges():
        first = -stretch.vaddr % image.layout.word
        words = stretch.content[first : first + (len(stretch.content) - first) // image.layout.word * image.layout.word]
        held = words.view(image.layout.address)
        for code in codes:
            inside = sorted_unique(held[(held >= code.vaddr) & (held < code.end)].astype(np.uint64))
            apart = [at for at in inside.tolist() if not machine.falls_into(image, code, at & ~int(machine.thumb))]
            found.append(np.array(apart, np.uint64))
    return found


def _in_code(image: ElfImage, parts: list[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    """Those addresses that are code, sorted, unique; the Thumb bit of an ARM address removed."""
    if not parts:
        return np.zeros(0, np.uint64)
    kept = []
    low_bit = (
        np.uint64(~1 & (1 << 64) - 1) if image.machine is not None and image.machine.thumb else np.uint64((1 << 64) - 1)
    )
    for part in parts:
        for code in image.memory.code_ranges():
            inside = (part >= np.uint64(code.vaddr)) & (part < np.uint64(code.end))
            kept.append(part[inside] & low_bit)
    return sorted_unique(np.concatenate(kept)) if kept else np.zeros(0, np.uint64)
