"""What a file asks of the loader and the kernel: facts about its memory, each with the header field it was read from.

Nothing is judged here. Sources: gABI chapter 5; Linux ``fs/binfmt_elf.c`` and ``arch/*/include/asm/elf.h`` (6.1) for
what the kernel makes of ``PT_GNU_STACK``; the Linux ABI supplement and the AArch64 ELF supplement for property notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf import note
from mapproof.frontends.elf.constants import (
    DF_1_NOW,
    DF_1_PIE,
    DF_BIND_NOW,
    DF_TEXTREL,
    DT,
    EM,
    ET,
    PF,
    PT,
    SHF,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.frontends.elf.dynamic import DynamicEntry
    from mapproof.frontends.elf.header import Segment
    from mapproof.frontends.elf.image import ElfImage


class Property(StrEnum):
    """What a fact is about."""

    SEGMENT = "segment"
    SECTION = "section"
    GNU_STACK = "gnu-stack"
    READ_IMPLIES_EXEC = "read-implies-exec"
    TEXTREL = "textrel"
    RELRO = "relro"
    BIND_NOW = "bind-now"
    PIE = "pie"
    IBT = "ibt"
    SHSTK = "shstk"
    BTI = "bti"
    PAC = "pac"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    ``value`` is a word from a closed list per property. SEGMENT, SECTION: a protection (``rwx``), one fact per
    ``PT_LOAD``, and in an object one per section that is writable and executable at once. GNU_STACK: ``missing``,
    ``executable``, ``not-executable``; the last entry counts, as for the kernel. READ_IMPLIES_EXEC: ``never``,
    ``always``, ``depends`` or ``as-executable`` (:func:`read_implies_exec`). RELRO: ``none``, ``partial``, ``full``.
    All others: ``yes``, ``no``.

    ``field`` is the header field as the gABI spells it, ``offset`` the file offset of its entry (``None``: the entry
    is absent), ``address`` and ``size`` the memory that is meant, if any.
    """

    property: Property
    value: str
    field: str
    offset: int | None
    detail: str
    address: int | None = None
    size: int | None = None


def facts(image: ElfImage) -> tuple[Fact, ...]:
    """Every fact about a file, in the order of :class:`Property`. None for a file without a readable header."""
    if image.header is None:
        return ()
    if image.is_object:
        return tuple(_sections(image))
    return (*_segments(image), *_stack(image), *_dynamic(image), *_features(image))


def _rights(flags: int) -> str:
    return "".join(letter if flags & bit else "-" for letter, bit in (("r", PF.R), ("w", PF.W), ("x", PF.X)))


def _segments(image: ElfImage) -> Iterator[Fact]:
    for segment in image.segments:
        if segment.type == PT.LOAD:
            rights = _rights(segment.flags)
            yield Fact(
                Property.SEGMENT,
                rights,
                "p_flags",
                segment.offset,
                f"PT_LOAD {segment.index}",
                segment.vaddr,
                segment.memory_size,
            )


def _sections(image: ElfImage) -> Iterator[Fact]:
    """An object's sections that are writable and executable at once, and what its stack note asks for."""
    for section in image.sections:
        both = SHF.WRITE | SHF.EXECINSTR
        if section.allocated and section.flags & both == both:
            base = image.section_address(section)
            yield Fact(
                Property.SECTION, "rwx", "sh_flags", section.offset, f"section {section.name}", base, section.size
            )
    stack = image.section(".note.GNU-stack")
    if stack is None:
        yield Fact(Property.GNU_STACK, "missing", ".note.GNU-stack", None, "the linker decides by its default")
    else:
        value = "executable" if stack.executable else "not-executable"
        yield Fact(Property.GNU_STACK, value, "sh_flags", stack.offset, "section .note.GNU-stack")


def _stack(image: ElfImage) -> Iterator[Fact]:
    entries = [segment for segment in image.segments if segment.type == PT.GNU_STACK]
    last = entries[-1] if entries else None
    if last is None:
        yield Fact(
            Property.GNU_STACK, "missing", "PT_GNU_STACK", None, "no entry; what that means is the kernel's choice"
        )
    else:
        value = "executable" if last.flags & PF.X else "not-executable"
        more = f"; the last of {len(entries)} entries counts" if len(entries) > 1 else ""
        yield Fact(Property.GNU_STACK, value, "p_flags", last.offset, f"{_rights(last.flags)}{more}")
    yield _implied(image, last)


