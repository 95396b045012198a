"""Which file an ``#include`` means, and which files a file brings with it."""

from __future__ import annotations

import os.path
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from mapproof.frontends.files import is_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.frontends.c.source import Source

_NAMED: Final = re.compile(rb'^[\w$]+\s+("[^"\n]+"|<[^>\n]+>)\s*$')
_TARGET: Final = re.compile(rb'"([^"\n]+)"|<([^>\n]+)>')


class Included(NamedTuple):
    """What an ``#include`` means. ``sure`` is false where the only file of that name in the tree is meant at best: if
    headers are looked for in ``folder``, as ``-I`` asks."""

    path: str
    sure: bool
    folder: str = ""


def _target(source: Source, number: int) -> re.Match[bytes] | None:
    """The name an ``#include`` gives, or that the only macro it names stands for in this file (C11 6.10.2p4)."""
    text = source.directive(number).text
    found = _TARGET.match(text)
    if found is not None or text not in source.definitions:
        return found
    named = [_NAMED.search(source.directive(other).text) for other in source.definitions[text] if other < number]
    given = [match for match in named if match is not None]
    return _TARGET.match(given[-1].group(1)) if given else None


class Includes:
    """Resolves includes: the includer's folder, the include folders, then the tree's only file with such a path."""

    def __init__(self, files: Sequence[str], folders: Sequence[str], load: Callable[[str], Source | None]) -> None:
        self._by_normal = {os.path.normpath(path): path for path in files}
        self._by_base: dict[str, list[str]] | None = None
        self._folders = tuple(folders)
        self._load = load
        self._found: dict[tuple[str, str, bool], Included | None] = {}
        self._closures: dict[str, frozenset[str]] = {}
        self._targets: dict[str, dict[int, Included]] = {}

    def targets(self, path: str) -> dict[int, Included]:
        """For each ``#include`` directive of a file (by number) that could be resolved, the file it means."""
        found = self._targets.get(path)
        if found is None:
            found = self._targets[path] = {}
            source = self._load(path)
            for number in source.includes if source is not None else ():
                target = _target(source, number) if source is not None else None
                if target is not None:
                    name = (target.group(1) or target.group(2)).decode("utf-8", "surrogateescape")
                    included = self.resolve(path, name, angle=target.group(2) is not None)
                    if included is not None:
                        found[number] = included
        return found

    def resolve(self, includer: str, name: str, *, angle: bool) -> Included | None:
        """The file that ``#include`` of that name means in a file, ``None`` if it can't be told."""
        key = (_folder(includer), name, angle)
        if key not in self._found:
            self._found[key] = self._resolve(*key)
        return self._found[key]

    def _resolve(self, folder: str, name: str, angle: bool) -> Included | None:
        for start in self._folders if angle else (folder, *self._folders):
            path = os.path.normpath(f"{start or '.'}/{name}")
            if path in self._by_normal:
                return Included(self._by_normal[path], sure=True)
            if is_file(path):
                return Included(path, sure=True)
        if self._by_base is None:
            self._by_base = {}
            for normal, path in self._by_normal.items():
                self._by_base.setdefault(normal.rpartition(os.sep)[2], []).append(path)
        wanted = os.sep + os.path.normpath(name).lstrip("./")
        same = [path for path in self._by_base.get(name.rpartition("/")[2], ()) if (os.sep + path).endswith(wanted)]
        if len(same) != 1:
            return None
        folder = same[0].removesuffix(wanted) if same[0].endswith(wanted) else "."
        return Included(same[0], sure=not angle, folder=folder or os.sep)

    def closure(self, path: str) -> frozenset[str]:
        """The file and all that it includes, directly or not, under any condition."""
        found = self._closures.get(path)
        if found is None:
            seen = {path}
            waiting = [path]
            while waiting:
                for included in self.targets(waiting.pop()).values():
                    if included.path not in seen:
                        seen.add(included.path)
                        waiting.append(included.path)
            found = self._closures[path] = frozenset(seen)
        return found


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or ("/" if path.startswith("/") else "")
