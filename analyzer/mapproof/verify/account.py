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
from mapproof.verify.layout import braces, statement
from mapproof.verify.scope import TYPES, arguments
from mapproof.verify.value import is_declaration

if TYPE_CHECKING:
    from mapproof.model.callee import CalleeSpec
    from mapproof.verify.claim import Ask, Rule
    from mapproof.verify.scope import Scope
    from mapproof.verify.text import Definition, Text, Token

ASKING: Final = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.OBJECT, Role.PERSONALITY, Role.SYSCALL})
"""Roles whose calls have a say in what memory may be."""

_PLAIN: Final = (
    rb"(?:\d+:\s*)?(?:(?:mfence|lfence|sfence|pause|nop|yield|rdtscp?|cpuid|mftb[ul]?|dmb|isb|dsb|lock|rep|mov[zsl]?[bwlq]*|"
    rb"xchg[bwlq]?|cmpxchg\w*|xadd[bwlq]?|add[bwlq]?|sub[bwlq]?|and[bwlq]?|x?or[bwlq]?|bs[fr][wlq]?|bswap[lq]?|ro[lr][bwlq]?|"
    rb"sh[lr]d?[bwlq]?|i?mul[lq]?|div[lq]?|adc[lq]?|sbb[lq]?|cmp[bwld]*|b(?:ne|eq|lt|gt)[-+]?|j(?:n?[ezbac]|ae|be)|set\w+|clz|rev|rbit)\b"
    rb"[^;\n]*)?"
)
"""An assembly line that neither traps, nor calls, nor holds data; a label may stand before it."""

_COUNTER: Final = re.compile(rb"\b(?:pc|r15|lr)\b", re.IGNORECASE)
"""Registers that an instruction jumps by when it writes them."""

_READ_IMPLIES_EXEC: Final = 0x0400000
_QUERY: Final = 0xFFFFFFFF

_FIXED: Final = 0x100010
_ANONYMOUS: Final = 0x20
"""MAP_FIXED, MAP_FIXED_NOREPLACE and MAP_ANONYMOUS (Linux asm-generic/mman-common.h)."""

OWN: Final = "own:"
VIEW: Final = "view:"
"""Marks of a right that only memory made by the call itself gets: anonymous memory, or a new view of an object."""

ADDRESS_KEPT: Final = "address-kept"
LOOKED_UP: Final = "looked-up"
NOT_READ: Final = "not-read"
_QUOTED: Final = re.compile(rb'include[ \t]*"([^"\n]+)"')
EXTERNAL: Final = "external-symbol"


