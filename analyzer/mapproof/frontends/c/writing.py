"""Which functions store to an object or a member, and whether code out of sight may."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.calling import Calling
from mapproof.frontends.c.ctype import Shape
from mapproof.frontends.c.enclosing import record_names
from mapproof.frontends.c.filescope import Wanted, declaring
from mapproof.frontends.c.handing import What, handed
from mapproof.frontends.c.machine import words
from mapproof.frontends.c.overlap import holds, overlays, siblings
from mapproof.frontends.c.passing import Passing
from mapproof.frontends.c.search import order
from mapproof.frontends.c.storing import (
    function_like,
    is_offset_taken,
    is_pointed_to,
    making,
    storing,
    takes_apart,
)
from mapproof.frontends.c.typed import moving
from mapproof.model.ir import Function, References, Symbol
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.ctype import CType, Prototype, Record
    from mapproof.frontends.c.declaration import Declarations
    from mapproof.frontends.c.filescope import FileScope
    from mapproof.frontends.c.handing import Handed
    from mapproof.frontends.c.lower import LoweredFunction
    from mapproof.frontends.c.mention import Mention
    from mapproof.frontends.c.source import Source

MAX_TYPED: Final = 60
"""Places of a type's name that are searched for objects of that type."""

MAX_STORING: Final = 60
"""Functions that may store to one member; one stored to in more is not followed."""

MAX_MOVING: Final = 60
"""Functions that may store to a record as a whole, or hand it on."""

_TOO_MANY: Final = References((), complete=False, reason="more functions store to it than were asked for")

_PATH: Final = re.compile(rb"\s*(?:\[|\.\s*([A-Za-z_$][\w$]*)|([()]))")


@dataclass(frozen=True, slots=True)
class _Named:
    """See :class:`mapproof.frontends.c.storing.Named`. ``types``: what an object is declared as; ``dimensions``: how
    many subscripts make a number of a member."""

    member: bool
    types: tuple[CType, ...] = ()
    dimensions: int = 0
    find: Callable[[str], Record | None] = lambda _tag: None

    @property
    def aggregate(self) -> bool:
        if self.member:
            return self.dimensions > 0
        return not self.types or any(ctype.aggregate or not ctype.known for ctype in self.types)

    def is_read(self, path: bytes) -> bool:
        if self.member:
            return path.count(b"[") >= self.dimensions
        return bool(self.types) and all(_is_read(ctype, path, self.find) for ctype in self.types)


def _is_read(ctype: CType, path: bytes, find: Callable[[str], Record | None]) -> bool:
    """Whether a path of subscripts and members leads from an object to a number or a pointer."""
    position, here = 0, ctype
    while here.shape not in (Shape.INTEGER, Shape.POINTER, Shape.FLOAT):
        found = _PATH.match(path, position)
        if found is None or found.group(2) == b"(":
            return False
        position = found.end()
        if found.group(2) is not None:
            continue
        if found.group(1) is None:
            position = _past_subscript(path, position)
            if here.shape is not Shape.ARRAY or here.target is None:
                return False
            here = here.target
            continue
        body = find(here.tag) if here.shape is Shape.RECORD else None
        name = found.group(1).decode("utf-8", "replace")
        part = next((m for m in body.members if m.name == name), None) if body is not None else None
        if part is None:
            return False
        here = part.type
    return True


def _past_subscript(path: bytes, position: int) -> int:
    depth = 1
    while depth and position < len(path):
        depth += (path[position] in b"[(") - (path[position] in b"])")
        position += 1
    return position


def _names(function: Function, symbol: Symbol) -> bool:
    operations = (operation for block in function.blocks for operation in block.operations)
    return any(symbol in operation.inputs for operation in operations)


