"""C and C++ files as a program of the IR: everything is searched for by bytes and lowered when it is asked for."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from mapproof.errors import gap_of
from mapproof.frontends.c.alias import Aliases
from mapproof.frontends.c.caller import constructs, elsewhere_constructed, in_default, may_mean, nameless, runs_code
from mapproof.frontends.c.carrier import Carriers, carriers_of, hands_out, uses
from mapproof.frontends.c.declaration import Declarations, declarations
from mapproof.frontends.c.enclosing import record_names
from mapproof.frontends.c.filescope import FileScope, Wanted, declaring
from mapproof.frontends.c.hidden import pasted, traps
from mapproof.frontends.c.lower import LoweredFunction, StaticLocal, lower_function, lower_initializer
from mapproof.frontends.c.macro import definition_of
from mapproof.frontends.c.mention import MacroMention, Mention, Mentions, covers
from mapproof.frontends.c.reading import Reading, each_reading, readings
from mapproof.frontends.c.source import Source
from mapproof.frontends.c.storing import making, storing
from mapproof.frontends.c.tree import SourceTree
from mapproof.frontends.c.unused import body_calls
from mapproof.model.callee import Role
from mapproof.model.condition import FALSE, TRUE
from mapproof.model.ir import Block, Function, Initializer, References
from mapproof.model.location import Span
from mapproof.model.site import Coverage
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mapproof.frontends.c.chunk import Chunk
    from mapproof.model.callee import CalleeTable
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Content, Symbol
    from mapproof.model.location import Location

_SEARCHED: Final = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.OBJECT, Role.PERSONALITY, Role.SYSCALL})
_PICK: Final = re.compile(rb"\b([A-Za-z_]\w*)\s*\[\s*(\d+)\s*\]\s*\.\s*([A-Za-z_]\w*)")

MAX_TYPED: Final = 60
"""Places of a type's name that are searched for objects of that type."""

MAX_STORING: Final = 60
"""Functions that may store to one member; one stored to in more is not followed."""


