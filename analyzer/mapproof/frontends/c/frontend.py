"""Source files in C and C++: what is no other kind of file, searched for the callees' names and read as one tree."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.base import REMARK
from mapproof.frontends.files import MOST_ANALYSED, is_file, is_text, larger, read
from mapproof.model.callee import CalleeTable, Role
from mapproof.model.site import Artifact, Coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mapproof.frontends.base import Subject, Task
    from mapproof.frontends.c.program import CProgram
    from mapproof.model.hazard import Hazard
    from mapproof.model.site import Site

SUFFIXES: Final = (
    ".c", ".h", ".cc", ".cpp", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tcc", ".inc",
    ".m", ".mm", ".C", ".H", ".def", ".tpp", ".txx",
)  # fmt: skip
"""What a folder is searched for; a file that is named is read whatever it is called."""

_TOGETHER: Final = 1 << 20
"""Bytes of small files that are searched together."""
_SEARCHED: Final = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.OBJECT, Role.PERSONALITY, Role.SYSCALL})

_WORD: Final = re.compile(rb"[A-Za-z_]\w*")
_SHORTEST_PIECE: Final = 2
"""Characters of a name's part that is looked for where tokens are pasted."""

_BESIDE: Final = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"\n/]+)"', re.MULTILINE)
"""An ``#include`` of a file in the same folder."""


class CFrontend:
    """See :class:`mapproof.frontends.base.Frontend`."""

    name = "c"
    suffixes = SUFFIXES
    rank = 9
    together = True

    def claims(self, path: str, head: bytes) -> bool:  # noqa: ARG002  what nobody else claims is read as source
        """See :class:`mapproof.frontends.base.Frontend`."""
        return True

    def wants(self, path: str) -> bool:  # noqa: ARG002  sources are known by their suffix
        """See :class:`mapproof.frontends.base.Frontend`."""
        return False

    def subjects(self, task: Task) -> Iterator[Subject]:
        """See :class:`mapproof.frontends.base.Frontend`."""
        files = list(task.files)
        stems = _stems(task.table)
        found = _containing(files, stems, task.gaps, task.progress, task.remarked)
        beside = _included_beside(found, files)
        if beside:
            found |= _containing(beside, stems, task.gaps, task.progress)
            files = sorted({*files, *beside})
        if found:
            yield _Sources(files, found, task)


FRONTEND: Final = CFrontend()


class _Sources:
    """All source files of a run."""

    def __init__(self, files: Sequence[str], found: Mapping[str, bytes], task: Task) -> None:
        from mapproof.abi import syscalls  # noqa: PLC0415  only on a find
        from mapproof.frontends.c.program import CProgram  # noqa: PLC0415  only on a find

        self.table = replace(task.table, syscalls=syscalls())
        unread = {gap.path for gap in task.gaps}
        self.program: CProgram = CProgram(
            [path for path in files if path not in unread],
            found,
            self.table,
            include_dirs=task.include_dirs,
            defines=dict(task.defines),
            undefines=task.undefines,
        )
        self._digests: dict[str, str] = {}

    binary = None
    requested: tuple[Site, ...] = ()

    def described(self, site: Site) -> Site:
        from hashlib import sha256  # noqa: PLC0415  only on a find

        source = self.program.source(site.artifact)
        if site.artifact not in self._digests:
            self._digests[site.artifact] = sha256(source.data).hexdigest()
        language = "cpp" if source.cpp else "c"
        text = self.program.excerpt(site.location)
        return replace(site, sha256=self._digests[site.artifact], language=language, source=text)

    def data(self, path: str) -> bytes:
        return self.program.source(path).data

    def files(self) -> list[str]:
        return self.program.paths()

    def hazards(self) -> list[Hazard]:
        from mapproof.frontends.c.hazard import WORDS, hazards  # noqa: PLC0415  only on a find

        return [hazard for source in self.program.holding(WORDS) for hazard in hazards(source)]

    def artifacts(self, sites: Sequence[Site]) -> list[Artifact]:
        counts = dict.fromkeys(self._digests, 0)
        for site in sites:
            counts[site.artifact] += 1
        return [
            Artifact(path, digest, "cpp" if source.cpp else "c", len(source.data), counts[path])
            for path, digest in sorted(self._digests.items())
            for source in (self.program.source(path),)
        ]

    def close(self) -> list[Coverage]:
        return [*self.program.gaps, *self.program.lost()]


