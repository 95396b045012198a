"""C and C++ files as a program of the IR: everything is searched for by bytes and lowered when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.caller import constructs, elsewhere_constructed, in_default, may_mean, nameless, runs_code
from mapproof.frontends.c.carrier import hands_out, uses
from mapproof.frontends.c.enclosing import record_names
from mapproof.frontends.c.filescope import Wanted, declaring
from mapproof.frontends.c.search import Search, order
from mapproof.frontends.c.storing import is_offset_taken, is_pointed_to, making, storing
from mapproof.model.ir import Function, References
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.declaration import Declarations
    from mapproof.frontends.c.lower import LoweredFunction
    from mapproof.frontends.c.mention import Mention


MAX_TYPED: Final = 60
"""Places of a type's name that are searched for objects of that type."""

MAX_STORING: Final = 60
"""Functions that may store to one member; one stored to in more is not followed."""


class CProgram(Search):
    """A :class:`mapproof.model.ir.Program` over source files.

    ``files`` is all that may be looked into, ``found`` the files known to mention a mapping function, with their
    bytes. ``gaps`` lists
    what could not be read so far.
    """

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
        functions = tuple(sorted(found.values(), key=order))
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
        functions = tuple(sorted(found.values(), key=order))
        taken = self._address_escapes(symbol, member, lowered_bodies, mentions) or self._address_kept(
            symbol, member, mentions
        )
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

    def _address_escapes(
        self, symbol: str, member: str, functions: Iterable[LoweredFunction], mentions: Iterable[Mention]
    ) -> str:
        """Why stores may come from elsewhere: the address of the scalar is taken where it is not followed."""
        for lowered in functions:
            if hands_out(lowered.function, symbol, member):
                return f"{lowered.function.name}() hands its address to code that is not followed"
            around = [local for local in lowered.locals if any(local.covers(place.offset) for place in mentions)]
            if any(hands_out(local.function, symbol, member) for local in around):
                return f"a static object of {lowered.function.name}() keeps its address"
        return ""

    def _address_kept(self, symbol: str, member: str, mentions: Iterable[Mention]) -> str:  # noqa: C901  one branch per case
        """Why stores may come through an address that an object at file scope begins with (a table of options)."""
        if member:
            if is_pointed_to(self._mentions, member):
                return f"a pointer to the member {member} is made"
            if is_offset_taken(self._mentions, member):
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


def _types_with(declared: Declarations, member: str) -> Iterator[str]:
    """The names by which objects of a record with the member may be declared."""
    tags = {tag for tag, record in declared.records.items() if any(m.name == member for m in record.members)}
    yield from (tag for tag in sorted(tags) if not tag.startswith("<"))
    for name, ctype in declared.typedefs.items():
        if ctype.tag in tags:
            yield name
