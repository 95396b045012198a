"""Which of the files at hand a path means that was written elsewhere: the one with the longest common tail.

A common name alone is not enough: `a/mem.c` says nothing of `b/mem.c`. Either the whole of one path, from a folder that
was given on, is the other's end, or two parts of both agree, or the file was itself given. What names a package or a
processor must not name another one.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PACKAGE: Final = re.compile(
    r".\.(apk|aab|aar|apex|jar|whl|deb|rpm|zip|ipk|egg|tar|tgz|tar\.\w+|a|xapk|apks)\Z", re.IGNORECASE
)
_INSTALLED: Final = re.compile(r"(base|split_[\w.-]+)\.apk\Z")
"""How Android names packages once they are installed, whatever they were called before."""

_PROCESSORS: Final = {
    "arm64-v8a": "aarch64",
    "arm64": "aarch64",
    "aarch64": "aarch64",
    "aarch64-linux-gnu": "aarch64",
    "armeabi-v7a": "arm",
    "armeabi": "arm",
    "arm": "arm",
    "arm-linux-gnueabihf": "arm",
    "arm-linux-gnueabi": "arm",
    "x86": "i386",
    "i386": "i386",
    "i686": "i386",
    "i386-linux-gnu": "i386",
    "x86_64": "x86-64",
    "x86-64": "x86-64",
    "amd64": "x86-64",
    "x86_64-linux-gnu": "x86-64",
    "riscv64": "riscv64",
    "riscv64-linux-gnu": "riscv64",
    "mips": "mips",
    "mips64": "mips64",
    "powerpc64le-linux-gnu": "ppc64le",
    "s390x-linux-gnu": "s390x",
}
"""Folders that are named after a processor: Android's, Debian's, and what people write."""


@dataclass(frozen=True, slots=True)
class File:
    """A file at hand: its path, the folder, package or file that was given and that it is (in), and whether it was
    itself given. ``root_name`` is the last part of that folder's whole path."""

    path: str
    root: str
    named: bool
    root_name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The files that a path may mean, all with the same common tail; ``exact`` if the whole of the path is that.
    ``alike`` are files that have only the name in common, where none is meant."""

    files: tuple[str, ...]
    exact: bool = False
    tail: str = ""
    alike: tuple[str, ...] = ()


def parts_of(path: str) -> tuple[str, ...]:
    """A path's parts from its root on, ``!`` taken for a step into a package, a URI's scheme left out."""
    plain = path.replace("\\", "/").replace("!/", "/").replace("!", "/")
    plain = re.sub(r"\A[A-Za-z][A-Za-z0-9+.-]+://?", "/", plain)
    return tuple(part for part in posixpath.normpath(plain).split("/") if part not in {"", ".", ".."})


class Paths:
    """The files at hand, to be asked by paths."""

    def __init__(self, files: Iterable[File]) -> None:
        self._by_name: dict[str, list[tuple[tuple[str, ...], File]]] = {}
        self._exact: dict[str, dict[str, None]] = {}
        for file in files:
            parts = parts_of(file.path)
            if not parts:
                continue
            self._by_name.setdefault(parts[-1], []).append((parts, file))
            below = _below(parts, file)
            for whole in (parts, below, (file.root_name, *below)):
                if whole and whole[0]:
                    self._exact.setdefault("/".join(whole), {})[file.path] = None
        self._known: dict[str, Found] = {}

    def find(self, path: str) -> Found:
        """The files that a path means; none where no file at hand can be the one."""
        if path not in self._known:
            self._known[path] = self._find(path)
        return self._known[path]

    def _find(self, path: str) -> Found:
        parts = parts_of(path)
        if not parts:
            return Found(())
        exact = self._exact.get("/".join(parts))
        if exact:
            return Found(tuple(exact), exact=True, tail="/".join(parts))
        best: dict[str, None] = {}
        longest = 0
        alike: list[str] = []
        for other, file in self._by_name.get(parts[-1], ()):
            length = _common(parts, other)
            if not _may_mean(path, parts, other, file, length):
                alike.append(file.path)
            elif length > longest:
                best, longest = {file.path: None}, length
            elif length == longest:
                best[file.path] = None
        if not best:
            return Found((), alike=tuple(dict.fromkeys(alike)))
        return Found(tuple(best), tail="/".join(parts[len(parts) - longest :]))


def _below(parts: tuple[str, ...], file: File) -> tuple[str, ...]:
    """A file's parts from the folder or package on that was given."""
    root = parts_of(file.root)
    return parts[len(root) :] if not file.named and parts[: len(root)] == root else parts[-1:]


def _may_mean(path: str, parts: tuple[str, ...], other: tuple[str, ...], file: File, length: int) -> bool:
    """Whether a path that has so many parts in common with a file may be that file's."""
    if _contradict(parts, other):
        return False
    if length >= 2 or length == len(parts):
        return True
    absolute = path.replace("\\", "/").startswith("/") or re.match(r"[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]+:/", path)
    if file.named:  # whoever gives a file says that the alerts are about it
        return bool(absolute) or len(other) == 1 or file.path.startswith("/")
    if length < len(_below(other, file)):
        return False
    return bool(absolute) or parts[-length - 1] == file.root_name


def _contradict(parts: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether both name a package, or a processor, and not the same."""
    for one, two in ((_packages(parts), _packages(other)), (_processors(parts), _processors(other))):
        if one and two and not one & two:
            return True
    return False


def _packages(parts: tuple[str, ...]) -> set[str]:
    return {part for part in parts[:-1] if _PACKAGE.search(part) and not _INSTALLED.match(part)}


def _processors(parts: tuple[str, ...]) -> set[str]:
    return {_PROCESSORS[part.casefold()] for part in parts[:-1] if part.casefold() in _PROCESSORS}


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many parts two paths have in common at their ends; folders named after one processor are the same."""
    count = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right and (
            left.casefold() not in _PROCESSORS
            or _PROCESSORS[left.casefold()] != _PROCESSORS.get(right.casefold(), "none")
        ):
            break
        count += 1
    return count