def _included_beside(found: Mapping[str, bytes], files: Sequence[str]) -> list[str]:
    """Files of other kinds (``stores.tbl``) that these include from their own folder: they are part of the program."""
    known = set(files)
    beside: dict[str, None] = {}
    waiting = list(found.items())
    while waiting:
        path, data = waiting.pop()
        for name in _BESIDE.findall(data) if b"include" in data else ():
            other = os.path.join(os.path.dirname(path), os.fsdecode(name))  # noqa: PTH118, PTH120  paths are kept as they were given
            if other.endswith(SUFFIXES) or other in known or not is_file(other):
                continue
            known.add(other)
            beside[other] = None
            content = read(other, [])
            if content is not None:
                waiting.append((other, content))
    return list(beside)


def _stems(table: CalleeTable) -> list[bytes]:
    """The fewest words to search for: a callee whose name contains another's is found by that."""
    names = sorted((name for name, spec in table.callees.items() if spec.role in _SEARCHED), key=len)
    stems: list[str] = []
    for name in names:
        if not any(stem in name for stem in stems):
            stems.append(name)
    return [stem.encode() for stem in stems]


def _containing(
    files: Iterable[str],
    stems: list[bytes],
    gaps: list[Coverage],
    progress: Callable[[str], None],
    remarked: list[str] | None = None,
) -> dict[str, bytes]:
    """The files that hold one of the words, with their bytes. Files too large to look into are gaps, if anything in
    them may matter. ``remarked`` takes in the files that hold a remark for mapproof."""
    found: dict[str, bytes] = {}
    large: dict[str, bool] = {}
    held: list[tuple[str, bytes]] = []
    size = 0
    for path in files:
        progress(path)
        data = read(path, gaps)
        if data is None:
            continue
        if remarked is not None and REMARK in data:
            remarked.append(path)
        if len(data) > MOST_ANALYSED:
            large[path] = any(_mentioning([(path, data)], stems, gaps))
            continue
        held.append((path, data))
        size += len(data)
        if size >= _TOGETHER:
            found.update(_mentioning(held, stems, gaps))
            held, size = [], 0
    found.update(_mentioning(held, stems, gaps))
    detail = f"{larger(MOST_ANALYSED)}: it was searched for mapping functions, not analysed"
    gaps.extend(Coverage(path, "limit", detail) for path, mentions in large.items() if mentions or found)
    return found


def _mentioning(held: list[tuple[str, bytes]], stems: list[bytes], gaps: list[Coverage]) -> Iterator[tuple[str, bytes]]:
    """Those of the files that hold one of the words: small files are searched in one go."""
    together = held[0][1] if len(held) == 1 else b"\n".join([data for _, data in held])
    some_binary = b"\0" in together
    pasting = b"##" in together
    if not some_binary and not pasting and not any(stem in together for stem in stems):
        return
    for path, data in held:
        if (not some_binary or is_text(path, data, gaps)) and (
            any(stem in data for stem in stems) or (pasting and _in_pieces(data, stems))
        ):
            yield path, data


def _in_pieces(data: bytes, stems: list[bytes]) -> bool:
    """Whether both parts of a callee's name stand alone in a file that pastes tokens."""
    if b"##" not in data:
        return False
    words = set(_WORD.findall(data))
    return any(
        stem[:cut] in words and stem[cut:] in words
        for stem in stems
        for cut in range(_SHORTEST_PIECE, len(stem) - _SHORTEST_PIECE + 1)
    )
