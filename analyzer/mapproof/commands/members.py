"""The bytes of a file, or of a member of an archive, named ``archive!member`` as in reports."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from mapproof.frontends.files import LargeError, content, is_overlaid, larger

if TYPE_CHECKING:
    from collections.abc import Iterator


def outer_of(path: str) -> str:
    """The archive that a member is in; the path itself where it is a file, or names none."""
    if "!" not in path or os.path.lexists(path) or is_overlaid(path):
        return path
    end = path.find("!")
    while end >= 0:
        if os.path.isfile(path[:end]):  # noqa: PTH113  paths are kept as they were given
            return path[:end]
        end = path.find("!", end + 1)
    return path


def members_of(outer: str, most: int) -> Iterator[tuple[str, bytes]]:
    """The ELF files in an archive by name, one at a time; those of more than ``most`` bytes are left out. Raises
    :class:`OSError`."""
    from mapproof.frontends.elf.containers import Member, elf_members

    for member in elf_members(outer):
        if isinstance(member, Member) and len(member.data) <= most:
            yield member.name, bytes(member.data)


def bytes_of(path: str, most: int) -> bytes:
    """The bytes of a file or of a member. Raises :class:`OSError`, and :class:`LargeError` for more than ``most``."""
    outer = outer_of(path)
    if outer == path:
        return content(path, most)
    from mapproof.frontends.elf.containers import Member, elf_members

    for member in elf_members(outer):
        if isinstance(member, Member) and member.name == path:
            if len(member.data) > most:
                raise LargeError(errno.EFBIG, larger(most), path)
            return bytes(member.data)
    raise FileNotFoundError(errno.ENOENT, "no such member", path)
