"""ELF files, alone or in archives: each is a subject of its own."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.errors import MapproofError
from mapproof.frontends.files import content, is_overlaid
from mapproof.model.site import STACK_GUARDED, STACK_IMPLIES, Artifact, Coverage, HeaderFact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.frontends.base import Subject, Task
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.view import View
    from mapproof.model.callee import CalleeTable
    from mapproof.model.hazard import Hazard
    from mapproof.model.ir import Program
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

        stack = None if task.executable is None or not task.files else _stack_of_program(task.executable)
        files = _with_libraries(task) if task.dependencies else task.files
        groups = _groups(files, task.table)
        for path in files:
            task.progress(path)
            if path in groups:
                if groups[path]:
                    yield from _together([ElfImage.open(member) for member in groups[path]], task.table, stack)
                continue
            if is_overlaid(path):
                head = content(path)
                if head.startswith(_MAGIC):
                    yield _Binary(ElfImage(head, path), task.table, stack)
                continue
            try:
                with open(path, "rb") as stream:  # noqa: PTH123  paths are kept as they were given
                    head = stream.read(4)
                if head == _MAGIC:
                    yield _Binary(ElfImage.open(path), task.table, stack)
                    continue
                for member in elf_members(path):
                    if isinstance(member, Gap):
                        kind = "limit" if member.kind == "limit" else "unreadable"
                        task.gaps.append(Coverage(member.name, kind, member.detail))
                    else:
                        yield _Binary(ElfImage(member.data, member.name), task.table, stack)
            except OSError as error:
                task.gaps.append(Coverage(path, "unreadable", error.strerror or str(error)))


FRONTEND: Final = ElfFrontend()


def _compressed_or_archive(head: bytes) -> bool:
    """Whether a file may be an archive: text has no such bytes, so that no source file costs an import."""
    return b"\0" in head or head.startswith((b"!<arch>\n", b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"))


def _with_libraries(task: Task) -> tuple[str, ...]:
    """The files and what they need; raises :class:`mapproof.errors.MapproofError` for a sysroot that is no folder."""
    from mapproof.frontends.elf.needed import Libraries  # noqa: PLC0415  only where it is asked for

    for name, folder in (("--sysroot", task.sysroot), *(("--library-path", path) for path in task.library_path)):
        if folder and not os.path.isdir(folder):  # noqa: PTH112  paths are kept as they were given
            message = f"{name} {folder}: no such folder: name one that exists"
            raise MapproofError(message)
    found, missing = Libraries(task.library_path, task.sysroot, task.table.callees).of(task.files)
    for one in missing:
        detail = f"needs {one.name}, which was not found: name its folder with --library-path, or a --sysroot"
        task.gaps.append(Coverage(one.needed_by, "library", detail))
    return (*task.files, *found)


def _groups(files: Sequence[str], table: CalleeTable) -> dict[str, list[str]]:
    """Files that are loaded or linked together: the first of each group with all of it, the others with nothing."""
    if len(files) < 2:
        return {}
    from mapproof.frontends.elf.relation import MOST_RELATED, related  # noqa: PLC0415  only on a find

    images: list[ElfImage] = []
    for path in files if len(files) <= MOST_RELATED else ():
        image = None if is_overlaid(path) else _opened(path)
        if image is not None:
            images.append(image)
    groups: dict[str, list[str]] = {}
    for group in related(images, table.callees) if len(images) > 1 else ():
        members = [images[number].name for number in group]
        groups.update({members[0]: members, **{name: [] for name in members[1:]}})
    return groups


def _opened(path: str) -> ElfImage | None:
    """The file, if it is an ELF file that can be read."""
    from mapproof.frontends.elf.image import ElfImage  # noqa: PLC0415  only on a find

    try:
        with open(path, "rb") as stream:  # noqa: PTH123  paths are kept as they were given
            return ElfImage.open(path) if stream.read(4) == _MAGIC else None
    except OSError:
        return None


def _together(images: Sequence[ElfImage], table: CalleeTable, stack: str | None) -> Iterator[Subject]:
    """Files of which each may call the others: each a subject, and none let go of before the last."""
    from mapproof.frontends.elf.joined import Family, JoinedProgram  # noqa: PLC0415  only on a find

    members = [_Binary(image, table, stack) for image in images]
    programs = [member.own for member in members]
    family = Family(programs)
    for member in members:
        member.program = JoinedProgram(member.own, family)
        member.near = [other for other in members if other is not member]
        member.last = member is members[-1]
        yield member


def _stack_fact(image: ElfImage) -> str | None:
    """What an executable's stack note makes of readable memory; ``None`` for a library: its program decides."""
    from mapproof.frontends.elf.posture import Property, facts  # noqa: PLC0415  only on a find

    said = next((fact.value for fact in facts(image) if fact.property is Property.READ_IMPLIES_EXEC), "as-executable")
    if said == "as-executable":
        return None
    return STACK_GUARDED if said == "never" else STACK_IMPLIES


