"""Python files: searched for the callees' names like other sources, and read as one program."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.base import REMARK
from mapproof.frontends.files import MOST_ANALYSED, is_text, larger, read
from mapproof.model.callee import Role
from mapproof.model.site import Artifact, Coverage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.frontends.base import Subject, Task
    from mapproof.frontends.python.program import PythonProgram
    from mapproof.model.callee import CalleeTable
    from mapproof.model.hazard import Hazard
    from mapproof.model.site import Site

SUFFIXES: Final = (".py", ".pyw")
_SCRIPT: Final = (b"#!", b"python")
"""What the first line of a script without a suffix holds."""
_SEARCHED: Final = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.OBJECT, Role.PERSONALITY, Role.SYSCALL})
_LIBRARY: Final = (b"SharedMemory", b"memmap")
"""Classes of well-known libraries that map memory."""


class PythonFrontend:
    """See :class:`mapproof.frontends.base.Frontend`."""

    name = "python"
    suffixes = SUFFIXES
    rank = 5
    together = True

    def claims(self, path: str, head: bytes) -> bool:
        """See :class:`mapproof.frontends.base.Frontend`."""
        if path.endswith(SUFFIXES):
            return True
        first = head.partition(b"\n")[0]
        return first.startswith(_SCRIPT[0]) and _SCRIPT[1] in first

    def wants(self, path: str) -> bool:  # noqa: ARG002  scripts without a suffix are read when they are named
        """See :class:`mapproof.frontends.base.Frontend`."""
        return False

    def subjects(self, task: Task) -> Iterator[Subject]:
        """See :class:`mapproof.frontends.base.Frontend`."""
        texts: dict[str, bytes] = {}
        for path in task.files:
            task.progress(path)
            data = read(path, task.gaps)
            if data is None or not is_text(path, data, task.gaps):
                continue
            if REMARK in data:
                task.remarked.append(path)
            texts[path] = data
        words = _words(task.table)
        found = {path for path, data in texts.items() if any(word in data for word in words)}
        for path in sorted(found):
            if len(texts[path]) > MOST_ANALYSED:
                detail = f"{larger(MOST_ANALYSED)}: it was searched for mapping functions, not analysed"
                task.gaps.append(Coverage(path, "limit", detail))
                found.discard(path)
        if found:
            yield _Modules(texts, found, task)


FRONTEND: Final = PythonFrontend()


class _Modules:
    """All Python files of a run."""

    binary = None
    requested: tuple[Site, ...] = ()

    def __init__(self, texts: dict[str, bytes], found: set[str], task: Task) -> None:
        from mapproof.abi import syscalls  # noqa: PLC0415  only on a find
        from mapproof.frontends.python.program import PythonProgram  # noqa: PLC0415  only on a find

        self.table: CalleeTable = replace(task.table, syscalls=syscalls())
        self._texts = texts
        self.program: PythonProgram = PythonProgram(texts, found, self.table)
        self._digests: dict[str, str] = {}

    def described(self, site: Site) -> Site:
        from hashlib import sha256  # noqa: PLC0415  only on a find

        data = self._texts[site.artifact]
        if site.artifact not in self._digests:
            self._digests[site.artifact] = sha256(data).hexdigest()
        span = self.program.text(site.location)
        return replace(site, sha256=self._digests[site.artifact], language="python", source=span)

    def data(self, path: str) -> bytes:
        return self._texts[path]

    def files(self) -> list[str]:
        return sorted(self._texts)

    def hazards(self) -> list[Hazard]:
        from mapproof.frontends.python.hazard import hazards  # noqa: PLC0415  only on a find

        return [hazard for path in self.files() for hazard in hazards(path, self._texts[path])]

    def artifacts(self, sites: Sequence[Site]) -> list[Artifact]:
        counts = dict.fromkeys(self._digests, 0)
        for site in sites:
            counts[site.artifact] += 1
        return [
            Artifact(path, digest, "python", len(self._texts[path]), counts[path])
            for path, digest in sorted(self._digests.items())
        ]

    def close(self) -> list[Coverage]:
        return self.program.gaps


def _words(table: CalleeTable) -> list[bytes]:
    names = [name.encode() for name, spec in table.callees.items() if spec.role in _SEARCHED]
    return [*names, *_LIBRARY]
