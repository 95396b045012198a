"""Rules about calls whose name does not stand where they are made: assembly, pasted tokens, names looked up.

Each concludes that there is none, or that anything may be asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.model.callee import Role
from mapproof.verify.claim import EVERY_RIGHT, Claim, Conclusion
from mapproof.verify.effect import IGNORED
from mapproof.verify.layout import statement
from mapproof.verify.scope import ASKING, arguments
from mapproof.verify.value import is_declaration

if TYPE_CHECKING:
    from mapproof.verify.claim import Ask, Rule
    from mapproof.verify.scope import Scope
    from mapproof.verify.text import Definition, Text, Token

LOOKED_UP: Final = "looked-up"

_PLAIN: Final = (
    rb"(?:\d+:\s*)?(?:(?:mfence|lfence|sfence|pause|nop|yield|rdtscp?|cpuid|mrs|rdcycle|rdtime|mftb[ul]?|dmb|isb|dsb|lock|rep|mov[zsl]?[bwlq]*|"
    rb"xchg[bwlq]?|cmpxchg\w*|xadd[bwlq]?|add[bwlq]?|sub[bwlq]?|and[bwlq]?|x?or[bwlq]?|bs[fr][wlq]?|bswap[lq]?|ro[lr][bwlq]?|"
    rb"sh[lr]d?[bwlq]?|i?mul[lq]?|div[lq]?|adc[lq]?|sbb[lq]?|cmp[bwld]*|b(?:ne|eq|lt|gt)[-+]?|j(?:n?[ezbac]|ae|be)|set\w+|clz|rev|rbit)\b"
    rb"[^;\n]*)?"
)
"""An assembly line that neither traps, nor calls, nor holds data; a label may stand before it."""

_LITERAL: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OPERAND: Final = re.compile(rb"(?:[,\s$(\[*])([A-Za-z_]\w{2,})(?=\s*(?:\(%|[-+,)\]\"\\;]))")
"""A symbol among the operands: before a register in parentheses, or alone."""

_BESIDE: Final = re.compile(rb"\s*\)*\s*[-+^|&*/%](?![&|=])")
"""An operator after a name that is not called."""

_COUNTER: Final = re.compile(rb"\b(?:pc|r15|lr)\b", re.IGNORECASE)
"""Registers that an instruction jumps by when it writes them."""


def unseen_rules(scope: Scope) -> dict[str, Rule]:
    """The rules, by the kind of claim."""
    rules = _Unseen(scope)
    return {"assembly": rules.assembly, "pasting": rules.pasting, "lookups": rules.lookups}


class _Unseen:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def assembly(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Every assembly statement: none calls anything or traps."""
        lost: list[str] = []
        count = 0
        for keyword in ("asm", "__asm", "__asm__", "_asm"):
            for text, offset in self._scope.mentions(keyword):
                directive = text.directive_at(offset)
                if directive is not None and directive[2] in IGNORED:
                    continue
                count += 1
                if not _plain_assembly(text, offset, keyword) or self._names_object(text, offset, keyword):
                    lost.append(f"assembly at {text.place(offset)}")
        for text, offset in self._scope.mentions("_Pragma"):
            if re.match(rb"_Pragma\s*\(\s*\"[^\"]*\b(?:weak|redefine_extname)\b", text.data[offset : offset + 400]):
                lost.append(f"a second name at {text.place(offset)}")
        rights = EVERY_RIGHT if lost else ()
        return Conclusion(
            None, rights, (), f"{count} assembly statements{'; not plain: ' if lost else ''}{'; '.join(lost[:3])}"
        )

    def _names_object(self, text: Text, offset: int, keyword: str) -> bool:
        """Whether an operand that the assembly spells out is a word that stands in code as well."""
        at = text.data.find(b"(", offset + len(keyword))
        spans = arguments(text, at) if at >= 0 else None
        if not spans:
            return False
        literals = b" ".join(_LITERAL.findall(text.data, *spans[0]))
        named = {word.decode("latin-1") for word in _OPERAND.findall(literals)}
        return any(self._scope.mentions(word) for word in sorted(named))

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

    def _computed_from(self) -> list[str]:
        """The unmapping functions of whose addresses others are made; of mapping functions each mention is followed."""
        names = sorted(name for name, spec in self._scope.table.callees.items() if spec.role is Role.UNMAP)
        return [
            name
            for name in names
            if any(_BESIDE.match(text.data, at + len(name)) for text, at in self._scope.mentions(name))
        ]

    def lookups(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Every call that turns a name into a function: no literal in scope names a mapping function to it."""
        scope = self._scope
        assumes: set[str] = set()
        lost = [f"something is computed from the address of {name}" for name in self._computed_from()]
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
    if opening is None or opening.text != "(":
        return False
    words = [token.text for token in statement(text, offset, 0)]
    spans = arguments(text, opening.start)
    after = text.token_at(spans[-1][1] + 1) if spans else None
    while after is not None and after.text == ")":
        after = text.token_at(after.end)
    return words[:1] != ["return"] or after is None or after.text != ";"


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
