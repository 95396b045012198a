"""Checks of what evidence says about an ELF file's headers: each field is read again, from the file's first byte on."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.abi import architecture_of
from mapproof.model.evidence import StepKind
from mapproof.model.location import HeaderField
from mapproof.model.protection import Prot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.evidence import Step
    from mapproof.model.site import Site

_DYNAMIC, _STACK = 2, 0x6474E551
_TYPES: Final = {"PT_LOAD": 1, "PT_GNU_STACK": _STACK}
_TEXTREL, _FLAGS, _DF_TEXTREL = 22, 30, 4
_PF_X: Final = 1
_SHF_EXECINSTR: Final = 4
_PN_XNUM: Final = 0xFFFF
_SEGMENT: Final = re.compile(r"(PT_LOAD|PT_GNU_STACK) (0|[1-9]\d*)")
_SECTION: Final = re.compile(r"section ([1-9]\d*)")
_MOST: Final = 1 << 18
"""Entries of a table that are looked at."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where fields stand: offset in the entry, and format; sizes of entries."""

    order: str
    wide: bool

    def read(self, data: bytes, offset: int, code: str) -> int:
        """The number at an offset, in one of ``struct``'s formats."""
        return int(struct.unpack_from(self.order + code, data, offset)[0])

    @property
    def word(self) -> str:
        """The format of a word."""
        return "Q" if self.wide else "I"


def check_header(step: Step, data: bytes) -> str | None:
    """What is wrong with a step that reads a header field, or says that an entry is missing; ``None`` if nothing is."""
    place = step.location
    if not isinstance(place, HeaderField):
        return "a header step needs a place in a file's headers"
    layout = layout_of(data)
    if layout is None:
        return f"{place.path} is no ELF file"
    try:
        if step.kind is StepKind.ABSENT:
            return _absent(step, place, data, layout)
        return _field(step, place, data, layout)
    except struct.error:
        return f"the file ends before {step.name}"


def layout_of(data: bytes) -> Layout | None:
    """Where fields stand in a file, by its first bytes; ``None`` for one that is no ELF file."""
    if data[:4] != b"\x7fELF" or len(data) < 52 or data[4] not in {1, 2} or data[5] not in {1, 2}:
        return None
    return Layout("<" if data[5] == 1 else ">", data[4] == 2)


def bears_out(site: Site) -> str | None:
    """Why the headers that the evidence reads do not ask for what the site says; the steps themselves are checked."""
    asking = [step for step in site.evidence if step.kind in {StepKind.HEADER, StepKind.ABSENT}]
    if not asking:
        return "nothing in the headers was read"
    last = asking[-1]
    if site.masks is not None:
        encoding = {"p_flags": "elf-segment", "sh_flags": "elf-section"}.get(last.name)
        decoded = {step.name for step in site.evidence if step.kind is StepKind.DECODE}
        return None if decoded == {encoding} else "the field was not read as what it is"
    textrel = last.text == "the dynamic section"
    stack = site.callee.primitive in {"PT_GNU_STACK", ".note.GNU-stack"}
    grants = last.kind is StepKind.ABSENT or textrel or (stack and _executable(last))
    if not grants:
        return f"{last.name} of {last.text} asks for nothing executable"
    return None if list(site.protections) == [Prot(7)] else "such an entry means rwx"


def _executable(step: Step) -> bool:
    bit = _PF_X if step.name == "p_flags" else _SHF_EXECINSTR
    return step.value is not None and bool(step.value & bit)


def _field(step: Step, place: HeaderField, data: bytes, layout: Layout) -> str | None:
    """The field stands where the step says, in an entry of the kind that it names, and holds the value."""
    if (step.text, step.name) == ("the file header", "e_machine"):
        offset, value = 18, layout.read(data, 18, "H")
    elif named := _SEGMENT.fullmatch(step.text):
        entries = dict(enumerate(segments(data, layout)))
        found = entries.get(int(named[2]))
        if found is None or found[0] != _TYPES[named[1]]:
            return f"program header {named[2]} is no {named[1]}"
        if found[0] == _STACK and any(
            kind == _STACK for number, (kind, *_) in entries.items() if number > int(named[2])
        ):
            return "a later PT_GNU_STACK counts instead"
        offset, value = found[1], found[2]
    elif named := _SECTION.fullmatch(step.text):
        start, size, count = _sections(data, layout)
        if int(named[1]) >= count:
            return f"there is no section {named[1]}"
        offset = start + int(named[1]) * size + 8
        value = layout.read(data, offset, layout.word)
    else:
        return _dynamic(step, place, data, layout)
    if place.offset != offset:
        return f"{step.name} of {step.text} stands at {offset:#x}, not at {place.offset:#x}"
    return None if step.value == value else f"{step.name} of {step.text} is {value:#x}"


