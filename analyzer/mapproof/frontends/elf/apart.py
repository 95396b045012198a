"""Whether a stretch of code that seems to be a function is one: nothing outside leads into its middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.elf.discover import entries_into
from mapproof.frontends.elf.importing import CALLED
from mapproof.frontends.elf.lift import Window, goes_to
from mapproof.frontends.elf.reference import Kind, unpack

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapproof.frontends.elf.function import Bounds
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Body

ENTERING = CALLED | {Kind.SHORT}
"""How control may enter code."""


def is_apart(image: ElfImage, bounds: Bounds, body_at: Callable[[int], Body | None]) -> bool:
    """Whether nothing outside leads into the middle of code between these bounds, but for its own jump tables."""
    body, window = body_at(bounds.start), Window.of(image)
    tabled = {target for jump in body.jumps.values() for target in jump.targets} if body is not None else set()
    for reference in unpack(entries_into(image, bounds.start, bounds.end)):
        if reference.kind == Kind.DATA and reference.target in tabled:
            continue
        if reference.kind == Kind.DATA:
            return False
        home = image.function_bounds(reference.address)
        outside = None if home is None else body_at(home.start)
        if reference.kind not in ENTERING or outside is None:
            continue
        instruction = outside.instructions.get(reference.address)
        if instruction is not None and reference.target in goes_to(instruction, window):
            return False
    return True
