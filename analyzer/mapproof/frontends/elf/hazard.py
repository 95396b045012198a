"""What the texts of a binary say that no call does: names of the process's own memory and of its open files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.model.hazard import Hazard, HazardKind
from mapproof.model.location import Address
from mapproof.model.procfs import own_files, own_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.binary import Binary

_TEXT: Final = re.compile(
    rb"(?:/proc|/dev/fd|/dev/shm)[ -~]{0,80}|[ -~]{0,40}/(?:mem|fd/?)(?=\0)|(?<=\0)(?:mem|fd/[ -~]{0,8})(?=\0)"
)
"""Texts that matter; a text may be longer, or be part of instructions that put it together."""

_MARKS: Final = (
    re.compile(rb"/(?:proc|dev/(?:fd|shm)|(?:mem|fd/?)(?=\0))"),
    re.compile(rb"mem(?=\0)"),
    re.compile(rb"fd/"),
)
"""One of these stands in each of them."""


def hazards(name: str, binary: Binary) -> Iterator[Hazard]:
    """The hazards of a file; of each kind the first."""
    texts = list(binary.texts(_TEXT, _MARKS))
    for kind, found, what in (
        (HazardKind.OWN_MEMORY, own_memory(texts), "names the process's own memory, or may"),
        (HazardKind.OPEN_FILES, own_files(texts), "names a file that is open already, or may"),
    ):
        if found is not None:
            address, text = found
            yield Hazard(kind, Address(name, address), f"{text.decode('ascii')!r} {what}")
