"""Which of the files at hand a path means that was written on another machine: the one with the longest common tail."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Found:
    """The files that a path may mean, all with the same common tail; ``exact`` if the whole of the path is that."""

    files: tuple[str, ...]
    exact: bool = False
    tail: str = ""


def parts_of(path: str) -> tuple[str, ...]:
    """A path's parts from its root on, ``!`` taken for a step into a package."""
    plain = path.replace("\\", "/").replace("!/", "/").replace("!", "/")
    return tuple(part for part in posixpath.normpath(plain).split("/") if part not in {"", ".", ".."})


class Paths:
    """The files at hand, to be asked by paths. ``roots`` are folders that relative paths may start at."""

    def __init__(self, files: Iterable[str], roots: Iterable[str] = ()) -> None:
        self._by_name: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._exact: dict[str, list[str]] = {}
        for file in dict.fromkeys(files):
            parts = parts_of(file)
            if parts:
                self._by_name.setdefault(parts[-1], []).append((parts, file))
                self._exact.setdefault("/".join(parts), []).append(file)
        self._roots = tuple("/".join(parts_of(root)) for root in roots)

    def find(self, path: str) -> Found:
        """The files that a path means; none where no file has its name."""
        parts = parts_of(path)
        if not parts:
            return Found(())
        plain = "/".join(parts)
        for name in (plain, *(f"{root}/{plain}" if root else plain for root in self._roots)):
            if name in self._exact:
                return Found(tuple(self._exact[name]), exact=True, tail=name)
        best: list[str] = []
        longest = 0
        for other, file in self._by_name.get(parts[-1], ()):
            length = _common(parts, other)
            if length > longest:
                best, longest = [file], length
            elif length == longest:
                best.append(file)
        return Found(tuple(best), exact=False, tail="/".join(parts[len(parts) - longest :]))


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many parts two paths have in common at their ends."""
    count = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        count += 1
    return count
