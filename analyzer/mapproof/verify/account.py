"""Rules that account for every way in which C text reaches a mapping function: each mention of each name is looked at.

A mention is a declaration, a call, the body of a macro that stands for the function, or an entry of a table of function
pointers; what is none of these may be asked for anything, and then nothing is proved.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.model.callee import Role
from mapproof.model.protection import ProtSet
from mapproof.verify.claim import EVERY_RIGHT, Claim, Conclusion
from mapproof.verify.effect import IGNORED
from mapproof.verify.loaded import loaded_rules
from mapproof.verify.scope import ASKING, arguments
from mapproof.verify.shape import splits
from mapproof.verify.table import bracketed, defines_table, ends_with_member, only_measured, surely_other, table_slot
from mapproof.verify.unseen import unseen_rules
from mapproof.verify.value import is_declaration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.model.callee import CalleeSpec
    from mapproof.verify.claim import Ask, Rule
    from mapproof.verify.scope import Scope
    from mapproof.verify.text import Definition, Text, Token


_READ_IMPLIES_EXEC: Final = 0x0400000
_QUERY: Final = 0xFFFFFFFF

_DEPTH: Final = 4
"""Macros that stand for a function through each other."""

_FIXED: Final = 0x100010
_ANONYMOUS: Final = 0x20
"""MAP_FIXED, MAP_FIXED_NOREPLACE and MAP_ANONYMOUS (Linux asm-generic/mman-common.h)."""

OWN: Final = "own:"
VIEW: Final = "view:"
"""Marks of a right that only memory made by the call itself gets: anonymous memory, or a new view of an object."""

ONE_VIEW: Final = "one-view"
"""Memory that comes to be executable is not written through another mapping of it."""

ADDRESS_KEPT: Final = "address-kept"
NOT_READ: Final = "not-read"
_QUOTED: Final = re.compile(rb'include[ \t]*"([^"\n]+)"')
EXTERNAL: Final = "external-symbol"


def comes_to_run(rights: Sequence[str]) -> bool:
    """Whether a call asks for x, and never with w."""
    return any(right.endswith("x") for right in rights) and not any(right.endswith("wx") for right in rights)


def account_rules(scope: Scope) -> dict[str, Rule]:
    """The rules, by the kind of claim."""
    rules = _Accounts(scope)
    return {
        "program": rules.program,
        "uses": rules.uses,
        "slot-uses": rules.slot_uses,
        "call": rules.call,
        "memory": rules.memory,
        "views": rules.views,
        **unseen_rules(scope),
        **loaded_rules(scope),
    }


class _Sum:
    """Rights and assumptions, added up."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.rights: set[str] = set()
        self.assumes: set[str] = set()
        self.seen: list[str] = []

    def add(self, claim: Claim) -> None:
        found = self._ask(claim)
        self.rights |= set(found.rights)
        self.assumes |= set(found.assumes)

    def lost(self, why: str) -> None:
        self.rights |= set(EVERY_RIGHT)
        self.seen.append(why)

    def conclude(self, text: str) -> Conclusion:
        lost = f"; {'; '.join(self.seen[:3])}" if self.seen else ""
        return Conclusion(None, tuple(sorted(self.rights)), tuple(sorted(self.assumes)), text + lost)


