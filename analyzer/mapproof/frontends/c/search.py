"""Where mapping functions are mentioned, and through what else they may be called."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.caller import calls_at, in_default, runs_code
from mapproof.frontends.c.carrier import Carriers, carriers_of
from mapproof.frontends.c.hidden import pasted, trapping_macros, traps, unaccounted_code
from mapproof.frontends.c.macro import definition_of
from mapproof.frontends.c.mention import MacroMention, Mention, covers
from mapproof.frontends.c.store import Store
from mapproof.frontends.c.unused import body_calls
from mapproof.model.callee import Role
from mapproof.model.condition import FALSE
from mapproof.model.ir import defined_once
from mapproof.model.location import Span, sort_key
from mapproof.model.site import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mapproof.frontends.c.lower import LoweredFunction
    from mapproof.frontends.c.source import Source
    from mapproof.model.ir import Content, Function, Symbol

_SEARCHED: Final = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.OBJECT, Role.PERSONALITY, Role.SYSCALL})
_LAMBDA: Final = re.compile(rb"\[[^\[\]{};]*\]\s*(?:<[^;{}]*>\s*)?(?:\([^;{}]*\)[^;{}()]*)?\{")
_PICK: Final = re.compile(rb"\b([A-Za-z_]\w*)\s*\[\s*(\d+)\s*\]\s*\.\s*([A-Za-z_]\w*)")


class Search(Store, ABC):
    """Follows callees by name through macros, tables, members and pointers."""

    @abstractmethod
    def definitions(self, symbol: str) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""

    # -- where mapping functions are mentioned -------------------------------------------------------------------------

    def candidates(self) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        if self._candidates is None:
            found = self._search()
            self._candidates = tuple(sorted([*found, *self._unused(found)], key=order))
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
        seen = dict.fromkeys(queue, False)
        found: dict[int, Function] = {}
        for name in queue:
            is_member = seen[name] = name in self._carrying_members
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
                    names = [*self._carry(carriers, function), *self._handed_on(carriers)]
                    wanted |= {f"result of {name}" for name in self._returning}
                    for new in names:
                        if new not in seen or (not seen[new] and new in self._carrying_members):
                            seen[new] = new in self._carrying_members
                            queue.append(new)
            for other in (*self._relevant_macros(name, called=name in callees), *self._aliases.names(name)):
                if other not in seen:
                    seen[other] = False
                    queue.append(other)
        for function in self._hidden_calls(callees | set(seen)):
            found.setdefault(id(function), function)
        self.gaps.extend(self._unaccounted(callees, seen))
        self._searched = list(seen)
        return sorted(found.values(), key=order)

    def _unaccounted(self, callees: set[str], leading: Mapping[str, bool]) -> Iterator[Coverage]:
        """Machine code, and names that are chosen when the program starts, of which nothing is known."""
        for source in self._with_machine_code():
            for offset, why in unaccounted_code(source, callees, leading):
                yield Coverage(source.path, "lost", why, source.line_column(offset)[0])
        for name, mention in trapping_macros(self._mentions):
            if not mention.in_body:
                line, _column = mention.source.line_column(mention.offset)
                detail = f"{name} stands for assembly that enters the kernel, outside of functions"
                yield Coverage(mention.source.path, "lost", detail, line)

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
            for mention in pasted(source, sorted(callees), self._mentions):
                if mention.in_body:
                    yield from (lowered.function for lowered in self._functions(source, mention.chunk))
        trapping = [mention for source in self._with_machine_code() for mention in traps(source)]
        trapping += [mention for _name, mention in trapping_macros(self._mentions)]
        for mention in trapping:
            if mention.in_body:
                yield from (lowered.function for lowered in self._functions(mention.source, mention.chunk))

    def _with_machine_code(self) -> list[Source]:
        """The files, whatever else they mention, in which assembly may stand or a function be chosen at the start."""
        paths = {source.path for word in ("asm", "ifunc") for source in self._mentions.sources(word)}
        return [self._tree.source(path) for path in sorted({*paths, *self._found})]

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
        was not understood, so a call may be hidden. So are files and inclusions that a limit left unread."""
        limited = {**self._tree.refused, **self._tree.history.limited}
        gaps = [Coverage(path, "limit", detail) for path, detail in sorted(limited.items())]
        gaps.extend(self._copied_tables())
        gaps.extend(self._lambdas_at_start())
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

    def _lambdas_at_start(self) -> Iterator[Coverage]:
        """Mentions in lambdas that stand in initializers of objects which live as long as the program."""
        for name in self._searched:
            for mention in self._mentions.code(name):
                lowered = self._lowered.get((mention.source.path, mention.chunk), ())
                if mention.source.cpp and _in_lambda_of_initializer(mention, lowered):
                    line, _column = mention.source.line_column(mention.offset)
                    detail = f"{name} stands in a lambda of an initializer, which is not followed"
                    yield Coverage(mention.source.path, "lost", detail, line)

    def _copied_tables(self) -> Iterator[Coverage]:
        """Copies of objects that hold the address of a mapping function: where the copy is called from is not known."""
        copying = _copying(self._table.pointers.copies)
        for name in sorted({self.plain(symbol).rpartition("::")[2] for symbol in self._carrying}):
            for mention in self._mentions.code(name):
                if mention.in_body and _precedes(copying, mention):
                    line, _column = mention.source.line_column(mention.offset)
                    detail = f"{name}, which holds a mapping function's address, is copied"
                    yield Coverage(mention.source.path, "lost", detail, line)

    def _lost_outside(self, name: str, mention: Mention) -> Iterator[Coverage]:
        """Calls outside of what is taken for function bodies are not sites: in C++ as a member's or parameter's default
        value, in either language in functions that were not told from other declarations."""
        if not self._calls(name, mention):
            return
        if mention.in_body or not any(covers(user, mention) for _, user in self._carriers(mention, set())):
            line, _column = mention.source.line_column(mention.offset)
            where = "in a default value" if in_default(mention) else "outside of the functions that are known"
            yield Coverage(mention.source.path, "lost", f"{name} is called {where}, which is not followed", line)

    def _calls(self, name: str, mention: Mention) -> bool:
        """Whether a name that stands outside of function bodies is called there, as far as the text shows."""
        source, chunk, end = mention.source, mention.chunk, mention.offset + len(name)
        if re.match(rb"\s*\(", source.uncommented[end : end + 80]) is None:
            return False
        if source.cpp and in_default(mention):
            return True
        return not mention.in_body and any(
            calls_at(reading, name, mention.offset) for reading in self._read(source, chunk)
        )

    def _may_mean(self, mention: Mention, name: str, *, is_member: bool, is_callee: bool) -> bool:
        if mention.is_member():
            return is_member or not is_callee
        return not is_member or is_callee or not mention.in_body or name in self._carrying

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

    def _handed_on(self, carriers: Carriers) -> Iterator[str]:
        """Where functions in scope put an address that they are called with."""
        queue = sorted(carriers.handed)
        while queue:
            symbol, index = queue.pop()
            if (symbol, index) in self._handed:
                continue
            self._handed.add((symbol, index))
            for function in self.definitions(symbol):
                if index < len(function.parameters):
                    further = carriers_of(function, lambda _symbol: False, function.parameters[index : index + 1])
                    yield from self._carry(further, function)
                    queue += sorted(further.handed)
                    if further.returned:
                        self._returning |= {function.symbol, function.name}

    def _relevant_macros(self, name: str, *, called: bool) -> Iterator[str]:
        """Macros that mention a name; of those that only pick constant cells of tables, ones whose cell matters.

        Where the name is that of a mapping function (``called``), a member of that name is another thing, unless it
        carries one.
        """
        only_member = called and name not in self._carrying_members
        for mention in self._mentions.macros(name):
            text = mention.directive.text
            if only_member and mention.is_member(name):
                continue
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
                        if (here & presence & defined_once(self.initializers(symbol))).satisfiable:
                            return True
        return False

    def carries(self, symbol: str, member: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        if symbol:
            return symbol in self._carrying or symbol in self._returning
        return member in self._carrying_members

    def users(self, names: frozenset[str], *, at_most: int) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        places = {
            (mention.source.path, mention.chunk.start): mention
            for name in sorted(self._present(names))
            for spelled in self._mentions.closure(name)
            for mention in self._mentions.code(spelled)
            if mention.in_body and not mention.is_member()
        }
        if len(places) > at_most:
            return ()
        found = {
            id(lowered.function): lowered.function
            for _, mention in sorted(places.items())
            for lowered in self._functions(mention.source, mention.chunk)
        }
        return sorted(found.values(), key=order)

    def content(self, address: int, size: int, reader: str = "") -> Content | None:  # noqa: ARG002  the callers' shape
        """See :class:`mapproof.model.ir.Program`."""
        return None

    def text_at(self, address: int) -> str | None:  # noqa: ARG002  the callers' shape
        """See :class:`mapproof.model.ir.Program`."""
        return None

    def function_at(self, address: int) -> Symbol | None:  # noqa: ARG002  the callers' shape
        """See :class:`mapproof.model.ir.Program`."""
        return None


def _in_lambda_of_initializer(mention: Mention, lowered: Iterable[LoweredFunction]) -> bool:
    """Whether a lambda stands around a place in the initializer of an object that lives as long as the program."""
    starts = [mention.chunk.start] if not mention.in_body else []
    starts += [
        local.function.location.start
        for body in lowered
        for local in body.locals
        if local.covers(mention.offset) and isinstance(local.function.location, Span)
    ]
    return any(_LAMBDA.search(mention.source.uncommented, start, mention.offset) is not None for start in starts)


def _copying(names: Iterable[str]) -> re.Pattern[bytes]:
    """What stands before the source of a copy."""
    spelled = b"|".join(re.escape(name.encode()) for name in sorted(names))
    return re.compile(rb"\b(?:" + spelled + rb")\s*\([^;{},]*,[^;{},]*\Z")


def _precedes(pattern: re.Pattern[bytes], mention: Mention) -> bool:
    start = max(mention.chunk.start, mention.offset - 400)
    return pattern.search(mention.source.uncommented, start, mention.offset) is not None


def _around(lowered: LoweredFunction, mention: Mention) -> list[Function]:
    """The code that may stand at a place in a function: its body, and initializers of static locals."""
    return [lowered.function, *[local.function for local in lowered.locals if local.covers(mention.offset)]]


def _meets(path: tuple[int | str | None, ...], cell: tuple[int | str | None, ...]) -> bool:
    return all(a == b or a is None or b is None for a, b in zip(path, cell, strict=False))


def order(function: Function) -> tuple[str, int, str]:
    """By place. Readings of one place keep the order in which they were found, which is always the same."""
    location = function.location
    return (*sort_key(location)[:2], function.symbol)