def segments(data: bytes, layout: Layout) -> Iterator[tuple[int, int, int, int, int]]:
    """Of each program header: type, where its flags stand, the flags, file offset and file size."""
    table, stride = (layout.read(data, 32, "Q"), 56) if layout.wide else (layout.read(data, 28, "I"), 32)
    count = layout.read(data, 56 if layout.wide else 44, "H")
    if count == _PN_XNUM:
        sections, _, _ = _sections(data, layout)
        count = layout.read(data, sections + (44 if layout.wide else 28), "I")
    for entry in range(table, table + min(count, _MOST) * stride, stride):
        flags = entry + (4 if layout.wide else 24)
        offset = layout.read(data, entry + (8 if layout.wide else 4), layout.word)
        size = layout.read(data, entry + (32 if layout.wide else 16), layout.word)
        yield layout.read(data, entry, "I"), flags, layout.read(data, flags, "I"), offset, size


def _sections(data: bytes, layout: Layout) -> tuple[int, int, int]:
    """Where the section headers begin, the size of one, and how many there are."""
    start, size = (layout.read(data, 40, "Q"), 64) if layout.wide else (layout.read(data, 32, "I"), 40)
    count = layout.read(data, 60 if layout.wide else 48, "H")
    if not count and start:
        count = layout.read(data, start + (32 if layout.wide else 20), layout.word)
    return start, size, min(count, _MOST)


def _dynamic(step: Step, place: HeaderField, data: bytes, layout: Layout) -> str | None:
    """The entry stands in the dynamic section, before its end, and asks for text relocations."""
    size = 16 if layout.wide else 8
    for kind, _, _, start, length in segments(data, layout):
        if kind != _DYNAMIC:
            continue
        for entry in range(start, min(start + length, len(data) - size + 1, start + _MOST * size), size):
            tag = layout.read(data, entry, layout.word)
            if not tag:
                break
            if entry == place.offset:
                value = layout.read(data, entry + size // 2, layout.word)
                asks = tag == _TEXTREL or (tag == _FLAGS and value & _DF_TEXTREL)
                right = {"DT_TEXTREL": _TEXTREL, "DT_FLAGS": _FLAGS}.get(step.name) == tag and value == step.value
                return None if asks and right else f"the entry at {entry:#x} is tag {tag} with {value:#x}"
    return f"no entry of the dynamic section stands at {place.offset:#x}"


def _absent(step: Step, place: HeaderField, data: bytes, layout: Layout) -> str | None:
    """No entry of that kind is there, and on this architecture that means an executable stack."""
    machine = layout.read(data, 18, "H")
    arch = architecture_of(machine, 64 if layout.wide else 32, "little" if layout.order == "<" else "big")
    if arch is None or not arch.stack_executable:
        return f"machine {machine} does not make the stack executable by default"
    if step.text == "PT_GNU_STACK":
        wanted = 56 if layout.wide else 44
        there = any(kind == _STACK for kind, *_ in segments(data, layout))
    elif step.text == ".note.GNU-stack":
        wanted = 60 if layout.wide else 48
        there = b".note.GNU-stack" in _section_names(data, layout)
    else:
        return f"{step.text} is not known to mean anything when it is missing"
    if place.offset != wanted:
        return f"the entries are counted at {wanted:#x}"
    return f"there is an entry {step.text}" if there else None


def _section_names(data: bytes, layout: Layout) -> set[bytes]:
    start, size, count = _sections(data, layout)
    index = layout.read(data, 62 if layout.wide else 50, "H")
    if index == _PN_XNUM:
        index = layout.read(data, start + (40 if layout.wide else 24), "I")
    header = start + index * size
    names = layout.read(data, header + (24 if layout.wide else 16), layout.word)
    found: set[bytes] = set()
    for number in range(count):
        at = names + layout.read(data, start + number * size, "I")
        found.add(data[at : max(at, data.find(b"\0", at))])
    return found
