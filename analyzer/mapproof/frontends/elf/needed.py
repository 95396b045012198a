"""The libraries that a file needs, found where the dynamic linker would look (ld.so(8), glibc ``elf/dl-load.c``).

Looked through in this order: ``DT_RPATH`` of the file and of those that led to it (unless the file has a
``DT_RUNPATH``), the folders that the user names, ``DT_RUNPATH`` of the file itself, the folders in ``ld.so.conf``, the
usual ones of the architecture. A file of another architecture is passed over. A library that itself exports mapping
functions (the C library, the dynamic linker) is the platform: calls of it are known by their names, and it is not read
unless it is given. With a sysroot, every absolute folder
that a file or the system names lies below it.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mapproof.abi import architecture_of
from mapproof.frontends.elf.constants import DT
from mapproof.frontends.elf.image import ElfImage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_MAGIC: Final = b"\x7fELF"
_MOST: Final = 2000
"""Libraries that are looked for, at most."""
_LOADERS: Final = ("_r_debug", "_dl_debug_addr")
"""What dynamic linkers export for debuggers (glibc's and musl's)."""
_DEEPEST: Final = 8
"""``include`` lines of ``ld.so.conf`` that may lead to one another."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A library that was not found: its name, and the file that needs it."""

    name: str
    needed_by: str


@dataclass(slots=True)
class _File:
    path: str
    image: ElfImage
    by: _File | None = None
    """The file that needed it."""


@dataclass(slots=True)
class Libraries:
    """Where to look: folders that the user names, and the root of the system that the files run on. ``platform`` are
    the names of mapping functions."""

    folders: tuple[str, ...] = ()
    sysroot: str = ""
    platform: Collection[str] = ()
    _configured: list[str] | None = field(default=None, init=False)

    def of(self, paths: Sequence[str]) -> tuple[list[str], list[Missing]]:
        """The libraries that these files need and those need in turn, in the order in which they are loaded, without
        the files themselves; and those that were not found."""
        files = [opened for path in paths if (opened := _opened(path)) is not None]
        known = {_identity(one.path) for one in files}
        given = {(name, _target(one.image)) for one in files for name in _names(one)}
        found: list[str] = []
        missing: dict[Missing, None] = {}
        seen: set[tuple[str, tuple[int, int, str]]] = set()
        while files and len(seen) < _MOST:
            current = files.pop(0)
            for name in current.image.needed:
                key = (name, _target(current.image))
                if key in seen or key in given or not name:
                    continue
                library = self._found(name, current)
                if library is None:
                    missing[Missing(name, current.path)] = None
                    continue
                seen.add(key)
                if _identity(library.path) not in known:
                    known.add(_identity(library.path))
                    if library.image.defined((*self.platform, *_LOADERS)):
                        continue
                    found.append(library.path)
                    files.append(library)
        located = {name for name, _ in seen}
        return found, [one for one in missing if one.name not in located]

    def _found(self, name: str, needed_by: _File) -> _File | None:
        candidates = [self._below(name)] if "/" in name else [f"{at}/{name}" for at in self._places(needed_by)]
        for path in candidates:
            opened = _opened(path, needed_by)
            if opened is not None and _target(opened.image) == _target(needed_by.image):
                return opened
        return None

    def _places(self, needed_by: _File) -> Iterator[str]:
        runpath = _paths(needed_by.image, DT.RUNPATH)
        current: _File | None = needed_by
        while current is not None and not runpath:
            yield from self._expanded(_paths(current.image, DT.RPATH), current)
            current = current.by
        yield from self.folders
        yield from self._expanded(runpath, needed_by)
        yield from self._configured_folders()
        yield from (self._below(folder) for folder in _usual(needed_by.image))

    def _expanded(self, folders: Iterable[str], where: _File) -> Iterator[str]:
        """``$ORIGIN`` is the folder of the file that says so; ``$LIB`` one of two names."""
        origin = os.path.dirname(where.path) or "."  # noqa: PTH120  paths are kept as they were given
        for folder in folders:
            if "ORIGIN" in folder:
                for spelled in ("${ORIGIN}", "$ORIGIN"):
                    folder = folder.replace(spelled, origin)  # noqa: PLW2901  the same folder
                yield folder
                continue
            names = ("lib64", "lib") if where.image.layout.bits == 64 else ("lib",)
            for name in names if "LIB" in folder else ("",):
                yield self._below(folder.replace("${LIB}", name).replace("$LIB", name))

    def _below(self, path: str) -> str:
        """An absolute path as one of the system that is looked at."""
        return f"{self.sysroot.rstrip('/')}{path}" if self.sysroot and path.startswith("/") else path

    def _configured_folders(self) -> list[str]:
        if self._configured is None:
            self._configured = list(dict.fromkeys(self._configuration("/etc/ld.so.conf", 0)))
        return self._configured

    def _configuration(self, path: str, depth: int) -> Iterator[str]:
        try:
            with open(self._below(path), encoding="utf-8", errors="replace") as file:  # noqa: PTH123  likewise
                lines = file.read(1 << 20).splitlines()
        except OSError:
            return
        for line in lines:
            words = line.partition("#")[0].split()
            if words[:1] == ["include"] and depth < _DEEPEST:
                for pattern in words[1:]:
                    whole = pattern if pattern.startswith("/") else f"{os.path.dirname(path)}/{pattern}"  # noqa: PTH120  text
                    for named in sorted(glob.glob(self._below(whole))):  # noqa: PTH207  likewise
                        yield from self._configuration(named[len(self.sysroot.rstrip("/")) :], depth + 1)
            elif words and words[0].startswith("/"):
                yield self._below(words[0])


def _opened(path: str, by: _File | None = None) -> _File | None:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123  paths are kept as they were given
            if stream.read(4) != _MAGIC:
                return None
        return _File(path, ElfImage.open(path), by)
    except OSError:
        return None


def _identity(path: str) -> str:
    return os.path.realpath(path)


def _names(file: _File) -> set[str]:
    """What a file that was given answers to."""
    return {os.path.basename(file.path), file.image.soname or ""}  # noqa: PTH119  text


def _target(image: ElfImage) -> tuple[int, int, str]:
    return (image.header.machine if image.header else 0, image.layout.bits, image.layout.order)


def _paths(image: ElfImage, tag: DT) -> list[str]:
    values = [image.dynamic_string(value) for value in image.dynamic.values(tag)]
    return [folder for value in values for folder in value.split(":") if folder]


def _usual(image: ElfImage) -> Iterator[str]:
    """Folders of the architecture: Debian's multiarch names, those of cross compilers, and the plain ones."""
    machine, bits, order = _target(image)
    arch = architecture_of(machine, bits, "little" if order == "<" else "big")
    for name in arch.multiarch if arch is not None else ():
        yield from (f"/lib/{name}", f"/usr/lib/{name}", f"/usr/local/lib/{name}", f"/usr/{name}/lib")
    if bits == 64:
        yield from ("/lib64", "/usr/lib64")
    yield from ("/lib", "/usr/lib", "/usr/local/lib")
