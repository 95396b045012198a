"""Asks an image everything it can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.elf import discover, note, posture, slot

if TYPE_CHECKING:
    from mapproof.frontends.elf.image import ElfImage

NAMES = ("mmap", "mmap64", "mprotect", "munmap", "local")


def examine(image: ElfImage) -> tuple[object, ...]:
    """Every public question once, on addresses that exist and some that do not."""
    addresses = [0, 1, (1 << 64) - 1, 1 << 63]
    for extent in image.memory.extents[:4]:
        addresses += [extent.vaddr, extent.end - 1, extent.end]
    answers: list[object] = [
        image.header, image.segments, image.sections, image.dynamic, image.needed, image.soname, image.interpreter,
        image.relocations, image.imports, image.exports, image.notes, image.build_id, image.frames, image.machine,
        note.compilers(image), note.debug_link(image), note.features(image), image.defined(NAMES), posture.facts(image),
        discover.mapping_references(image, NAMES), discover.traps(image), discover.callers_of(image, 0x800),
    ]  # fmt: skip  # a list of questions
    for address in addresses:
        answers += [
            image.read(address, 8), image.read(address, 1 << 60), image.is_code(address), image.is_readonly(address),
            image.is_relro(address), image.symbol_at(address), image.function_bounds(address), image.place(address),
            image.memory.offset_of(address), image.memory.vaddr_of(address), image.memory.text_at(address),
            slot.pointer_at(image, address), image.memory.view(address, 4),
        ]  # fmt: skip  # likewise
    return (*answers, image.faults)