_MISSING_IMPLIES: Final = frozenset({EM.I386, EM.ARM, EM.PPC})
_BEFORE_5_8: Final = frozenset({EM.I386, EM.X86_64, EM.ARM, EM.AARCH64})


def read_implies_exec(machine: int, *, present: bool, executable: bool) -> tuple[str, str]:
    """(``never``, ``always`` or ``depends``, why): whether Linux runs a program with READ_IMPLIES_EXEC because of its
    ``PT_GNU_STACK``. With it the kernel adds x to every mapping with r.

    Decided by the executable, never by a library it loads. Linux 5.8 (x86, arm, arm64) and 5.18 (mips) narrowed it.
    """
    if machine == EM.MIPS:
        reason = "mips: on processors without RIXI; before 5.18 also unless the entry forbids execution"
        return "depends", reason
    if machine in _MISSING_IMPLIES and not present:
        return "always", "a 32-bit program without the entry"
    if machine in _BEFORE_5_8 and (executable or not present):
        return "depends", "before Linux 5.8 unless the entry forbids execution"
    return "never", "the entry forbids execution" if present and not executable else "not on this architecture"


def _implied(image: ElfImage, stack: Segment | None) -> Fact:
    machine = image.header.machine if image.header else 0
    offset = None if stack is None else stack.offset
    if image.type == ET.EXEC or image.interpreter is not None or _static_pie(image):
        executable = stack is not None and bool(stack.flags & PF.X)
        value, why = read_implies_exec(machine, present=stack is not None, executable=executable)
        return Fact(Property.READ_IMPLIES_EXEC, value, "PT_GNU_STACK", offset, why)
    why = "a library: the program that loads it decides; a request for an executable stack here concerns only the stack"
    return Fact(Property.READ_IMPLIES_EXEC, "as-executable", "PT_GNU_STACK", offset, why)


def _static_pie(image: ElfImage) -> bool:
    return bool((image.dynamic.value(DT.FLAGS_1) or 0) & DF_1_PIE)


def _dynamic(image: ElfImage) -> Iterator[Fact]:
    dynamic = image.dynamic
    flags, flags_1 = dynamic.entry(DT.FLAGS), dynamic.entry(DT.FLAGS_1)
    textrel = dynamic.entry(DT.TEXTREL) or (flags if flags and flags.value & DF_TEXTREL else None)
    yield _asked(Property.TEXTREL, DT.TEXTREL, textrel)
    now = dynamic.entry(DT.BIND_NOW)
    now = now or (flags if flags and flags.value & DF_BIND_NOW else None)
    now = now or (flags_1 if flags_1 and flags_1.value & DF_1_NOW else None)
    relro = next((segment for segment in image.segments if segment.type == PT.GNU_RELRO), None)
    value = "none" if relro is None else "full" if now or not dynamic.entries else "partial"
    yield Fact(
        Property.RELRO,
        value,
        "PT_GNU_RELRO",
        relro.offset if relro else None,
        {"none": "no segment", "partial": "lazy binding keeps the PLT's cells writable", "full": "all cells read-only"}[
            value
        ],
        relro.vaddr if relro else None,
        relro.memory_size if relro else None,
    )
    yield _asked(Property.BIND_NOW, DT.FLAGS, now)
    program = image.interpreter is not None or _static_pie(image)
    pie = image.type == ET.DYN and program
    detail = "executable" if program or image.type == ET.EXEC else "library"
    yield Fact(
        Property.PIE, "yes" if pie else "no", "e_type", image.header.offset("e_type") if image.header else None, detail
    )


def _asked(name: Property, usual: DT, entry: DynamicEntry | None) -> Fact:
    """Whether an entry asks, and which; where none does, the one that ``usual``ly would."""
    if entry is None:
        return Fact(name, "no", f"DT_{usual.name}", None, "")
    return Fact(name, "yes", f"DT_{DT(entry.tag).name}", entry.offset, "")


_FEATURES: Final = {
    EM.X86_64: ((Property.IBT, 1), (Property.SHSTK, 2)),
    EM.I386: ((Property.IBT, 1), (Property.SHSTK, 2)),
    EM.AARCH64: ((Property.BTI, 1), (Property.PAC, 2)),
}


def _features(image: ElfImage) -> Iterator[Fact]:
    machine = image.header.machine if image.header else 0
    if machine not in _FEATURES:
        return
    found = note.features(image)
    for name, bit in _FEATURES[EM(machine)]:
        present = found is not None and bool(found.bits & bit)
        yield Fact(name, "yes" if present else "no", "FEATURE_1_AND", found.offset if found else None, "property note")