def account_rules(scope: Scope) -> dict[str, Rule]:
    """The rules, by the kind of claim."""
    rules = _Accounts(scope)
    return {
        "program": rules.program,
        "uses": rules.uses,
        "slot-uses": rules.slot_uses,
        "call": rules.call,
        "memory": rules.memory,
        "assembly": rules.assembly,
        "pasting": rules.pasting,
        "lookups": rules.lookups,
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
        others = [at for at in home.mentions(table) if _defines_table(home, at, table) and at != claim.start]
        for text, offset in scope.mentions(table):
            if text is home and claim.start <= offset < claim.start + len(table):
                continue
            if text is home and any(_surely_other(home, at, arms, offset) for at in others):
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
            if not _only_measured(self._scope, text, offset) and not _defines_table(text, offset, table):
                total.lost(f"{table} is handed on at {text.place(offset)}")
            return
        spans = _bracketed(text, following.start)
        if spans is None:
            total.lost(f"{table} at {text.place(offset)} is not followed")
            return
        index = [token.text for token in text.tokens(*spans)]
        if len(index) == 1 and index[0].isdecimal() and index[0] != slot:
            return
        after = text.token_at(spans[1] + 1)
        if after is None or after.text != ".":
            if not _only_measured(self._scope, text, offset) and not _defines_table(text, offset, table):
                total.lost(f"an entry of {table} is handed on at {text.place(offset)}")
            return
        member = text.token_at(after.end)
        if member is None:
            return
        within = text.definition_at(offset)
        if within is not None and _ends_with_member(text, within, table):
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
        if spans is None:
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

    def assembly(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Every assembly statement: none calls anything or traps."""
        lost: list[str] = []
        count = 0
        for keyword in ("asm", "__asm", "__asm__", "_asm"):
            for text, offset in self._scope.mentions(keyword):
                count += 1
                if not _plain_assembly(text, offset, keyword):
                    lost.append(f"assembly at {text.place(offset)}")
        for text, offset in self._scope.mentions("_Pragma"):
            if re.match(rb"_Pragma\s*\(\s*\"[^\"]*\b(?:weak|redefine_extname)\b", text.data[offset : offset + 400]):
                lost.append(f"a second name at {text.place(offset)}")
        rights = EVERY_RIGHT if lost else ()
        return Conclusion(
            None, rights, (), f"{count} assembly statements{'; not plain: ' if lost else ''}{'; '.join(lost[:3])}"
        )

    def pasting(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Every macro that pastes tokens: none can spell a mapping function's name."""
        names = [n for n, spec in self._scope.table.callees.items() if spec.role in ASKING | {Role.RESOLVE}]
        chains = [
            (definition, chain)
            for text in self._scope.holding("##")
            for definition in text.definitions
            if b"##" in text.data[definition.body : definition.end]
            for chain in _chains(list(text.tokens(definition.body, definition.end)))
        ]
        for definition, chain in chains:
            parts = [self._pasted(definition, token, expanded=False, seen=set()) for token in chain]
            spelled = next((name for name in names if _spells(name, parts)), None)
            if spelled is not None:
                place = self._scope.text(definition.path).place(definition.start)
                return Conclusion(None, EVERY_RIGHT, (), f"{definition.name} at {place} may spell {spelled}")
        return Conclusion(None, (), (), f"{len(chains)} places paste tokens; none can spell a mapping function")

    def _pasted(self, definition: Definition, token: Token, *, expanded: bool, seen: set[str]) -> set[str]:
        """The words that a token in a macro's body may be when it is pasted."""
        if token.text not in (definition.parameters or ()):
            return self._expansions(token.text, set()) if expanded else {token.text}
        key = f"{definition.name}#{token.text}"
        if key in seen or definition.parameters is None:
            return set()
        seen.add(key)
        index = definition.parameters.index(token.text)
        words = {""}
        for text, offset in self._scope.mentions(definition.name):
            opening = text.token_at(offset + len(definition.name))
            spans = arguments(text, opening.start) if opening is not None and opening.text == "(" else None
            outer = text.definition_at(offset)
            for start, end in (spans or ())[index : index + 1] if "..." not in definition.parameters else spans or ():
                for given in text.tokens(start, end):
                    if outer is not None and given.text in (outer.parameters or ()):
                        words |= self._pasted(outer, given, expanded=True, seen=seen)
                    else:
                        words |= self._expansions(given.text, set()) if expanded else {given.text}
        return words

    def _expansions(self, word: str, seen: set[str]) -> set[str]:
        """A word, and the words of what it stands for as a macro."""
        if word in seen:
            return seen
        seen.add(word)
        for definition in self._scope.macros(word):
            text = self._scope.text(definition.path)
            for token in text.tokens(definition.body, definition.end):
                if token.kind in {"word", "number"}:
                    self._expansions(token.text, seen)
        return seen

    def lookups(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Every call that turns a name into a function: no literal in scope names a mapping function to it."""
        scope = self._scope
        assumes: set[str] = set()
        lost: list[str] = []
        for name, spec in sorted(scope.table.callees.items()):
            if spec.role is not Role.RESOLVE:
                continue
            for text, offset in scope.mentions(name):
                if text.directive_at(offset) is None and is_declaration(scope, text, offset, name):
                    continue
                given = _literal_argument(text, offset, name, spec.argument or 0)
                if given is None and _is_called(text, offset, name):
                    lost.append(f"a function of any name is looked up at {text.place(offset)}")
                elif given is None:
                    assumes.add(f"{LOOKED_UP} by {name} at {text.place(offset)}")
                elif given in scope.table.callees:
                    lost.append(f"{given} is looked up at {text.place(offset)}")
        if assumes:
            changing = {
                n for n, s in scope.table.callees.items() if s.role in {Role.PROTECT, Role.PERSONALITY, Role.SYSCALL}
            }
            for text in scope.holding('"'):
                lost += [
                    f"a literal names {literal[1:-1].decode()} at {text.place(at)}"
                    for at, literal in text.literals()
                    if literal[1:-1].decode("latin-1") in changing
                ]
        rights = EVERY_RIGHT if lost else ()
        return Conclusion(
            None,
            rights,
            tuple(sorted(assumes)),
            f"functions looked up by name{': ' if lost else ''}{'; '.join(lost[:3])}",
        )


def _sets_flag(number: int) -> bool:
    return number & _QUERY != _QUERY and bool(number & _READ_IMPLIES_EXEC)


def _bare(text: Text, definition: Definition) -> list[str]:
    """The words of a macro's body that are no cast and no parenthesis: one, if it stands for one name."""
    tokens = list(text.tokens(definition.body, definition.end))
    while len(tokens) > 1 and tokens[0].text == "(" and tokens[-1].text == ")":
        tokens = tokens[1:-1]
    return [token.text for token in tokens]


def _chains(tokens: list[Token]) -> list[list[Token]]:
    """The runs of tokens that a macro's body pastes together."""
    found: list[list[Token]] = []
    number = 1
    while number < len(tokens) - 1:
        if tokens[number].text != "##":
            number += 1
            continue
        chain = [tokens[number - 1], tokens[number + 1]]
        while number + 3 < len(tokens) and tokens[number + 2].text == "##":
            chain.append(tokens[number + 3])
            number += 2
        found.append(chain)
        number += 2
    return found


def _spells(name: str, parts: list[set[str]]) -> bool:
    """Whether one word of each set makes the name."""
    reached = {0}
    for part in parts:
        reached = {at + len(word) for at in reached for word in part if name.startswith(word, at)}
    return len(name) in reached


def _literal_argument(text: Text, offset: int, name: str, index: int) -> str | None:
    opening = text.token_at(offset + len(name))
    spans = arguments(text, opening.start) if opening is not None and opening.text == "(" else None
    if spans is None or index >= len(spans):
        return None
    tokens = list(text.tokens(*spans[index]))
    if len(tokens) == 1 and tokens[0].text.startswith('"') and "\\" not in tokens[0].text:
        return tokens[0].text[1:-1]
    return None


def _is_called(text: Text, offset: int, name: str) -> bool:
    """Whether a name is called, and the result not just returned."""
    opening = text.token_at(offset + len(name))
    words = [token.text for token in statement(text, offset, 0)]
    return opening is not None and opening.text == "(" and words[:1] != ["return"]


def _plain_assembly(text: Text, offset: int, keyword: str) -> bool:
    """Whether an assembly statement is a literal of instructions that neither trap nor call."""
    at = text.token_at(offset + len(keyword))
    while at is not None and at.text in {"volatile", "__volatile__", "__volatile", "inline", "__inline__"}:
        at = text.token_at(at.end)
    if at is not None and at.text == "{":
        end = text.data.find(b"}", at.end)
        lines = [line.partition(b";")[0] for line in text.data[at.end : max(end, 0)].splitlines()]
        if all(line.split()[:1] in ([], [b"rdtsc"], [b"cpuid"], [b"nop"], [b"ret"]) for line in lines):
            return end >= 0
        return end >= 0 and _all_plain(b"\n".join(lines))
    if at is None or at.text != "(":
        return False
    spans = arguments(text, at.start)
    literals: list[bytes] = []
    following = text.token_at(at.end)
    while following is not None and following.kind == "text":
        literals.append(following.text.encode("utf-8", "surrogateescape")[1:-1])
        following = text.token_at(following.end)
    if spans is None or not literals or following is None or following.text not in {":", ")", "::"}:
        return False
    return _all_plain(b"".join(literals))


def _all_plain(assembly: bytes) -> bool:
    lines = re.split(rb"\\n|\\t|;|\n", assembly.replace(b"\\\n", b"\n"))
    return all(re.fullmatch(_PLAIN, line.strip(), re.IGNORECASE) and not _COUNTER.search(line) for line in lines)


def table_slot(text: Text, offset: int) -> tuple[str, int, int, int] | None:
    """The table, slot number, and the places of its name and its brace, when a mention stands in an entry ``{ ... }``
    of an initializer ``name[] = { {...}, {...} }`` whose ``#if`` arms all have as many entries."""
    around = braces(text, offset)
    if not around or len(around) < 2:
        return None
    (outer, end), (inner, _) = around[-2], around[-1]
    before = text.before(outer, 5)
    if [token.text for token in before[-3:]] != ["[", "]", "="] or before[-4].kind != "word":
        return None
    index = _entry_number(text, outer, end, inner)
    return None if index is None else (before[-4].text, index, before[-4].start, outer)


def _entry_number(text: Text, outer: int, end: int, inner: int) -> int | None:
    """How many entries of a table come before one; ``None`` where that differs between builds."""
    count = 0
    depth = 0
    groups: list[tuple[int, list[int], bool]] = []
    directives = iter(text.directives_between(outer, end))
    coming = next(directives, None)
    for token in text.tokens(outer, end):
        while coming is not None and coming[0] < token.start:
            kind = coming[2]
            if kind in {"if", "ifdef", "ifndef"}:
                groups.append((count, [], False))
            elif kind.startswith("el") and groups:
                begin, ends, _ = groups.pop()
                groups.append((begin, [*ends, count], kind == "else"))
                count = begin
            elif kind == "endif" and groups:
                begin, ends, complete = groups.pop()
                if any(one != count for one in (ends if complete else [*ends, begin])):
                    return None
            coming = next(directives, None)
        if token.text == "{" and token.kind == "mark":
            if depth == 1 and token.start == inner:
                return count
            depth += 1
        elif token.text == "}" and token.kind == "mark":
            depth -= 1
            count += depth == 1
    return None


def _defines_table(text: Text, offset: int, table: str) -> bool:
    opening = text.token_at(offset + len(table))
    if opening is None or opening.text != "[":
        return False
    spans = _bracketed(text, opening.start)
    after = text.token_at(spans[1] + 1) if spans is not None else None
    return (
        after is not None
        and after.text in {"=", ";"}
        and text.directive_at(offset) is None
        and bool((before := text.before(offset, 1)) and (before[-1].text == "}" or before[-1].kind == "word"))
    )


def _surely_other(text: Text, other: int, own: tuple[int, ...], offset: int) -> bool:
    """Whether a mention is of the other definition of a name: wherever it is compiled, so is that definition."""
    arms, there = text.arms(other), text.arms(offset)
    return other < offset and arms == there[: len(arms)] and arms != own[: len(arms)]


def _bracketed(text: Text, opening: int) -> tuple[int, int] | None:
    inside = text.directive_at(opening)
    end = inside[1] if inside is not None else min(len(text.data), opening + 2000)
    depth = 0
    for token in text.tokens(opening, end):
        depth += (token.text == "[") - (token.text == "]")
        if depth == 0:
            return opening + 1, token.start
    return None


def _only_measured(scope: Scope, text: Text, offset: int) -> bool:
    """Whether a mention stands in ``sizeof(...)``, or in a macro that only measures its argument."""
    before = text.before(offset, 2)
    if len(before) < 2 or before[-1].text != "(":
        return False
    if before[-2].text == "sizeof":
        return True
    definitions = scope.macros(before[-2].text)
    return bool(definitions) and all(
        definition.parameters is not None
        and len(definition.parameters) == 1
        and _measures(scope.text(definition.path), definition)
        for definition in definitions
    )


def _measures(text: Text, definition: Definition) -> bool:
    tokens = list(text.tokens(definition.body, definition.end))
    parameter = definition.parameters[0] if definition.parameters else ""
    return all(
        number > 1 and tokens[number - 1].text == "(" and tokens[number - 2].text == "sizeof"
        for number, token in enumerate(tokens)
        if token.text == parameter
    ) and all(token.text in {parameter, "sizeof"} or token.text in TYPES for token in tokens if token.kind == "word")


def _ends_with_member(text: Text, definition: Definition, table: str) -> bool:
    """Whether a macro's body is an entry's member, cast or not, and nothing after it."""
    tokens = list(text.tokens(definition.body, definition.end))
    while len(tokens) > 1 and tokens[-1].text == ")" and tokens[0].text == "(":
        tokens = tokens[1:-1]
    if len(tokens) < 6 or tokens[-1].kind != "word" or tokens[-2].text != ".":
        return False
    start = next((number for number, token in enumerate(tokens) if token.text == table), None)
    if start is None:
        return False
    depth = 0
    for token in tokens[:start]:
        depth += (token.text == "(") - (token.text == ")")
    closed = tokens[start - 1].text == ")" if start else True
    return depth == 0 and closed and tokens[-3].text == "]"