def _stack_of_program(path: str) -> str:
    """The same of the program that is named; raises :class:`mapproof.errors.MapproofError` when it is none."""
    from mapproof.frontends.elf.image import ElfImage  # noqa: PLC0415  only on a find

    try:
        fact = _stack_fact(ElfImage.open(path))
    except OSError as error:
        message = f"--executable {path}: {error.strerror or error}"
        raise MapproofError(message) from error
    if fact is None:
        message = f"--executable {path}: it is no ELF executable: name the program that loads the library"
        raise MapproofError(message)
    return fact


class _Binary:
    """One ELF file."""

    def __init__(self, image: ElfImage, table: CalleeTable, stack: str | None) -> None:
        from mapproof.frontends.elf.program import ElfProgram  # noqa: PLC0415  only on a find
        from mapproof.frontends.elf.surroundings import architecture  # noqa: PLC0415  only on a find

        self._image = image
        arch = architecture(image)
        numbers = {} if arch is None else {number: (name,) for name, number in arch.syscalls.items()}
        numbers |= {} if arch is None else {number: (name,) for number, name in arch.foreign_syscalls.items()}
        constants = {**table.constants, **({} if arch is None else arch.constants)}
        self.table = replace(table, syscalls=numbers, constants=constants)
        self.own = ElfProgram(image, self.table)
        self.program: Program = self.own
        self.near: Sequence[_Binary] = ()
        """Other files whose calls may be among this one's sites."""
        self.last = True
        self._digest = ""
        self._stack = _stack_fact(image) or stack

    @property
    def binary(self) -> View:
        from mapproof.frontends.elf.view import View  # noqa: PLC0415  only on a find

        return View(self._image)

    @property
    def requested(self) -> Sequence[Site]:
        from mapproof.frontends.elf.requested import requested  # noqa: PLC0415  only on a find

        return requested(self._image, self.table.encodings)

    def described(self, site: Site) -> Site:
        home = next((member for member in self.near if member.named(site.artifact)), self)
        return home.described_here(site)

    def named(self, path: str) -> bool:
        """Whether the file is called so."""
        return path == self._image.name

    def described_here(self, site: Site) -> Site:
        """A site of this file, with what only the file says."""
        facts = site.facts if self._stack is None else site.facts | {self._stack}
        return replace(site, sha256=self._sha256(), language="elf", facts=facts)

    def _sha256(self) -> str:
        from hashlib import sha256  # noqa: PLC0415  only on a find

        if not self._digest:
            self._digest = sha256(self._image.data).hexdigest()
        return self._digest

    def data(self, path: str) -> bytes:
        home = next((member for member in self.near if member.named(path)), self)
        return home.bytes_here()

    def bytes_here(self) -> bytes:
        """The file's own bytes."""
        return bytes(self._image.data)

    def files(self) -> list[str]:
        return [self._image.name, *(name for member in self.near for name in member.files_here())]

    def files_here(self) -> list[str]:
        """The file itself."""
        return [self._image.name]

    def hazards(self) -> list[Hazard]:
        from mapproof.frontends.elf.hazard import hazards  # noqa: PLC0415  only on a find

        return list(hazards(self._image.name, self.binary))

    def artifacts(self, sites: Sequence[Site]) -> list[Artifact]:
        from mapproof.frontends.elf.constants import PT  # noqa: PLC0415  only on a find
        from mapproof.frontends.elf.note import build_id  # noqa: PLC0415  only on a find
        from mapproof.frontends.elf.posture import facts  # noqa: PLC0415  only on a find

        found = tuple(
            HeaderFact(fact.property.value, fact.value, fact.field, fact.offset, fact.detail)
            for fact in facts(self._image)
        )
        loaded = tuple(
            (one.file_offset, one.vaddr, one.file_size) for one in self._image.segments if one.type == PT.LOAD
        )
        size, mark = len(self._image.data), build_id(self._image) or ""
        return [
            Artifact(
                self._image.name,
                self._sha256(),
                "elf",
                size,
                len(sites),
                found,
                build_id=mark,
                loaded=loaded,
                imports=self._image.imports,
            )
        ]

    def close(self) -> list[Coverage]:
        if not self.last:
            return []
        gaps: list[Coverage] = []
        for member in (self, *self.near):
            member.own.close()
            gaps += [*member.own.gaps, *member.own.doubts()]
        return gaps