class Writing(Calling):
    """Follows stores: by name, through addresses, and of whole records."""

    @cached_property
    def _assembled(self) -> dict[str, frozenset[str]]:
        """The words of the assembly in a file, by path."""
        return {}

    @cached_property
    def _passing(self) -> Passing:
        return Passing(self, self._table, self._all_prototypes)

    def _all_prototypes(self, name: str) -> Sequence[Prototype]:
        last = name.rpartition("::")[2]
        return [
            prototype
            for source in self._mentions.declaring_sources(last)
            for chunk in declaring(source, last, Wanted.FUNCTION)
            for declared in self._first_declarations(source, chunk)
            for prototype in declared.prototypes
            if prototype.name == name
        ]

    def writers(self, symbol: str, member: str, *, at_most: int | None = None) -> References:
        """See :class:`mapproof.model.ir.Program`."""
        key = (symbol, member)
        if at_most is not None and self._stored_to.get(key, 0) > at_most:
            return _TOO_MANY
        if not member and self._is_named_by_assembly(symbol):
            return References((), complete=False, reason="assembly names it")
        if key not in self._writers:
            found = self._find_writers(symbol, member, at_most)
            if found is None:
                return _TOO_MANY
            self._writers[key] = found
        return self._writers[key]

    def _is_named_by_assembly(self, symbol: str) -> bool:
        """Whether an assembly statement, in a file that has the object's name, speaks of it."""
        name = self.plain(symbol).rpartition("::")[2]
        for source in self._mentions.sources(name):
            if source.path not in self._assembled:
                self._assembled[source.path] = words(source)
            if name in self._assembled[source.path]:
                return True
        return False

    def _find_writers(self, symbol: str, member: str, at_most: int | None) -> References | None:
        name = member or self.plain(symbol).rpartition("::")[2]
        named = self._member_named(member) if member else self._object_named(symbol)
        mentions = storing(self._mentions, name, named)
        for alias in self._aliases.names(name) if not member else ():
            mentions += storing(self._mentions, alias, named)
        types = self._types_with(member) if member else {}
        sharing = self._sharing(member, types) if member else []
        for other in sharing:
            mentions += storing(self._mentions, other, self._member_named(other))
        bodies = {(m.source.path, m.chunk) for m in mentions if m.in_body}
        if len(bodies) > MAX_STORING:
            return References((), complete=False, reason=f"more than {MAX_STORING} functions may store to {name}")
        found: dict[int, Function] = {}
        self._passing.clears = False
        reasons = list(self._stored_by_name(symbol, member, sharing, mentions, found))
        self._stored_to[symbol, member] = len(found)
        if at_most is not None and len(found) > at_most:
            return None
        if member:
            reasons += self._initialized(member, types, found)
        found.update({id(code): code for code in self._stored_at_start(symbol, member, mentions)})
        reasons += islice(self._address_kept(symbol, member, mentions), 1)
        reasons += islice(self._meant_by_another(symbol, name, mentions) if not member else (), 1)
        if member and not reasons:
            reasons += islice(self._moved(member, types, found), 1)
        functions = tuple(sorted(found.values(), key=order))
        if reasons:
            return References(functions, complete=False, reason=reasons[0])
        return References(functions, assumption=Assumption.FIELD_STORES, clears=self._passing.clears)

    def _stored_by_name(
        self, symbol: str, member: str, sharing: Sequence[str], mentions: Sequence[Mention], found: dict[int, Function]
    ) -> Iterator[str]:
        """Functions that store where the name stands; why others may, through an address that is taken there."""
        parts = not member and not self._is_record(symbol)
        cpp = any(mention.source.cpp for mention in mentions)  # only there initializers are code
        for lowered in self._bodies(mentions):
            function = lowered.function
            if (member and member in lowered.stores_members) or (not member and symbol in lowered.stores_objects):
                found[id(function)] = function
            for name in (member, *sharing):
                flow = self._flow(function, symbol, name)
                if flow.stored:
                    found[id(function)] = function
                why = self._passing.doubt(flow, strict=True, parts=parts)
                if why or (flow.stored and name != member):
                    yield f"{function.name}() hands its address to code that is not followed"
            around = [local for local in lowered.locals if any(local.covers(place.offset) for place in mentions)]
            flows = [(local.function, self._flow(local.function, symbol, member)) for local in around]
            if any(flow.kept for _, flow in flows):
                yield f"a static object of {function.name}() keeps its address"
            found.update({id(code): code for code, flow in flows if flow.stored and cpp})

    def _meant_by_another(self, symbol: str, name: str, mentions: Sequence[Mention]) -> Iterator[str]:
        """Why a name may be this object where it was taken for another's: several files include the place, and each
        has a static object of that name."""
        path = symbol.removesuffix(f"::{name}")
        for mention in mentions if path != symbol else ():
            source = mention.source
            if not mention.in_body or source.path == path or path not in self._tree.beside(source.path):
                continue
            taken = self._scope(source).identifier(name)
            if not isinstance(taken, Symbol) or taken.name == symbol:
                continue
            own = {source.path, *self._tree.includes.closure(source.path)}
            if taken.name.removesuffix(f"::{name}") in own:
                continue
            if any(_names(lowered.function, taken) for lowered in self._bodies([mention])):
                yield f"{name} in {source.path} may be it"

    def _stored_at_start(self, symbol: str, member: str, mentions: Sequence[Mention]) -> Iterator[Function]:
        """The initializers of other objects that store to it: in C++ they are code."""
        for mention in mentions:
            for code in self._initializers_in(mention) if not mention.in_body and mention.source.cpp else ():
                if self._flow(code, symbol, member).stored:
                    yield code

    def _flow(self, function: Function, symbol: str, member: str) -> Handed:
        what = What.MEMBER if member else What.OBJECT
        return handed(function, what, symbol=symbol, member=member, inside=self._table.pointers.inside)

    # -- what a name stands for ----------------------------------------------------------------------------------------

    def _member_named(self, member: str) -> _Named:
        """A member is used by its address where it is an array that is not subscripted in full."""
        subscripts = re.compile(re.escape(member.encode()) + rb"((?:\s*\[[^\]]*\])+)")
        dimensions = 0
        for mention in self._mentions.code(member):
            if not mention.in_body:
                found = subscripts.match(mention.source.uncommented, mention.offset)
                dimensions = max(dimensions, found.group(1).count(b"[") if found is not None else 0)
        return _Named(member=True, dimensions=dimensions)

    def _object_named(self, symbol: str) -> _Named:
        found = self._object_types(symbol)
        return _Named(member=False, types=tuple(ctype for ctype, _ in found), find=self._finder(found))

    def _finder(self, found: Sequence[tuple[CType, Source]]) -> Callable[[str], Record | None]:
        return _first(*[self._scope(source).record for _, source in found])

    def _object_types(self, symbol: str) -> list[tuple[CType, Source]]:
        if symbol in self._statics:
            return [(local.type, self._tree.source(local.path)) for local in self._statics[symbol]]
        name = self.plain(symbol)
        return [
            (declared.objects[name].type, source)
            for source in self._mentions.declaring_sources(name.rpartition("::")[2])
            for chunk in declaring(source, name.rpartition("::")[2], Wanted.OBJECT)
            for declared in self._declarations(source, chunk)
            if name in declared.objects
        ]

    def _is_record(self, symbol: str) -> bool:
        """Whether an object is a record, or an array of them: then what is stored by a member's name is found by it."""
        types = [ctype for ctype, _ in self._object_types(symbol)]
        return bool(types) and all(_element(ctype).shape is Shape.RECORD for ctype in types)

    def _types_with(self, member: str) -> dict[str, None]:
        """The names by which objects may be declared of the records that have the member, or have such a record in
        them."""
        types: dict[str, None] = {}
        for mention in self._mentions.code(member):
            if not mention.in_body:
                types.update(dict.fromkeys(self._records_around(mention, member)))
        todo = list(types)
        for name in todo:
            for mention in self._making(name):
                if not mention.in_body:
                    last = name.rpartition("::")[2]
                    outer = [n for n in self._records_around(mention, "", last) if n not in types]
                    types.update(dict.fromkeys(outer))
                    todo += outer
        return types

    def _making(self, name: str) -> list[Mention]:
        last = name.rpartition("::")[2]
        if last not in self._made:
            self._made[last] = making(self._mentions, last)
        return self._made[last]

    def _records_around(self, mention: Mention, member: str, tag: str = "") -> Iterable[str]:
        """The names by which objects may be declared of the records around a mention of their member, or of the type
        ``tag`` of a member."""
        plain = record_names(mention.source, mention.chunk, mention.offset)
        if plain is not None:
            return plain
        return [
            name
            for declared in self._declarations(mention.source, mention.chunk)
            for name in _types_with(declared, member, tag)
        ]

    def _sharing(self, member: str, types: Iterable[str]) -> list[str]:
        """Members that share their bytes with one, in unions."""
        places = [m for m in self._mentions.code(member) if not m.in_body]
        places += [m for name in types for m in self._making(name) if not m.in_body]
        found: set[str] = set()
        seen: set[tuple[str, Chunk]] = set()
        for place in places:
            key = (place.source.path, place.chunk)
            if key in seen or b"union" not in place.source.uncommented[place.chunk.start : place.chunk.end]:
                continue
            seen.add(key)
            for declared in self._declarations(place.source, place.chunk):
                find = _first(declared.records.get, self._scope(place.source).record)
                found |= siblings(declared.records.values(), member, find)
        return sorted(found)

    # -- whole records -------------------------------------------------------------------------------------------------

    def _initialized(self, member: str, types: Iterable[str], found: dict[int, Function]) -> Iterator[str]:
        """Code that fills objects of the records that have the member: static initializers and functions with local
        ones, positional ones included."""
        for name in types:
            mentions = self._making(name)
            if len(mentions) > MAX_TYPED:
                yield f"objects of the type {name} are made in more than {MAX_TYPED} places"
                continue
            for mention in mentions:
                if mention.in_body:
                    for lowered in self._functions(mention.source, mention.chunk):
                        if member in lowered.stores_members:
                            found[id(lowered.function)] = lowered.function
                    continue
                for function in self._initializers_in(mention):
                    found[id(function)] = function

    def _initializers_in(self, mention: Mention) -> Iterator[Function]:
        for declared in self._declarations(mention.source, mention.chunk):
            for name, object_ in declared.objects.items():
                if object_.has_initializer:
                    symbol = self._object_symbol(mention.source, name, object_.storage)
                    yield from (initializer.function for initializer in self.initializers(symbol))

    def _moved(  # noqa: C901  one branch for each way
        self, member: str, types: dict[str, None], found: dict[int, Function]
    ) -> Iterator[str]:
        """Functions that store to a whole record with the member; why others may, through its address."""
        names = [name.rpartition("::")[2] for name in types]
        facts = self._table.pointers
        places = moving(
            self._mentions,
            names,
            reads=self._reads,
            clears=lambda name: name in facts.fills,
            overlays=lambda name: self._overlays(name, member, types),
        )
        if len(places) > MAX_MOVING:
            yield f"more than {MAX_MOVING} functions may store to a whole {names[0]}"
            return
        wanted = frozenset(names)
        for lowered in self._bodies(places):
            traffic, function = lowered.traffic, lowered.function
            if any(_is(tag, wanted) for tag in traffic.clobbered):
                yield f"{function.name}() stores to a whole {names[0]} in a way that is not followed"
            if any(_is(tag, wanted) for tag in traffic.copied):
                found[id(function)] = function
            yield from self._recast(lowered, member, wanted)
            if any(_is(tag, wanted) for tag in traffic.taken) and not self._is_closed(function):
                yield f"{function.name}() is given a whole {names[0]} by callers that are not in scope"
            for callee, tag in sorted(traffic.received):
                if _is(tag, wanted) and not self.defines(callee):
                    yield f"{function.name}() has a {names[0]} from {self.plain(callee)}(), whose body is not in scope"
            for callee, position, tag in sorted(traffic.passed):
                if _is(tag, wanted) and not self.defines(callee):
                    why = self._passing.given(callee, position, strict=False, parts=False)
                    if why:
                        yield f"{function.name}() {why}"
            sources = [variable for variable, tag in traffic.loosened.items() if _is(tag, wanted)]
            if sources:
                flow = handed(function, What.RECORD, sources=sources, inside=self._table.pointers.inside)
                why = "stores to it other than by its members" if flow.stored else ""
                why = why or self._passing.doubt(flow, strict=False, parts=False)
                if why:
                    yield f"{function.name}() has the address of a {names[0]} and {why}"

    def _is_closed(self, function: Function) -> bool:
        """Whether every caller of a function is in scope."""
        return self.callers(function).complete

    def _reads(self, name: str, argument: int) -> bool:
        """Whether nothing is stored through a record's address that is handed to a function or macro, as far as is
        known without lowering the place where it is."""
        if name in self._table.pointers.stores and not self.defines(name):
            return argument not in self._table.pointers.stores[name]
        macros = list(function_like(self._mentions, name.encode()))
        if macros:
            return all(takes_apart(text, name.encode(), argument) for text in macros)
        for source in self._mentions.declaring_sources(name):
            if next(iter(declaring(source, name, Wanted.FUNCTION)), None) is None:
                continue
            found = self._scope(source).identifier(name)
            return (
                isinstance(found, Symbol)
                and self.defines(found.name)
                and not self._passing.given(found.name, argument, strict=False, parts=False)
            )
        return False

    def _overlays(self, other: str, member: str, types: Iterable[str]) -> bool:
        """Whether a pointer to a record of the type ``other`` may change the member in one of these; so may one to what
        is not known to be a record."""
        for name in types:
            for source in self._mentions.declaring_sources(name.rpartition("::")[2]):
                scope = self._scope(source)
                mine, theirs = _body_of(name, scope), _body_of(other, scope)
                if mine is None or theirs is None or overlays(mine, theirs, member, scope.record):
                    return True
                break
        return False

    def _recast(self, lowered: LoweredFunction, member: str, wanted: frozenset[str]) -> Iterator[str]:
        """Why members of another record, at the address of one with the member, may be stored to."""
        for pair in sorted(lowered.traffic.recast):
            for own, other in (pair, pair[::-1]):
                if not _is(own, wanted):
                    continue
                find = self._scope(self._tree.source(lowered.function.location.path)).record
                mine, theirs = find(own), find(other)
                if mine is None or theirs is None or not holds(mine, member, find):
                    continue
                if overlays(mine, theirs, member, find):
                    yield f"{lowered.function.name}() takes the address of a {own} for that of a {other}"

    # -- addresses that are kept ---------------------------------------------------------------------------------------

    def _address_kept(self, symbol: str, member: str, mentions: Iterable[Mention]) -> Iterator[str]:
        """Why stores may come through an address that an object at file scope begins with (a table of options)."""
        if member:
            if is_pointed_to(self._mentions, member):
                yield f"a pointer to the member {member} is made"
            if is_offset_taken(self._mentions, member):
                yield f"the offset of {member} is kept, and code may store through that"
        seen: set[tuple[str, Chunk]] = set()
        for mention in mentions:
            key = (mention.source.path, mention.chunk)
            if mention.in_body or key in seen:
                continue
            seen.add(key)
            for function in self._initializers_in(mention):
                flow = self._flow(function, symbol, member)
                if flow.kept or flow.lost or flow.calls:
                    yield f"{function.name} begins with its address, and code may store through that"


