"""Which of several files are loaded or linked together, by what they say themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.joined import MOST_JOINED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mapproof.frontends.elf.image import ElfImage

MOST_RELATED: Final = 64
"""Files of one run among which relations are looked for."""


def related(images: Sequence[ElfImage], platform: Collection[str]) -> list[list[int]]:
    """Groups of files, by their numbers, of which each needs another: by ``DT_NEEDED``, or, of objects, by a symbol.

    A file that exports a ``platform`` function is that function's own library: calls of it are known by their names,
    and it is in no group. Nor are files of another architecture, or in too large a group.
    """
    parents = list(range(len(images)))

    def top(number: int) -> int:
        while parents[number] != number:
            number = parents[number]
        return number

    known = [number for number, image in enumerate(images) if image.header is not None and not _is(image, platform)]
    for link in (_by_name, _by_symbol):
        for one, other in link(images, known):
            if _kind(images[one]) == _kind(images[other]):
                parents[top(one)] = top(other)
    groups: dict[int, list[int]] = {}
    for number in known:
        groups.setdefault(top(number), []).append(number)
    return [group for group in groups.values() if 1 < len(group) <= MOST_JOINED]


def _is(image: ElfImage, platform: Collection[str]) -> bool:
    return bool(image.defined(platform))


def _kind(image: ElfImage) -> tuple[int, int, str]:
    return (image.header.machine if image.header else 0, image.layout.bits, image.layout.order)


def _by_name(images: Sequence[ElfImage], known: Sequence[int]) -> list[tuple[int, int]]:
    providers: dict[str, list[int]] = {}
    for number in known:
        if not images[number].is_object:
            for name in {images[number].soname or "", os.path.basename(images[number].name)} - {""}:  # noqa: PTH119  text
                providers.setdefault(name, []).append(number)
    return [
        (number, found[0])
        for number in known
        for name in images[number].needed
        if len(found := providers.get(name, [])) == 1
    ]


def _by_symbol(images: Sequence[ElfImage], known: Sequence[int]) -> list[tuple[int, int]]:
    objects = [number for number in known if images[number].is_object]
    if len(objects) < 2:
        return []
    providers: dict[str, list[int]] = {}
    for number in objects:
        for symbol in images[number].exports:
            providers.setdefault(symbol.name, []).append(number)
    return [
        (number, found[0])
        for number in objects
        for name in images[number].imports
        if len(found := providers.get(name, [])) == 1
    ]
