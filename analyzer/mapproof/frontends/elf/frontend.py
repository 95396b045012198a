"""ELF files, alone or in archives: each is a subject of its own."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.files import content, is_overlaid
from mapproof.model.site import Artifact, Coverage, HeaderFact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.frontends.base import Subject, Task
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.view import View
    from mapproof.model.callee import CalleeTable
    from mapproof.model.site import Site

SUFFIXES: Final = (
    ".so", ".o", ".a", ".ko", ".node", ".deb", ".rpm", ".apk", ".aar", ".whl", ".jar", ".zip", ".elf", ".axf",
)  # fmt: skip
"""What a folder is searched for, beside versioned libraries and executable files; the content then decides."""

_MAGIC: Final = b"\x7fELF"


class ElfFrontend:
    """See :class:`mapproof.frontends.base.Frontend`."""

    name = "elf"
    suffixes = SUFFIXES
    rank = 1
    together = False

    def claims(self, path: str, head: bytes) -> bool:  # noqa: ARG002  the content decides
        """See :class:`mapproof.frontends.base.Frontend`."""
        if head.startswith(_MAGIC):
            return True
        if not _compressed_or_archive(head):
            return False
        from mapproof.frontends.elf.containers import is_container  # noqa: PLC0415  not for sources

        return is_container(head)

    def wants(self, path: str) -> bool:
        """See :class:`mapproof.frontends.base.Frontend`."""
        if ".so." in path:
            return True
        try:
            mode = os.lstat(path).st_mode
        except OSError:
            return False
        return stat.S_ISREG(mode) and bool(mode & 0o111)

    def subjects(self, task: Task) -> Iterator[Subject]:
        """See :class:`mapproof.frontends.base.Frontend`."""
        from mapproof.frontends.elf.containers import Gap, elf_members  # noqa: PLC0415  only on a find
        from mapproof.frontends.elf.image import ElfImage  # noqa: PLC0415  only on a find

        for path in task.files:
            task.progress(path)
            if is_overlaid(path):
                head = content(path)
                if head.startswith(_MAGIC):
                    yield _Binary(ElfImage(head, path), task.table)
                continue
            try:
                with open(path, "rb") as stream:  # noqa: PTH123  paths are kept as they were given
                    head = stream.read(4)
                if head == _MAGIC:
                    yield _Binary(ElfImage.open(path), task.table)
                    continue
                for member in elf_members(path):
                    if isinstance(member, Gap):
                        kind = "limit" if member.kind == "limit" else "unreadable"
                        task.gaps.append(Coverage(member.name, kind, member.detail))
                    else:
                        yield _Binary(ElfImage(member.data, member.name), task.table)
            except OSError as error:
                task.gaps.append(Coverage(path, "unreadable", error.strerror or str(error)))


FRONTEND: Final = ElfFrontend()


def _compressed_or_archive(head: bytes) -> bool:
    """Whether a file may be an archive: text has no such bytes, so that no source file costs an import."""
    return b"\0" in head or head.startswith((b"!<arch>\n", b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"))


class _Binary:
    """One ELF file."""

    def __init__(self, image: ElfImage, table: CalleeTable) -> None:
        from mapproof.frontends.elf.program import ElfProgram, architecture  # noqa: PLC0415  only on a find

        self._image = image
        arch = architecture(image)
        numbers = {} if arch is None else {number: (name,) for name, number in arch.syscalls.items()}
        constants = {**table.constants, **({} if arch is None else arch.constants)}
        self.table = replace(table, syscalls=numbers, constants=constants)
        self.program: ElfProgram = ElfProgram(image, self.table)
        self._digest = ""

    @property
    def binary(self) -> View:
        from mapproof.frontends.elf.view import View  # noqa: PLC0415  only on a find

        return View(self._image)

    def described(self, site: Site) -> Site:
        return replace(site, sha256=self._sha256(), language="elf")

    def _sha256(self) -> str:
        from hashlib import sha256  # noqa: PLC0415  only on a find

        if not self._digest:
            self._digest = sha256(self._image.data).hexdigest()
        return self._digest

    def data(self, path: str) -> bytes:  # noqa: ARG002  a binary is one file
        return bytes(self._image.data)

    def files(self) -> list[str]:
        return [self._image.name]

    def artifacts(self, sites: Sequence[Site]) -> list[Artifact]:
        from mapproof.frontends.elf.posture import facts  # noqa: PLC0415  only on a find

        found = tuple(
            HeaderFact(fact.property.value, fact.value, fact.field, fact.offset, fact.detail)
            for fact in facts(self._image)
        )
        return [Artifact(self._image.name, self._sha256(), "elf", len(self._image.data), len(sites), found)]

    def close(self) -> list[Coverage]:
        self.program.close()
        return [*self.program.gaps, *self.program.doubts()]