class CProgram:
    """A :class:`mapproof.model.ir.Program` over source files.

    ``files`` is all that may be looked into, ``found`` the files known to mention a mapping function, with their
    bytes. ``gaps`` lists
    what could not be read so far.
    """

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
        self._tree = SourceTree(files, include_dirs, defines or {}, undefines, names)
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
        self._statics: dict[str, list[StaticLocal]] = {}
        self._carrying: dict[str, dict[tuple[int | str | None, ...], Condition]] = {}
        self._carrying_members: set[str] = set()
        self._carried: dict[tuple[int, frozenset[str]], Carriers] = {}
        self._returning: set[str] = set()
        self._defined: dict[str, bool] = {}
        self._callers: dict[str, References] = {}
        self._writers: dict[tuple[str, str], References] = {}
        self._initializers: dict[str, tuple[Initializer, ...]] = {}
        self._candidates: tuple[Function, ...] | None = None
        self._searched: list[str] = []
        self.gaps: list[Coverage] = []

    # -- the files ---------------------------------------------------------------------------------------------------

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
        except Exception as error:  # noqa: BLE001  whatever it is, other declarations can still be analysed
            line, _column = source.line_column(chunk.start)
            self.gaps.append(Coverage(source.path, *gap_of(error, what), line))

    def _lower(self, source: Source, chunk: Chunk) -> None:
        scope = self._scope(source)
        found: list[LoweredFunction] = []
        for reading in self._read(source, chunk):
            unread = _unread(reading)
            bodies = lower_function(reading, scope, symbol_of=lambda name: f"{source.path}::{name}")
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

    # -- where mapping functions are mentioned -------------------------------------------------------------------------

    def candidates(self) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        if self._candidates is None:
            found = self._search()
            self._candidates = tuple(sorted([*found, *self._unused(found)], key=_order))
        return self._candidates

    def _unused(self, found: Sequence[Function]) -> Iterator[Function]:
        """The calls in macros whose expansion stands in no function that was found."""
        used = {
            operation.call.defined
            for function in found
            for block in function.blocks
            for operation in block.operations
            if operation.call is not None
        }
        for callee in sorted(name for name, spec in self._table.callees.items() if spec.role in _SEARCHED):
            if callee not in self._searched:
                continue
            for mention in self._mentions.macros(callee):
                source, directive = mention.source, mention.directive
                definition = definition_of(source.data, directive.body, source.path, directive.start, directive.end)
                presence = self._tree.presence(source, directive.start)
                if definition is None or not presence.satisfiable:
                    continue
                for function in body_calls(definition, callee, self._scope(source), self._tree.span, presence):
                    if function.location not in used:
                        yield function

    def _search(self) -> list[Function]:  # noqa: C901  one branch per case
        """Follow the callees' names through macros, tables, members and function pointers, in rounds."""
        callees = {name for name, spec in self._table.callees.items() if spec.role in _SEARCHED}
        resolvers = {name for name, spec in self._table.callees.items() if spec.role is Role.RESOLVE}
        wanted = callees | {f"result of {name}" for name in resolvers}
        present = set(self._found)
        queue = [
            name
            for name in sorted(self._present(callees | resolvers))
            if any(s.path in present for s in self._mentions.sources(name))
        ]
        seen = set(queue)
        found: dict[int, Function] = {}
        for name in queue:
            is_member = name in self._carrying_members and name not in callees
            for mention in self._mentions.code(name):
                if not self._may_mean(mention, name, is_member=is_member, is_callee=name in callees):
                    continue
                for carriers, function in self._carriers(mention, wanted):
                    if mention.in_body or runs_code(function):
                        found.setdefault(id(function), function)
                    if not mention.in_body and name in callees and self._hidden_in_class(carriers, mention):
                        line, _column = mention.source.line_column(mention.offset)
                        detail = f"{name} is kept in an object whose class is not known"
                        self.gaps.append(Coverage(mention.source.path, "lost", detail, line))
                    if carriers.returned and f"result of {function.symbol}" not in wanted:
                        wanted |= {f"result of {function.symbol}", f"result of {function.name}"}
                        self._returning |= {function.symbol, function.name}
                    for new in self._carry(carriers, function):
                        if new not in seen:
                            seen.add(new)
                            queue.append(new)
            for other in (*self._relevant_macros(name), *self._aliases.names(name)):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        for function in self._hidden_calls(callees):
            found.setdefault(id(function), function)
        self._searched = queue
        return sorted(found.values(), key=_order)

    def _hidden_in_class(self, carriers: Carriers, mention: Mention) -> bool:
        """Whether an address goes into a C++ object that is of no known type, whose functions may call it."""
        if not mention.source.cpp or not carriers:
            return False
        return any(
            not object_.type.known
            for declared in self._declarations(mention.source, mention.chunk)
            for object_ in declared.objects.values()
        )

    def _hidden_calls(self, callees: set[str]) -> Iterator[Function]:
        """Functions around places where a callee may be called without being named."""
        for path in self._found:
            source = self._tree.source(path)
            for mention in (*pasted(source, sorted(callees), self._mentions), *traps(source)):
                if mention.in_body:
                    yield from (lowered.function for lowered in self._functions(source, mention.chunk))

    def _present(self, names: Iterable[str]) -> Iterator[str]:
        """Those of the names that some file mentions; where a name is absent, so are all that contain it."""
        absent: list[str] = []
        for name in sorted(names, key=len):
            if any(part in name for part in absent):
                continue
            if self._mentions.sources(name):
                yield name
            else:
                absent.append(name)

    def lost(self) -> list[Coverage]:
        """Mentions of mapping functions, in bodies that were lowered, of which no operation came: what stands there
        was not understood, so a call may be hidden."""
        gaps: list[Coverage] = []
        for name in self._searched:
            for mention in self._mentions.code(name):
                lowered = self._lowered.get((mention.source.path, mention.chunk))
                if not mention.in_body or mention.offset < mention.source.head_end(mention.chunk):
                    gaps.extend(self._lost_outside(name, mention))
                    continue
                if lowered is None:
                    continue
                if any(covers(function, mention) for body in lowered for function in _around(body, mention)):
                    continue
                if any(start <= mention.offset < end for body in lowered for start, end in body.silent):
                    continue
                if not self._tree.presence(mention.source, mention.offset).satisfiable:
                    continue
                if name in self._carrying_members and not mention.is_member():
                    continue
                if mention.is_member() and name not in self._carrying_members:
                    continue
                line, _column = mention.source.line_column(mention.offset)
                detail = f"{name} stands in code that could not be understood"
                gaps.append(Coverage(mention.source.path, "lost", detail, line))
        return gaps

    def _lost_outside(self, name: str, mention: Mention) -> Iterator[Coverage]:
        """C++ calls outside of function bodies, as a member's or parameter's default value, are not sites."""
        called = re.match(rb"\s*\(", mention.source.data[mention.offset + len(name) : mention.offset + len(name) + 80])
        if not mention.source.cpp or called is None or not in_default(mention):
            return
        if mention.in_body or not any(covers(user, mention) for _, user in self._carriers(mention, set())):
            line, _column = mention.source.line_column(mention.offset)
            yield Coverage(
                mention.source.path, "lost", f"{name} is called in a default value, which is not followed", line
            )

    def _may_mean(self, mention: Mention, name: str, *, is_member: bool, is_callee: bool) -> bool:
        if mention.is_member():
            return is_member or not is_callee
        return not is_member or not mention.in_body or name in self._carrying

    def _carriers(self, mention: Mention, wanted: set[str]) -> Iterator[tuple[Carriers, Function]]:
        """The functions around a place, or the initializers; and where each puts a wanted address."""
        names = frozenset(wanted)

        def carried(function: Function) -> Carriers:
            key = (id(function), names)
            if key not in self._carried:
                self._carried[key] = carriers_of(function, lambda s: s in names or self.plain(s) in names)
            return self._carried[key]

        if mention.in_body:
            for lowered in self._functions(mention.source, mention.chunk):
                for function in _around(lowered, mention):
                    yield carried(function), function if runs_code(function) else lowered.function
            return
        for declared in self._declarations(mention.source, mention.chunk):
            for name, object_ in declared.objects.items():
                if object_.has_initializer:
                    for initializer in self.initializers(self._object_symbol(mention.source, name, object_.storage)):
                        yield carried(initializer.function), initializer.function

    def _carry(self, carriers: Carriers, function: Function) -> Iterator[str]:
        if carriers.returned:
            yield function.name.rpartition("::")[2]
        for symbol, paths in carriers.objects.items():
            known = self._carrying.setdefault(symbol, {})
            for path in paths:
                known[path] = known.get(path, FALSE) | function.presence
            yield self.plain(symbol).rpartition("::")[2]
            for path in paths:
                for element in path:
                    if isinstance(element, str):
                        self._carrying_members.add(element)
        for member in carriers.members:
            self._carrying_members.add(member)
            yield member

    def _relevant_macros(self, name: str) -> Iterator[str]:
        """Macros that mention a name; of those that only pick constant cells of tables, ones whose cell matters."""
        for mention in self._mentions.macros(name):
            text = mention.directive.text
            picks = [pick for pick in _PICK.findall(text) if name.encode() in (pick[0], pick[2])]
            if picks and len(picks) == text.count(name.encode()) and not self._picks_matter(mention, picks):
                continue
            yield mention.macro

    def _picks_matter(self, mention: MacroMention, picks: list[tuple[bytes, bytes, bytes]]) -> bool:
        """Whether a picked cell may hold a mapping function in a build that has the macro."""
        here = None
        for table, index, member in picks:
            for symbol, cells in self._carrying.items():
                if self.plain(symbol) != table.decode():
                    continue
                for path, presence in cells.items():
                    if _meets(path, (int(index), member.decode())):
                        here = here or self._tree.presence(mention.source, mention.directive.start)
                        if (here & presence & self._single(symbol)).satisfiable:
                            return True
        return False

    def _single(self, symbol: str) -> Condition:
        """The builds in which an object is defined at most once: no other can be compiled."""
        found = TRUE
        filled = [
            i.function.presence for i in self.initializers(symbol) if any(b.operations for b in i.function.blocks)
        ]
        for number, presence in enumerate(filled):
            for other in filled[number + 1 :]:
                if other is not presence:
                    found &= ~(presence & other)
        return found

    def carries(self, symbol: str, member: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        if symbol:
            return symbol in self._carrying or symbol in self._returning
        return member in self._carrying_members

    def content(self, address: int, size: int) -> Content | None:  # noqa: ARG002  numbers are no addresses in C
        """See :class:`mapproof.model.ir.Program`."""
        return None

    def function_at(self, address: int) -> Symbol | None:  # noqa: ARG002  numbers are no addresses in C
        """See :class:`mapproof.model.ir.Program`."""
        return None

    # -- functions ---------------------------------------------------------------------------------------------------

    def definitions(self, symbol: str) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        if symbol in self._table.callees or symbol.startswith("asm:"):
            return ()
        name = self.plain(symbol)
        suffix = name.removeprefix("*") if name.startswith("*::") else None
        return [
            lowered.function
            for source in self._mentions.declaring_sources(name.rpartition("::")[2])
            for chunk in declaring(source, name.rpartition("::")[2], Wanted.FUNCTION)
            if chunk.is_function
            for lowered in self._functions(source, chunk)
            if lowered.function.symbol == symbol
            or (symbol == name == lowered.function.name and not lowered.is_static)
            or (suffix is not None and lowered.function.name.endswith(suffix))
        ]

    def defines(self, symbol: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        if symbol not in self._defined:
            self._defined[symbol] = self._is_defined(symbol)
        return self._defined[symbol]

    def _is_defined(self, symbol: str) -> bool:
        if symbol in self._table.callees or symbol.startswith("asm:"):
            return False
        name = self.plain(symbol)
        if name != symbol:
            return True
        last = name.rpartition("::")[2]
        suffix = name.removeprefix("*") if name.startswith("*::") else None
        return any(
            (prototype.name == name or (suffix is not None and prototype.name.endswith(suffix)))
            and prototype.definition
            and (prototype.storage != "static" or "::" in name)
            for source in self._mentions.declaring_sources(last)
            for chunk in declaring(source, last, Wanted.FUNCTION)
            if chunk.is_function
            for declared in self._first_declarations(source, chunk)
            for prototype in declared.prototypes
        )

    def callers(self, function: Function) -> References:
        """See :class:`mapproof.model.ir.Program`."""
        if function.symbol not in self._callers:
            self._callers[function.symbol] = self._find_callers(function)
        return self._callers[function.symbol]

    def _find_callers(self, function: Function) -> References:  # noqa: C901  one branch per case
        last = function.name.rpartition("::")[2]
        symbols = {function.symbol, function.name}
        if "::" in function.name:
            symbols.add(f"*::{last}")
        found: dict[int, Function] = {}
        escapes = nameless(function.name)
        stored = False
        exported = function.exported
        queue, seen = self._mentions.closure(last), {last}
        queue += [alias for alias in self._aliases.names(last) if alias not in queue]
        for name in queue:
            for mention in self._mentions.code(name):
                covered = False
                for carriers, user in self._carriers(mention, symbols):
                    mentioned = uses(user, symbols)
                    covered = covered or mentioned
                    if (mention.in_body or runs_code(user)) and (name != last or mentioned):
                        found[id(user)] = user
                    if carriers.passed:
                        escapes = "its address is handed to code that is not followed"
                    stored = stored or bool(carriers.objects or carriers.members)
                    names = [*carriers.members, *(self.plain(s).rpartition("::")[2] for s in carriers.objects)]
                    if carriers.returned:
                        symbols.add(f"result of {user.symbol}")
                        symbols.add(f"result of {user.name}")
                        names.append(user.name.rpartition("::")[2])
                        exported = exported or user.exported
                    for new in names:
                        if new not in seen:
                            seen.add(new)
                            queue.extend(n for n in self._mentions.closure(new) if n not in queue)
                escapes = escapes or self._hidden_call(function, mention, symbols, covered=covered)
        functions = tuple(sorted(found.values(), key=_order))
        if escapes:
            return References(functions, complete=False, reason=escapes)
        if not functions and stored:
            return References((), complete=False, reason="its address is kept where code out of scope may read it")
        if not functions:
            return References((), complete=False, reason="no caller is in scope")
        return References(functions, assumption=Assumption.CLOSED_WORLD if exported else "")

    def _hidden_call(self, function: Function, mention: Mention, symbols: set[str], *, covered: bool) -> str:
        """Why the function may be called in a way that its name's mention does not show; empty if it may not."""
        if not (mention.source.cpp or "::" in function.name):
            return ""
        if constructs(function.name) and elsewhere_constructed(mention, function.name):
            return "objects of its class are part of others, and are made where the class is not named"
        if not covered and in_default(mention):
            return f"a default value on line {mention.source.line_column(mention.offset)[0]} may call it"
        if mention.in_body:
            last = function.name.rpartition("::")[2]
            for lowered in self._functions(mention.source, mention.chunk):
                for other in sorted(may_mean(lowered.function, last, symbols)):
                    if other not in self._table.callees and not self.defines(other):
                        return f"{self.plain(other)}() is called, and may be it"
        return ""

    # -- memory ------------------------------------------------------------------------------------------------------

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
                    lowered = None
                    with self._surviving(source, chunk, "the initializer"):
                        lowered = lower_initializer(reading, name, self._scope(source), symbol=symbol)
                    if lowered is None:
                        place = source.span(chunk.start, chunk.end)
                        lowered = Function(symbol, name, (), (Block(),), place, reading.presence, exported=False)
                    unread = _unread(reading)
                    if unread:
                        lowered = replace(lowered, incomplete=(*lowered.incomplete, *unread))
                    yield Initializer(lowered, constant=object_.type.const)

    def writers(self, symbol: str, member: str) -> References:
        """See :class:`mapproof.model.ir.Program`."""
        key = (symbol, member)
        if key not in self._writers:
            self._writers[key] = self._find_writers(symbol, member)
        return self._writers[key]

    def _find_writers(self, symbol: str, member: str) -> References:
        name = member or self.plain(symbol).rpartition("::")[2]
        mentions = storing(self._mentions, name, member=bool(member))
        for alias in self._aliases.names(name) if not member else ():
            mentions += storing(self._mentions, alias, member=False)
        bodies = {(m.source.path, m.chunk) for m in mentions if m.in_body}
        if len(bodies) > MAX_STORING:
            return References((), complete=False, reason=f"more than {MAX_STORING} functions may store to {name}")
        found: dict[int, Function] = {}
        lowered_bodies = list(self._bodies(mentions))
        for lowered in lowered_bodies:
            if (member and member in lowered.stores_members) or (not member and symbol in lowered.stores_objects):
                found[id(lowered.function)] = lowered.function
        for function in self._initialized_members(member) if member else ():
            found[id(function)] = function
        functions = tuple(sorted(found.values(), key=_order))
        taken = self._address_escapes(symbol, member, lowered_bodies) or self._address_kept(symbol, member, mentions)
        if taken:
            return References(functions, complete=False, reason=taken)
        return References(functions, assumption=Assumption.FIELD_STORES)

    def _initialized_members(self, member: str) -> Iterator[Function]:  # noqa: C901  one branch per case
        """Code that fills objects of the records that have the member: static initializers and functions with local
        ones, positional ones included."""
        types: dict[str, None] = {}
        for mention in self._mentions.code(member):
            if not mention.in_body:
                types.update(dict.fromkeys(self._records_around(mention, member)))
        for name in types:
            mentions = making(self._mentions, name.rpartition("::")[2])
            if len(mentions) > MAX_TYPED:
                continue
            for mention in mentions:
                if mention.in_body:
                    for lowered in self._functions(mention.source, mention.chunk):
                        if member in lowered.stores_members:
                            yield lowered.function
                    continue
                for declared in self._declarations(mention.source, mention.chunk):
                    for name_of_object, object_ in declared.objects.items():
                        if object_.has_initializer:
                            symbol = self._object_symbol(mention.source, name_of_object, object_.storage)
                            yield from (initializer.function for initializer in self.initializers(symbol))

    def _records_around(self, mention: Mention, member: str) -> Iterable[str]:
        """The names by which objects may be declared of the records around a mention of their member."""
        plain = record_names(mention.source, mention.chunk, mention.offset)
        if plain is not None:
            return plain
        return [
            name
            for declared in self._declarations(mention.source, mention.chunk)
            for name in _types_with(declared, member)
        ]

    def _address_escapes(self, symbol: str, member: str, functions: Iterable[LoweredFunction]) -> str:
        """Why stores may come from elsewhere: the address of the scalar is taken where it is not followed."""
        for lowered in functions:
            if hands_out(lowered.function, symbol, member):
                return f"{lowered.function.name}() hands its address to code that is not followed"
            if any(hands_out(local.function, symbol, member) for local in lowered.locals):
                return f"a static object of {lowered.function.name}() keeps its address"
        return ""

    def _address_kept(self, symbol: str, member: str, mentions: Iterable[Mention]) -> str:  # noqa: C901  one branch per case
        """Why stores may come through an address that an object at file scope begins with (a table of options)."""
        if member:
            pointed = re.compile(rb"&\s*(?:[\w$]+\s*(?:<[^<>;{}]*>\s*)?::\s*)+" + re.escape(member.encode()) + rb"\b")
            for source in self._mentions.sources(member):
                if b"::" in source.data and pointed.search(source.data) is not None:
                    return f"a pointer to the member {member} is made"
                if b"offsetof" in source.data and _offset_taken(source.data, member.encode()):
                    return f"the offset of {member} is kept, and code may store through that"
        seen: set[tuple[str, Chunk]] = set()
        for mention in mentions:
            key = (mention.source.path, mention.chunk)
            if mention.in_body or key in seen:
                continue
            seen.add(key)
            for declared in self._declarations(mention.source, mention.chunk):
                for name, object_ in declared.objects.items():
                    if not object_.has_initializer:
                        continue
                    for initializer in self.initializers(self._object_symbol(mention.source, name, object_.storage)):
                        if hands_out(initializer.function, symbol, member):
                            return f"{name} begins with its address, and code may store through that"
        return ""


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


def _doubted(lowered: LoweredFunction, unread: tuple[str, ...]) -> LoweredFunction:
    """The function, marked as not understood in full."""
    function = replace(lowered.function, incomplete=(*lowered.function.incomplete, *unread))
    return replace(lowered, function=function)


_OFFSET_MACRO: Final = re.compile(rb"#[ \t]*define[ \t]+(\w+)\([^)]*\)(?:[^\n\\]|\\\r?\n|\\.)*?offsetof")


def _offset_taken(data: bytes, member: bytes) -> bool:
    """Whether ``offsetof``, or a macro that is made of it, is given a member (as tables of options do)."""
    names = [b"offsetof", b"__builtin_offsetof", *{found.group(1) for found in _OFFSET_MACRO.finditer(data)}]
    used = rb"\b(?:" + b"|".join(map(re.escape, names)) + rb")\s*\([^;{}()]*?\b" + re.escape(member) + rb"\s*\)"
    return re.search(used, data) is not None


def _around(lowered: LoweredFunction, mention: Mention) -> list[Function]:
    """The code that may stand at a place in a function: its body, and initializers of static locals."""
    return [lowered.function, *[local.function for local in lowered.locals if local.covers(mention.offset)]]


def _types_with(declared: Declarations, member: str) -> Iterator[str]:
    """The names by which objects of a record with the member may be declared."""
    tags = {tag for tag, record in declared.records.items() if any(m.name == member for m in record.members)}
    yield from (tag for tag in sorted(tags) if not tag.startswith("<"))
    for name, ctype in declared.typedefs.items():
        if ctype.tag in tags:
            yield name


def _meets(path: tuple[int | str | None, ...], cell: tuple[int | str | None, ...]) -> bool:
    return all(a == b or a is None or b is None for a, b in zip(path, cell, strict=False))


def _order(function: Function) -> tuple[str, int, str]:
    """By place. Readings of one place keep the order in which they were found, which is always the same."""
    location = function.location
    start = location.start if isinstance(location, Span) else location.address
    return (location.path, start, function.symbol)
