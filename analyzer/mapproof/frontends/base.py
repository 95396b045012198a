"""What a frontend is: it says which files are its own, and makes of them subjects that the interpreter works on.

A package below this one with a module ``frontend`` that has a ``FRONTEND`` is found by walking; such a module imports
nothing heavy before it has a file to read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final, Protocol

from mapproof import frontends as package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mapproof.model.binary import Binary
    from mapproof.model.callee import CalleeTable
    from mapproof.model.hazard import Hazard
    from mapproof.model.ir import Program
    from mapproof.model.site import Artifact, Coverage, Site


REMARK: Final = b"mapproof: allow"
"""What a comment holds that speaks to mapproof; who wants to know looks closer."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of a frontend: its ``files``, the callees to look for, and what narrows the builds of sources.

    ``dependencies`` asks for what the files need besides, found in ``library_path`` and below ``sysroot``.
    ``gaps`` takes in what could not be read, ``remarked`` the sources that hold a :data:`REMARK`; ``progress`` hears
    what is being looked at.
    """

    files: tuple[str, ...]
    table: CalleeTable
    gaps: list[Coverage]
    progress: Callable[[str], None]
    defines: Mapping[str, str] = field(default_factory=dict)
    undefines: frozenset[str] = frozenset()
    include_dirs: tuple[str, ...] = ()
    executable: str | None = None
    dependencies: bool = False
    library_path: tuple[str, ...] = ()
    sysroot: str = ""
    remarked: list[str] = field(default_factory=list)


class Subject(Protocol):
    """Files that are understood together: all sources, or one binary."""

    @property
    def program(self) -> Program:
        """What the interpreter asks."""
        ...

    @property
    def table(self) -> CalleeTable:
        """The callees, with the system call numbers of the subject's own target."""
        ...

    @property
    def binary(self) -> Binary | None:
        """The loaded file, to look for known libraries in; ``None`` where there is none."""
        ...

    @property
    def requested(self) -> Sequence[Site]:
        """Sites that no call makes: what the headers of a binary ask for."""
        ...

    def described(self, site: Site) -> Site:
        """The site with what only the frontend knows: its file's digest and language, its text."""
        ...

    def data(self, path: str) -> bytes:
        """The bytes of a file, for who checks evidence."""
        ...

    def files(self) -> list[str]:
        """Every file that the answers may rest on."""
        ...

    def hazards(self) -> list[Hazard]:
        """What the files say beside calls that may undo a protection, in a stable order."""
        ...

    def artifacts(self, sites: Sequence[Site]) -> list[Artifact]:
        """The files that were read, with how many of the sites stand in each."""
        ...

    def close(self) -> list[Coverage]:
        """Let go of everything; what was found unreadable meanwhile."""
        ...


class Frontend(Protocol):
    """One kind of file. ``suffixes`` are what a folder is searched for; ``rank`` orders claims, low first.

    ``together``: what one of its files says may matter for the others.
    """

    name: str
    suffixes: tuple[str, ...]
    rank: int
    together: bool

    def claims(self, path: str, head: bytes) -> bool:
        """Whether a file that starts with ``head`` is of this kind."""
        ...

    def wants(self, path: str) -> bool:
        """Whether a file found in a folder, whose name has none of the suffixes, should be looked at all the same."""
        ...

    def subjects(self, task: Task) -> Iterator[Subject]:
        """What the files come to, one at a time; files in which nothing matters are left out."""
        ...


@cache
def frontends() -> tuple[Frontend, ...]:
    """Every frontend, by rank."""
    names = [module.name for module in iter_modules(package.__path__) if module.ispkg]
    found = []
    for name in names:
        entry = getattr(import_module(f"{package.__name__}.{name}.frontend"), "FRONTEND", None)
        if entry is not None:
            found.append(entry)
    return tuple(sorted(found, key=lambda frontend: (frontend.rank, frontend.name)))