def _first(*finds: Callable[[str], Record | None]) -> Callable[[str], Record | None]:
    """Asks one after the other."""
    return lambda tag: next((body for find in finds if (body := find(tag)) is not None), None)


def _element(ctype: CType) -> CType:
    while ctype.shape is Shape.ARRAY and ctype.target is not None:
        ctype = ctype.target
    return ctype


def _body_of(name: str, scope: FileScope) -> Record | None:
    """The record that a tag or another name of it stands for."""
    known = scope.record(name)
    if known is not None:
        return known
    ctype = scope.typedef(name)
    return scope.record(ctype.tag) if ctype is not None and ctype.shape is Shape.RECORD else None


def _is(tag: str, names: frozenset[str]) -> bool:
    """Whether a record may be one of those named: a tag without a name of its own holds what it is declared by."""
    return not names.isdisjoint(re.findall(r"\w+", tag))


def _types_with(declared: Declarations, member: str, tag: str) -> Iterator[str]:
    """The names by which objects of a record with the member, or with a member of the type, may be declared."""
    tags = {
        own
        for own, record in declared.records.items()
        if any(m.name == member if member else _is(_element(m.type).tag, frozenset({tag})) for m in record.members)
    }
    yield from (tag for tag in sorted(tags) if not tag.startswith("<"))
    for name, ctype in declared.typedefs.items():
        if ctype.tag in tags:
            yield name
