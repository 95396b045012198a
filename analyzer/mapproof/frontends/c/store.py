"""Every file read, every declaration and function lowered, once and when it is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from mapproof.errors import gap_of
from mapproof.frontends.c.alias import Aliases
from mapproof.frontends.c.declaration import Declarations, declarations
from mapproof.frontends.c.filescope import FileScope, Nesting, Wanted, declaring, is_weak
from mapproof.frontends.c.lower import LoweredFunction, StaticLocal, lower_function, lower_initializer
from mapproof.frontends.c.mention import Mention, Mentions
from mapproof.frontends.c.reading import Reading, each_reading, readings
from mapproof.frontends.c.source import Source
from mapproof.frontends.c.tree import SourceTree
from mapproof.model.ir import Block, Function, Initializer, References
from mapproof.model.location import Span
from mapproof.model.site import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mapproof.frontends.c.carrier import Carriers
    from mapproof.frontends.c.chunk import Chunk
    from mapproof.model.callee import CalleeTable
    from mapproof.model.condition import Condition
    from mapproof.model.location import Location


class Store:
    """Source files and what was lowered of them. ``gaps`` lists what could not be read so far."""

    zeroed = True
    effort = 0
    """See :class:`mapproof.model.ir.Program`."""

    def __init__(
        self,
        files: Sequence[str],
        found: Mapping[str, bytes],
        table: CalleeTable,
        *,
        include_dirs: Sequence[str] = (),
        defines: dict[str, str] | None = None,
        undefines: frozenset[str] = frozenset(),
    ) -> None:
        names = frozenset(table.callees) | frozenset(table.constants)
        self._tree = SourceTree(files, include_dirs, defines or {}, undefines, names, table.macros)
        self._found = tuple(sorted(found))
        for path in self._found:
            self._tree.adopt(Source(path, found[path]))
        self._table = table
        self._mentions = Mentions(self._tree)
        self._aliases = Aliases(self._mentions)
        self._readings: dict[tuple[str, Chunk], list[Reading]] = {}
        self._lowered: dict[tuple[str, Chunk], list[LoweredFunction]] = {}
        self._declared: dict[tuple[str, Chunk], list[Declarations]] = {}
        self._first: dict[tuple[str, Chunk], list[Declarations]] = {}
        self._scopes: dict[str, FileScope] = {}
        self._nesting = Nesting()
        self._statics: dict[str, list[StaticLocal]] = {}
        self._carrying: dict[str, dict[tuple[int | str | None, ...], Condition]] = {}
        self._carrying_members: set[str] = set()
        self._carried: dict[tuple[int, frozenset[str]], Carriers] = {}
        self._returning: set[str] = set()
        self._handed: set[tuple[str, int]] = set()
        self._defined: dict[str, bool] = {}
        self._callers: dict[str, References] = {}
        self._writers: dict[tuple[str, str], References] = {}
        self._made: dict[str, list[Mention]] = {}
        self._stored_to: dict[tuple[str, str], int] = {}
        self._initializers: dict[str, tuple[Initializer, ...]] = {}
        self._candidates: tuple[Function, ...] | None = None
        self._searched: list[str] = []
        self.gaps: list[Coverage] = []

    # -- the files ---------------------------------------------------------------------------------------------------

    def paths(self) -> list[str]:
        """Every file that may be looked into, and every other that was, as an included one."""
        return self._tree.paths()

    def holding(self, words: Sequence[bytes]) -> list[Source]:
        """The files that hold one of the words anywhere, and those that were read besides and do."""
        paths = {path for found in self._tree.files_containing(words).values() for path in found}
        paths |= set(self._tree.paths()) - set(self._tree.files)
        sources = (self._tree.load(path) for path in sorted(paths))
        return [source for source in sources if source is not None and any(word in source.data for word in words)]

    def source(self, path: str) -> Source:
        """A file of the program."""
        return self._tree.source(path)

    def excerpt(self, location: Location) -> str:
        """The text that a location spans, as written."""
        if not isinstance(location, Span):
            return ""
        return self.source(location.path).data[location.start : location.end].decode("utf-8", "replace")

    def plain(self, symbol: str) -> str:
        """The name that the platform or another file would know a symbol by."""
        for path in self._scopes:
            if symbol.startswith(f"{path}::"):
                return symbol[len(path) + 2 :]
        return symbol

    def _reach(self, source: Source) -> list[Source]:
        """A file and what it includes, itself first."""
        others = sorted(self._tree.includes.closure(source.path) - {source.path})
        return [source, *(found for path in others if (found := self._load(path)) is not None)]

    def _load(self, path: str) -> Source | None:
        try:
            return self._tree.source(path)
        except OSError:
            return None

    def _scope(self, source: Source) -> FileScope:
        if source.path not in self._scopes:
            reach: list[Source] = []

            def near() -> list[Source]:
                if not reach:
                    reach.extend(self._reach(source))
                return reach

            self._scopes[source.path] = FileScope(
                source,
                near,
                self._mentions,
                self._declarations,
                self._first_declarations,
                self._aliases.meaning,
                self._table,
                self._nesting,
                lambda: self._tree.beside(source.path),
            )
        return self._scopes[source.path]

    # -- lowering on demand ------------------------------------------------------------------------------------------

    def _read(self, source: Source, chunk: Chunk) -> list[Reading]:
        key = (source.path, chunk)
        if key not in self._readings:
            self._readings[key] = readings(self._tree, source, chunk, cpp=source.cpp)
        return self._readings[key]

    def _declarations(self, source: Source, chunk: Chunk) -> list[Declarations]:
        key = (source.path, chunk)
        if key not in self._declared:
            self._declared[key] = []
            scope = self._scope(source)
            part = replace(chunk, end=source.head_end(chunk)) if chunk.is_function else chunk
            read = self._read(source, part)
            found = [_declared(reading, scope, alone=len(read) == 1) for reading in read]
            self._declared[key] = found
            if scope.tangled:
                del self._declared[key]
            return found
        return self._declared[key]

    def _first_declarations(self, source: Source, chunk: Chunk) -> list[Declarations]:
        """What the first reading declares: enough to know a type, and much less work where ``#if`` splits a record."""
        key = (source.path, chunk)
        if key in self._declared:
            return self._declared[key]
        if key not in self._first:
            self._first[key] = []
            part = replace(chunk, end=source.head_end(chunk)) if chunk.is_function else chunk
            found = self._readings.get((source.path, part)) or each_reading(self._tree, source, part, cpp=source.cpp)
            scope = self._scope(source)
            few = list(islice(found, 2))
            self._first[key] = [_declared(reading, scope, alone=len(few) == 1) for reading in few[:1]]
        return self._first[key]

    def _functions(self, source: Source, chunk: Chunk) -> list[LoweredFunction]:
        key = (source.path, chunk)
        if key not in self._lowered:
            self._lowered[key] = []
            with self._surviving(source, chunk, "the function"):
                self._lower(source, chunk)
        return self._lowered[key]

    @contextmanager
    def _surviving(self, source: Source, chunk: Chunk, what: str) -> Iterator[None]:
        """The last resort: an error costs one declaration, and is a gap that counts as hiding what stands there."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  one declaration must not end the run
            line, _column = source.line_column(chunk.start)
            self.gaps.append(Coverage(source.path, *gap_of(error, what), line))

    def _lower(self, source: Source, chunk: Chunk) -> None:
        scope = self._scope(source)
        found: list[LoweredFunction] = []
        for reading in self._read(source, chunk):
            unread = _unread(reading)
            bodies = lower_function(reading, scope, symbol_of=lambda name: f"{source.path}::{name}")
            bodies = [
                _weakened(each) if is_weak(source, each.function.name, self._mentions) else each for each in bodies
            ]
            found.extend(_doubted(lowered, unread) if unread else lowered for lowered in bodies)
            for fault in reading.errors:
                line, _column = source.line_column(fault.offset)
                self.gaps.append(Coverage(source.path, fault.kind, fault.message, line))
        for lowered in found:
            for local in lowered.locals:
                self._statics.setdefault(local.symbol, []).append(local)
        self._lowered[source.path, chunk] = found

    def _bodies(self, mentions: Iterable[Mention]) -> Iterator[LoweredFunction]:
        """The functions around these places, once each."""
        seen: set[tuple[str, Chunk]] = set()
        for mention in mentions:
            key = (mention.source.path, mention.chunk)
            if mention.in_body and key not in seen:
                seen.add(key)
                yield from self._functions(mention.source, mention.chunk)

    def _object_symbol(self, source: Source, name: str, storage: str) -> str:
        return f"{source.path}::{name}" if storage == "static" else name

    def initializers(self, symbol: str) -> Sequence[Initializer]:
        """See :class:`mapproof.model.ir.Program`."""
        if symbol not in self._initializers:
            self._initializers[symbol] = ()
            self._initializers[symbol] = tuple(self._find_initializers(symbol))
        return self._initializers[symbol]

    def _find_initializers(self, symbol: str) -> Iterator[Initializer]:
        if symbol in self._statics:
            yield from [Initializer(local.function) for local in self._statics[symbol]]
            return
        name = self.plain(symbol)
        for source in self._mentions.declaring_sources(name.rpartition("::")[2]):
            for chunk in declaring(source, name.rpartition("::")[2], Wanted.OBJECT):
                if chunk.is_function:
                    continue
                for reading, declared in zip(self._read(source, chunk), self._declarations(source, chunk), strict=True):
                    object_ = declared.objects.get(name)
                    if object_ is None or self._object_symbol(source, name, object_.storage) != symbol:
                        continue
                    if object_.storage == "extern" and not object_.has_initializer:
                        continue
                    yield Initializer(self._initializer(source, chunk, reading, symbol), constant=object_.type.const)

    def _initializer(self, source: Source, chunk: Chunk, reading: Reading, symbol: str) -> Function:
        """What fills an object in, in one reading of its declaration."""
        name, lowered = self.plain(symbol), None
        with self._surviving(source, chunk, "the initializer"):
            lowered = lower_initializer(reading, name, self._scope(source), symbol=symbol)
        if lowered is None:
            place = source.span(chunk.start, chunk.end)
            lowered = Function(symbol, name, (), (Block(),), place, reading.presence, exported=False)
        doubts = _unread(reading)
        if is_weak(source, name, self._mentions):
            doubts += (f"{name} is weak: another definition may take its place",)
        return replace(lowered, incomplete=(*lowered.incomplete, *doubts)) if doubts else lowered


def _declared(reading: Reading, scope: FileScope, *, alone: bool) -> Declarations:
    found = declarations(reading, scope)
    found.understood = not reading.errors
    if _unread(reading):
        found.constants = {name: replace(constant, value=None) for name, constant in found.constants.items()}
    found.partial = not (alone and found.understood)
    return found


def _unread(reading: Reading) -> tuple[str, ...]:
    """What files that are included in the midst of a declaration leave unknown of it."""
    return tuple(
        f"line {reading.source.line_column(fault.offset)[0]}: {fault.message}"
        for fault in reading.errors
        if fault.kind == "include"
    )


def _weakened(lowered: LoweredFunction) -> LoweredFunction:
    """The function, marked as one that another definition may take the place of."""
    return replace(lowered, function=replace(lowered.function, replaceable=True))


def _doubted(lowered: LoweredFunction, unread: tuple[str, ...]) -> LoweredFunction:
    """The function, marked as not understood in full."""
    function = replace(lowered.function, incomplete=(*lowered.function.incomplete, *unread))
    return replace(lowered, function=function)
