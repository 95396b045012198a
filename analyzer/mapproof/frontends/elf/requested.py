"""Sites without a call: memory that is writable and executable at once because a file's headers ask for it.

The loader, the kernel or the linker makes it; each site names the field that asks, and its evidence reads the field
again. Sources: gABI chapters 4 and 5; Linux ``fs/binfmt_elf.c`` and ``kernel/module/strict_rwx.c``; glibc
``elf/dl-load.c``, ``elf/dl-reloc.c`` and ``sysdeps/*/stackinfo.h``; GNU ld ``bfd/elflink.c``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from mapproof.abi import architecture_of
from mapproof.frontends.elf.constants import DF_TEXTREL, DT, ET, PF, PT, SHF
from mapproof.model.callee import Role
from mapproof.model.evidence import Step, StepKind
from mapproof.model.location import HeaderField
from mapproof.model.protection import Prot, ProtSet
from mapproof.model.site import Callee, Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mapproof.frontends.elf.header import Header, Section, Segment
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.model.callee import Encoding

ABSENT: Final = "absent"
"""The fact that an entry asks by not being there."""

MODULE: Final = "kernel-module"
"""The fact that the file is a Linux kernel module."""

STACK_SECTION: Final = ".note.GNU-stack"
_MODULE_SECTION: Final = ".gnu.linkonce.this_module"
_MOST: Final = 64
"""Sections of one object that are named; a file with more is hostile, and what is wrong with it has been said."""
_RWX: Final = ProtSet.of([Prot(7)])


def requested(image: ElfImage, encodings: Mapping[str, Encoding]) -> list[Site]:
    """The sites, in the order of the file's headers. ``encodings`` are those of the rule pack."""
    header = image.header
    if header is None or header.type not in {ET.REL, ET.EXEC, ET.DYN}:
        return []
    asking = _Asking(image, header, encodings)
    return list(asking.object() if image.is_object else asking.loaded())


