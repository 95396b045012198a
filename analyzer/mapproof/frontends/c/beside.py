"""Which files are compiled together with one that others include: those that include it, and what they include."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Beside:
    """Files by what they include. Files are told by the last parts of their names, so that it may be too many."""

    def __init__(self) -> None:
        self._included: dict[str, frozenset[str]] = {}
        self._including: dict[str, list[str]] = {}
        self._named: dict[str, list[str]] = {}
        self._found: dict[str, frozenset[str]] = {}

    def add(self, path: str, names: frozenset[str]) -> None:
        """Note that a file includes others with these last parts of names."""
        self._included[path] = names
        self._named.setdefault(_last(path), []).append(path)
        for name in names:
            self._including.setdefault(name, []).append(path)

    def of(self, path: str) -> frozenset[str]:
        """What includes a file, in however many steps, and all that this includes. Of a file that none includes:
        nothing."""
        found = self._found.get(path)
        if found is None:
            including = _spread({path}, lambda each: self._including.get(_last(each), ()))
            found = _spread(including, self._reached) if len(including) > 1 else frozenset()
            self._found[path] = found
        return found

    def _reached(self, path: str) -> list[str]:
        return [other for name in self._included.get(path, ()) for other in self._named.get(name, ())]


def _spread(start: Iterable[str], step: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """All that is reached from some files by steps, themselves included."""
    reached = set(start)
    todo = list(reached)
    while todo:
        fresh = set(step(todo.pop())) - reached
        reached |= fresh
        todo.extend(fresh)
    return frozenset(reached)


def _last(path: str) -> str:
    return path.rpartition("/")[2]
