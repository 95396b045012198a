"""All files of one analysis: loading, includes, macros and presence conditions across files."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.beside import Beside
from mapproof.frontends.c.history import History
from mapproof.frontends.c.include import Includes
from mapproof.frontends.c.lexeme import bytes_of, tokens_of
from mapproof.frontends.c.macro import Alternative, given_definition
from mapproof.frontends.c.source import Source
from mapproof.frontends.files import MOST_ANALYSED, LargeError, content
from mapproof.model.condition import TRUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mapproof.model.condition import Condition
    from mapproof.model.location import Span

MOST_BYTES: Final = 512 << 20
"""File content kept in memory; a tree larger than this is not searched for definitions in files not included."""
MOST_DEFINERS: Final = 4
"""A name that more files than this define elsewhere stands for nothing in particular."""

_GAP: Final = rb"(?:[ \t]|\\\r?\n|/\*[^*]*\*+/)"
_DEFINES: Final = re.compile(rb"(?:#|%%:)%b*define%b+([A-Za-z_$][\w$]*)" % (_GAP, _GAP))
_INCLUDES: Final = re.compile(rb"(?:#|%%:)%b*include%b*[\"<](?:[^\">\n]*/)?([^\">\n/]+)[\">]" % (_GAP, _GAP))


_HEADERS: Final = (".h", ".hh", ".hpp", ".hxx", ".h++", ".inc", ".inl", ".ipp", ".def", ".tcc")


class SourceTree:
    """The files of one analysis.

    ``defines`` and ``undefines`` fix symbols as ``-D`` and ``-U`` do (an empty value is an empty body; ``-D X`` is
    ``{"X": "1"}``). Names in ``platform_names`` are never looked up in files that are not included. ``platform_macros``
    are what function-like macros stand for where nothing in the tree defines them and the build does.
    """

    def __init__(
        self,
        files: Sequence[str],
        include_dirs: Sequence[str] = (),
        defines: Mapping[str, str] | None = None,
        undefines: frozenset[str] = frozenset(),
        platform_names: frozenset[str] = frozenset(),
        platform_macros: Mapping[str, str] | None = None,
    ) -> None:
        self.files = tuple(files)
        self.refused: dict[str, str] = {}
        """Files that were needed and not read, because of a limit, and why."""
        self._sources: OrderedDict[str, Source | None] = OrderedDict()
        self._size = 0
        self._definers: dict[bytes, list[str]] | None = None
        self._redefiners: dict[bytes, list[str]] = {}
        """Names to the files that define them: of the platform's all files, of others those that no file includes."""
        self._beside = Beside()
        self._platform = frozenset(map(bytes_of, platform_names))
        self.includes = Includes(self.files, include_dirs, self.load)
        given: dict[bytes, Alternative] = {
            bytes_of(name): Alternative(TRUE, None, undefined=True) for name in undefines
        }
        for name, value in (defines or {}).items():
            definition = given_definition(name, value)
            given[bytes_of(definition.name)] = Alternative(TRUE, definition)
        macros = [given_definition(name, text) for name, text in (platform_macros or {}).items()]
        self.history = History(
            self,
            self.includes,
            given,
            self._platform,
            {bytes_of(definition.name): definition for definition in macros},
        )

    def source(self, path: str) -> Source:
        """The file at ``path``, read once while memory lasts. Raises :class:`OSError` if it cannot be read."""
        found = self._sources.get(path)
        if found is None:
            try:
                found = Source(path, content(path, MOST_ANALYSED))
            except LargeError as error:
                self.refused[path] = str(error.strerror)
                raise
            self._keep(found)
        else:
            self._sources.move_to_end(path)
        return found

    def paths(self) -> list[str]:
        """The files of the analysis and those that were read besides, in the order of names."""
        return sorted({*self.files, *(path for path, source in self._sources.items() if source is not None)})

    def load(self, path: str) -> Source | None:
        """The file at ``path``, ``None`` if it cannot be read."""
        if path in self._sources and self._sources[path] is None:
            return None
        try:
            return self.source(path)
        except (OSError, ValueError):
            self._sources[path] = None
            return None

    def span(self, path: str, start: int, end: int) -> Span | None:
        """The location of a range of bytes, ``None`` if the file cannot be read."""
        source = self.load(path)
        return source.span(start, end) if source is not None else None

    def adopt(self, source: Source) -> None:
        """Take content that was read elsewhere (or nowhere) as that of its path."""
        if self._sources.get(source.path) is not source:
            self._sources.pop(source.path, None)
            self._keep(source)

    def _keep(self, source: Source) -> None:
        self._sources[source.path] = source
        self._size += len(source.data)
        while self._size > MOST_BYTES and len(self._sources) > 1:
            _, oldest = self._sources.popitem(last=False)
            self._size -= len(oldest.data) if oldest is not None else 0

    def files_containing(self, names: Iterable[bytes]) -> dict[bytes, list[str]]:
        """For each name, the files whose bytes contain it (comments included); unreadable files are left out."""
        found: dict[bytes, list[str]] = {name: [] for name in names}
        wanted = list(found.items())
        for path in self.files:
            source = self.load(path)
            if source is not None:
                data = source.data
                for name, paths in wanted:
                    if name in data:
                        paths.append(path)
        return found

    def definers(self, name: bytes) -> Sequence[str]:
        """Files of the tree that others may include and that define the name."""
        if len(self.files) < 2:
            return ()
        if self._definers is None:
            self._definers = self._index()
        found = self._definers.get(name, [])
        return found if len(found) <= MOST_DEFINERS else ()

    def redefiners(self, path: str, name: bytes) -> list[str]:
        """Files that define a name and may be read before ``path``, by some file that includes it: for a name of the
        platform any, for others those that are not included themselves (see :meth:`definers`)."""
        beside = self.beside(path)
        return [other for other in self._redefiners.get(name, []) if other != path and other in beside]

    def beside(self, path: str) -> frozenset[str]:
        """The files that are compiled together with one that others include, as far as their names tell."""
        if len(self.files) < 2:
            return frozenset()
        if self._definers is None:
            self._definers = self._index()
        return self._beside.of(path)

    def _index(self) -> dict[bytes, list[str]]:
        """Name to the files that define it, for headers and for files that some other file includes."""
        defined: dict[str, set[bytes]] = {}
        included: set[bytes] = set()
        size = 0
        for path in self.files:
            source = self.load(path)
            if source is None:
                continue
            size += len(source.data)
            if size > MOST_BYTES:
                return {}
            defined[path] = set(_DEFINES.findall(source.data))
            includes = frozenset(_INCLUDES.findall(source.data))
            included.update(includes)
            self._beside.add(path, frozenset(name.decode("utf-8", "surrogateescape") for name in includes))
        index: dict[bytes, list[str]] = {}
        for path, names in defined.items():
            among = path.endswith(_HEADERS) or path.rpartition("/")[2].encode("utf-8", "surrogateescape") in included
            for name in names if among else ():
                index.setdefault(name, []).append(path)
            for name in names & self._platform if among else names:
                self._redefiners.setdefault(name, []).append(path)
        return index

    def alternatives(self, name: str, source: Source, position: int) -> list[Alternative]:
        """What ``name`` means at an offset of a file. The presences exclude each other and cover every build."""
        self.adopt(source)
        return list(self.history.meanings(self.history.root(source.path), position, bytes_of(name)))

    def presence(self, source: Source, position: int) -> Condition:
        """The condition under which the byte at ``position`` is compiled when its file is."""
        self.adopt(source)
        return self.history.presence(self.history.root(source.path), position)

    def condition(self, text: str, source: Source, position: int) -> Condition:
        """The condition that ``#if text`` would mean at an offset of a file."""
        self.adopt(source)
        tokens = tokens_of(bytes_of(text))
        return self.history.evaluate(self.history.root(source.path), source, position, tokens)