class _Asking:
    """What one file asks for."""

    def __init__(self, image: ElfImage, header: Header, encodings: Mapping[str, Encoding]) -> None:
        self._image = image
        self._header = header
        self._encodings = encodings
        self._counts: dict[tuple[str, str], int] = {}
        order = "little" if image.layout.order == "<" else "big"
        arch = architecture_of(header.machine, image.layout.bits, order)
        self._stack_by_default = arch is not None and arch.stack_executable
        self._facts = frozenset({MODULE}) if image.section(_MODULE_SECTION) is not None else frozenset[str]()

    def loaded(self) -> Iterator[Site]:
        """Of a program or library."""
        both = PF.W | PF.X
        for segment in self._image.segments:
            if segment.type == PT.LOAD and segment.flags & both == both and segment.memory_size:
                end = segment.vaddr + segment.memory_size
                text = (
                    f"PT_LOAD {segment.index} asks the loader to map {segment.vaddr:#x} to {end:#x} "
                    "writable and executable at once"
                )
                yield self._flagged(segment, "PT_LOAD", text)
        yield from self._stack()
        yield from self._text_relocations()

    def object(self) -> Iterator[Site]:
        """Of a relocatable object: its sections become segments, or are loaded as they are."""
        both = SHF.WRITE | SHF.EXECINSTR | SHF.ALLOC
        module = MODULE in self._facts
        found = [section for section in self._image.sections if section.flags & both == both and section.size]
        for section in found[:_MOST]:
            whose = "the kernel to load" if module else "the linker to place"
            text = f"section {section.name} asks {whose} its {section.size} bytes writable and executable at once"
            yield self._marked(section, "section", section.name, text)
        if module or not any(section.allocated for section in self._image.sections):
            return
        note = self._image.section(STACK_SECTION)
        if note is not None and note.executable:
            text = "the object asks the linker for an executable stack, and gets it for the whole program"
            yield self._marked(note, STACK_SECTION, STACK_SECTION, text)
        elif note is None and self._stack_by_default:
            text = f"the object has no section {STACK_SECTION}: GNU ld takes it to need an executable stack"
            yield self._missing(STACK_SECTION, "e_shnum", text)

    def _stack(self) -> Iterator[Site]:
        entries = [segment for segment in self._image.segments if segment.type == PT.GNU_STACK]
        if not entries:
            if self._stack_by_default and self._image.segments:
                text = "there is no PT_GNU_STACK: on this architecture that means an executable stack"
                yield self._missing("PT_GNU_STACK", "e_phnum", text)
        elif entries[-1].flags & PF.X:
            whose = "the stack" if self._header.type == ET.EXEC or self._image.interpreter else "every thread's stack"
            yield self._flagged(entries[-1], "PT_GNU_STACK", f"PT_GNU_STACK asks for {whose} to be executable", PF.W)

    def _text_relocations(self) -> Iterator[Site]:
        dynamic = self._image.dynamic
        flags = dynamic.entry(DT.FLAGS)
        entry, name = dynamic.entry(DT.TEXTREL), "DT_TEXTREL"
        if entry is None and flags is not None and flags.value & DF_TEXTREL:
            entry, name = flags, "DT_FLAGS"
        if entry is None:
            return
        place = self._field(entry.offset, self._image.layout.bits // 4, name)
        read = Step(StepKind.HEADER, "the dynamic section", place, name, entry.value)
        text = f"{name} asks the loader to write to code that is mapped executable, to relocate it"
        yield self._site("DT_TEXTREL", "DT_TEXTREL", place, text, (read,))

    def _flagged(self, segment: Segment, primitive: str, text: str, implied: int = 0) -> Site:
        """A program header; the kernel takes rights that are ``implied`` for granted."""
        place = self._field(segment.offset + (4 if self._image.layout.bits == 64 else 24), 4, "p_flags")
        return self._decoded(
            primitive, primitive, place, text, f"{primitive} {segment.index}", segment.flags, "elf-segment", implied
        )

    def _marked(self, section: Section, primitive: str, written: str, text: str) -> Site:
        wide = self._image.layout.bits == 64
        place = self._field(section.offset + 8, 8 if wide else 4, "sh_flags")
        entry = f"section {section.index}"
        implied = 0 if primitive == "section" else SHF.WRITE
        return self._decoded(primitive, written, place, text, entry, section.flags, "elf-section", implied)

    def _missing(self, name: str, counted: str, text: str) -> Site:
        place = self._field(self._header.offset(counted), 2, counted)
        machine = self._field(self._header.offset("e_machine"), 2, "e_machine")
        steps = (
            Step(StepKind.HEADER, "the file header", machine, "e_machine", self._header.machine),
            Step(StepKind.ABSENT, name, place, premises=(0,)),
        )
        return self._site(name, name, place, text, steps, facts=frozenset({ABSENT}))

    def _decoded(
        self,
        primitive: str,
        written: str,
        place: HeaderField,
        text: str,
        entry: str,
        flags: int,
        name: str,
        implied: int,
    ) -> Site:
        read = Step(StepKind.HEADER, entry, place, place.name, flags)
        encoding = self._encodings.get(name)
        if encoding is None or implied & ~flags:
            return self._site(primitive, written, place, text, (read,))
        meant = encoding.decode(flags)
        decoded = Step(StepKind.DECODE, " ".join(map(str, meant)), None, name, flags & 0xFFFF_FFFF, (0,))
        return self._site(primitive, written, place, text, (read, decoded), meant, (flags & 0xFFFF_FFFF,))

    def _field(self, offset: int, size: int, name: str) -> HeaderField:
        return HeaderField(self._image.name, offset, size, name)

    def _site(
        self,
        primitive: str,
        written: str,
        place: HeaderField,
        text: str,
        evidence: tuple[Step, ...],
        protections: ProtSet = _RWX,
        masks: tuple[int, ...] | None = None,
        facts: frozenset[str] = frozenset(),
    ) -> Site:
        count = self._counts[primitive, written] = self._counts.get((primitive, written), 0) + 1
        key = "|".join((self._image.name, primitive, written, str(count)))
        return Site(
            id=sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:16],
            artifact=self._image.name,
            sha256="",
            language="",
            location=place,
            function=None,
            callee=Callee(written, primitive),
            role=Role.SEGMENT,
            platform="linux",
            protections=protections,
            masks=masks,
            source=text,
            facts=self._facts | facts,
            evidence=evidence,
        )