class _Accounts:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def _spec(self, name: str) -> CalleeSpec:
        return self._scope.table.callees[name]

    def program(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  there is one program
        """Every call of every mapping function in scope, whatever it is reached through."""
        scope, total = self._scope, _Sum(ask)
        counted = 0
        for name in scope.callees():
            if self._spec(name).role in ASKING:
                counted += 1
                total.add(Claim("uses", f"{name}={name}"))
        total.add(Claim("assembly"))
        total.add(Claim("pasting"))
        total.add(Claim("lookups"))
        total.add(Claim("texts"))
        total.add(Claim("loads"))
        total.assumes |= {EXTERNAL, *(f"{NOT_READ} {name}" for name in self._not_read())}
        return total.conclude(f"all mentions of {counted} mapping functions in {len(scope.paths)} files")

    def _not_read(self) -> list[str]:
        """Files that are included in quotes and are none of those in scope."""
        have = {path.rpartition("/")[2] for path in self._scope.paths}
        found: set[str] = set()
        for text in self._scope.holding("include"):
            for start, end, kind in text.directives:
                quoted = _QUOTED.search(text.data, start, end) if kind.startswith("include") else None
                if quoted is not None and quoted[1].rpartition(b"/")[2].decode("utf-8", "surrogateescape") not in have:
                    found.add(quoted[1].decode("utf-8", "surrogateescape"))
        return sorted(found)

    def uses(self, claim: Claim, ask: Ask) -> Conclusion:
        """Every mention of a name (``name=primitive``) that stands for a mapping function."""
        scope, total = self._scope, _Sum(ask)
        name, _, primitive = claim.name.partition("=")
        calls = 0
        for text, offset in scope.mentions(name):
            kind, found = self._mention(text, offset, name, primitive)
            calls += kind == "call"
            if kind == "lost":
                total.lost(f"{name} is used at {text.place(offset)} in a way that is not followed")
            elif found is not None:
                total.add(found)
        return total.conclude(f"{name}: every mention looked at, {calls} calls")

    def _mention(self, text: Text, offset: int, name: str, primitive: str) -> tuple[str, Claim | None]:  # noqa: PLR0911  one per kind of mention
        """What a mention is, and the claim that accounts for it."""
        directive = text.directive_at(offset)
        if directive is not None and directive[2] != "define":
            return ("directive" if directive[2] in IGNORED else "lost"), None
        within = text.definition_at(offset)
        if directive is not None and within is None:
            return "directive", None  # the name that is defined: it means what its body says, or something else
        opening = text.token_at(offset + len(name))
        if opening is not None and opening.text == "(" and not self._is_cast(text, offset):
            if within is None and is_declaration(self._scope, text, offset, name):
                return "declaration", None
            return "call", Claim("call", primitive, text.path, offset, opening.start)
        if within is not None:
            if within.name == name:
                return "itself", None
            whole = _bare(text, within)
            return ("alias", Claim("uses", f"{within.name}={primitive}")) if whole == [name] else ("lost", None)
        before = text.before(offset, 1)
        if before and before[-1].text in {".", "->", "struct", "union", "enum"}:
            return "other", None
        if opening is not None and opening.text == ":" and before and before[-1].text in {";", "{", "}"}:
            return "label", None
        slot = table_slot(text, offset)
        if slot is not None and self._spec(primitive).role is not Role.PROTECT:
            return "slot", Claim("slot-uses", f"{slot[0]}#{slot[1]}={primitive}", text.path, slot[2], slot[3])
        return "lost", None

    def _is_cast(self, text: Text, offset: int) -> bool:
        before = text.before(offset, 1)
        return bool(before) and before[-1].text in {".", "->"}

    def slot_uses(self, claim: Claim, ask: Ask) -> Conclusion:
        """Every mention of a table of function pointers (``table#slot=primitive``) in one of whose slots one stands."""
        scope, total = self._scope, _Sum(ask)
        place, _, primitive = claim.name.partition("=")
        table, _, slot = place.rpartition("#")
        home = scope.text(claim.path)
        arms = home.arms(claim.start)
        others = [at for at in home.mentions(table) if defines_table(home, at, table) and at != claim.start]
        for text, offset in scope.mentions(table):
            if text is home and claim.start <= offset < claim.start + len(table):
                continue
            if text is home and any(surely_other(home, at, arms, offset) for at in others):
                continue
            self._table_mention(text, offset, table, slot, primitive, total)
        return total.conclude(
            f"{table}[{slot}] at {home.place(claim.start)} holds {primitive}: every mention of {table}"
        )

    def _table_mention(  # noqa: PLR0911  one per kind of mention
        self, text: Text, offset: int, table: str, slot: str, primitive: str, total: _Sum
    ) -> None:
        directive = text.directive_at(offset)
        if directive is not None and directive[2] in IGNORED:
            return
        following = text.token_at(offset + len(table))
        if following is None or following.text != "[":
            if not only_measured(self._scope, text, offset) and not defines_table(text, offset, table):
                total.lost(f"{table} is handed on at {text.place(offset)}")
            return
        spans = bracketed(text, following.start)
        if spans is None:
            total.lost(f"{table} at {text.place(offset)} is not followed")
            return
        index = [token.text for token in text.tokens(*spans)]
        if len(index) == 1 and index[0].isdecimal() and index[0] != slot:
            return
        after = text.token_at(spans[1] + 1)
        if after is None or after.text != ".":
            if not only_measured(self._scope, text, offset) and not defines_table(text, offset, table):
                total.lost(f"an entry of {table} is handed on at {text.place(offset)}")
            return
        member = text.token_at(after.end)
        if member is None:
            return
        within = text.definition_at(offset)
        if within is not None and ends_with_member(text, within, table):
            total.add(Claim("uses", f"{within.name}={primitive}"))
            return
        self._entry_read(text, offset, member, primitive, total)

    def _entry_read(self, text: Text, offset: int, member: Token, primitive: str, total: _Sum) -> None:
        """An entry's member is called, assigned, or read to be kept; what is kept is taken never to be asked for x."""
        following = text.token_at(member.end)
        opening = following
        if opening is not None and opening.text == ")":
            opening = text.token_at(opening.end)
        if opening is not None and opening.text == "(" and following is not None:
            total.add(Claim("call", primitive, text.path, offset, opening.start))
        elif following is None or following.text not in {"=", "==", "!="}:
            total.assumes.add(f"{ADDRESS_KEPT} at {text.place(offset)}")

    def call(self, claim: Claim, ask: Ask) -> Conclusion:
        """What one call of a mapping function asks for. ``start`` is the callee's place, ``end`` its parenthesis."""
        scope, spec = self._scope, self._spec(claim.name)
        text = scope.text(claim.path)
        where = f"{spec.primitive or spec.name} at {text.place(claim.start)}"
        spans = arguments(text, claim.end)
        if spans is None or splits(scope, text, spans):
            return Conclusion(None, EVERY_RIGHT, (), f"the arguments of {where} are not in one piece")
        if spec.role is Role.SYSCALL:
            return self._by_number(spec, text, spans, where, ask)
        return self._asked(spec, text, spans, where, ask)

    def _asked(
        self, spec: CalleeSpec, text: Text, spans: list[tuple[int, int]], where: str, ask: Ask, shift: int = 0
    ) -> Conclusion:
        index = spec.argument if spec.role is Role.PERSONALITY else spec.protection
        if index is None:
            return self._without_mask(spec, where)
        if index + shift >= len(spans):
            return Conclusion(None, EVERY_RIGHT, (), f"{where} has too few arguments")
        found = ask(Claim("expression", "", text.path, *spans[index + shift]))
        word = found.word
        if word is None:
            return Conclusion(None, EVERY_RIGHT, found.assumes, where)
        if spec.role is Role.PERSONALITY:
            safe = word.exact is not None and not any(_sets_flag(number) for number in word.exact)
            return Conclusion(word, () if safe else EVERY_RIGHT, found.assumes, f"{where}: the flags")
        encoding = self._scope.table.encodings.get(spec.encoding)
        rights = word.protections(encoding) if encoding is not None else ProtSet(0xFF)
        kind, assumes = "", found.assumes
        if rights.may_execute and spec.role is Role.MAP and shift == 0:
            memory = ask(Claim("memory", spec.name, text.path, spans[0][0], spans[-1][1]))
            kind, assumes = memory.text, tuple(sorted({*assumes, *memory.assumes}))
        said = tuple(sorted(f"{kind}{right}" for right in rights))
        return Conclusion(word, said, assumes, f"{where} is asked for")

    def memory(self, claim: Claim, ask: Ask) -> Conclusion:
        """Whether a mapping call makes memory that nothing else shows (``own:``), or at least lies over nothing that
        is there (``view:``); empty when neither is plain. ``start`` and ``end`` hold its arguments."""
        spec, text = self._spec(claim.name), self._scope.text(claim.path)
        opening = text.data.rfind(b"(", 0, claim.start + 1)
        spans = arguments(text, opening) or []
        if spec.platform != "posix" or spec.address is None or spec.flags in {None, spec.protection}:
            return Conclusion(None, (), (), "")
        if max(spec.address, spec.flags or 0) >= len(spans):
            return Conclusion(None, (), (), "")
        flags = ask(Claim("expression", "", text.path, *spans[spec.flags or 0]))
        address = ask(Claim("expression", "", text.path, *spans[spec.address]))
        assumes = tuple(sorted({*flags.assumes, *address.assumes}))
        exact = flags.word.exact if flags.word is not None else None
        null = address.word is not None and address.word.exact == frozenset({0})
        if exact is None or not null or any(number & _FIXED for number in exact):
            return Conclusion(None, (), assumes, "")
        return Conclusion(None, (), assumes, OWN if all(number & _ANONYMOUS for number in exact) else VIEW)

    def views(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Whether all mapping calls in scope make memory of their own, so that none shows what another does; assumed
        where it is not seen."""
        shown: list[str] = []
        for name in self._scope.callees():
            role = self._spec(name).role
            if role in {Role.REMAP, Role.OBJECT}:
                shown.append(f"{name} may show memory twice")
            elif role in {Role.MAP, Role.SYSCALL}:
                shown += [where for where, own in self._mapped(name, name, ask, _DEPTH) if not own]
        text = "every mapping call makes memory of its own"
        return Conclusion(None, (), (ONE_VIEW,) if shown else (), f"not {text}: {shown[0]}" if shown else text)

    def _mapped(self, name: str, primitive: str, ask: Ask, depth: int) -> Iterator[tuple[str, bool]]:
        """Each mention of a mapping function, and whether it is a call that makes memory of its own, or none at all."""
        for text, offset in self._scope.mentions(name):
            kind, found = self._mention(text, offset, name, primitive)
            where = f"{primitive} at {text.place(offset)}"
            if kind == "call" and found is not None:
                spans = arguments(text, found.end)
                memory = Claim("memory", primitive, text.path, spans[0][0], spans[-1][1]) if spans else None
                yield where, memory is not None and ask(memory).text == OWN
            elif kind == "alias" and found is not None and depth:
                yield from self._mapped(found.name.partition("=")[0], primitive, ask, depth - 1)
            elif found is not None or kind == "lost":
                yield where, False

    def _without_mask(self, spec: CalleeSpec, where: str) -> Conclusion:
        if spec.fixed is not None:
            return Conclusion(
                None, tuple(str(right) for right in ProtSet.of([spec.fixed])), (), f"{where} always gives"
            )
        if spec.role is Role.MAP:
            return Conclusion(None, EVERY_RIGHT, (), f"{where} may ask for anything")
        return Conclusion(None, (), (), f"{where} gives no right that was not there")

    def _by_number(
        self, spec: CalleeSpec, text: Text, spans: list[tuple[int, int]], where: str, ask: Ask
    ) -> Conclusion:
        words = [token.text for token in text.tokens(*spans[spec.argument or 0])] if spans else []
        name = words[0] if len(words) == 1 else ""
        for prefix in ("SYS_", "__NR_"):
            called = name.removeprefix(prefix)
            if called != name and not self._scope.is_macro(name):
                other = self._scope.table.callees.get(called)
                if other is None:
                    return Conclusion(None, (), (), f"{where}: {called} maps nothing")
                return self._asked(other, text, spans, where, ask, (spec.argument or 0) + 1)
        return Conclusion(None, EVERY_RIGHT, (), f"{where}: which system call it makes is not plain")


def _sets_flag(number: int) -> bool:
    return number & _QUERY != _QUERY and bool(number & _READ_IMPLIES_EXEC)


def _bare(text: Text, definition: Definition) -> list[str]:
    """The words of a macro's body that are no cast and no parenthesis: one, if it stands for one name."""
    tokens = list(text.tokens(definition.body, definition.end))
    while len(tokens) > 1 and tokens[0].text == "(" and tokens[-1].text == ")":
        tokens = tokens[1:-1]
    return [token.text for token in tokens]
