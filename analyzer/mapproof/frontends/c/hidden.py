"""Places where a mapping function may be called without its name standing there: pasted tokens and system call traps.

Both searches only widen what is lowered; what the code does there is decided on its expanded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.machine import KEYWORDS, TRAP, assembly, code_at, unaccounted
from mapproof.frontends.c.macro import definition_of
from mapproof.frontends.c.mention import Mention

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from mapproof.frontends.c.macro import MacroDefinition
    from mapproof.frontends.c.mention import MacroMention, Mentions
    from mapproof.frontends.c.source import Source

_WORD: Final = re.compile(rb"[A-Za-z_]\w*")
_CHOSEN: Final = re.compile(rb"\b(?:__)?ifunc(?:__)?\s*\(\s*\"(\w+)\"")
_SPAN: Final = 2000
"""Bytes of an assembly statement, or of a macro's arguments, that are looked at."""


def pasted(source: Source, callees: Iterable[str], mentions: Mentions) -> Iterator[Mention]:
    """Uses of macros that may paste one of the names together, with an argument that is a part of one or a macro.

    ``callees`` are the names of mapping functions and all names that lead to one.
    """
    if b"##" not in source.data:
        return
    names = [name.encode() for name in callees]
    for macro in _pasting(source, names):
        for used in mentions.closure(macro):
            for mention in mentions.code(used):
                if mention.source is source and _may_spell(mention, used, names):
                    yield mention


def _pasting(source: Source, names: list[bytes]) -> Iterator[str]:
    for number in sorted(number for numbers in source.definitions.values() for number in numbers):
        directive = source.directive(number)
        if directive.kind == "define" and b"##" in directive.text:
            definition = definition_of(source.data, directive.body, source.path, directive.start, directive.end)
            if definition is not None and definition.parameters and _may_paste(definition, names):
                yield definition.name


def _may_paste(definition: MacroDefinition, names: list[bytes]) -> bool:
    """Whether a chain of pasted tokens may become one of the names: what the body itself writes must be part of it."""
    parameters = {name.encode() for name in definition.parameters or ()}
    body = definition.body
    chain: list[bytes] = []
    for number, token in enumerate(body):
        joined = number + 1 < len(body) and body[number + 1].text == b"##"
        if token.text == b"##":
            continue
        chain.append(b"" if token.text in parameters else token.text)
        if joined:
            continue
        if len(chain) > 1 and any(_spelled(name, chain) for name in names):
            return True
        chain = []
    return False


def _spelled(name: bytes, chain: list[bytes]) -> bool:
    """Whether a name may be spelled by pieces, of which the empty ones may be anything."""
    pattern = b"".join(re.escape(piece) if piece else rb"\w*" for piece in chain)
    return re.fullmatch(pattern, name) is not None


def _may_spell(mention: Mention, macro: str, names: list[bytes]) -> bool:
    source = mention.source
    start = mention.offset + len(macro)
    end = source.data.find(b")", start, start + _SPAN)
    for word in set(_WORD.findall(source.data, start, end if end >= 0 else start + _SPAN)):
        if word in source.definitions:
            return True
        if len(word) > 1 and any(name.startswith(word) or name.endswith(word) for name in names if word != name):
            return True
    return False


def traps(source: Source) -> Iterator[Mention]:
    """Assembly statements that may make a system call."""
    for statement in assembly(source):
        chunk = source.chunk_at(statement.offset)
        if chunk is not None and statement.may_trap:
            yield Mention(source, statement.offset, chunk)


@dataclass(slots=True)
class _Standing:
    """What a macro stands for: the keyword of an assembly statement, a statement that may enter the kernel, or both."""

    keyword: bool = False
    enters: bool = False


def trapping_macros(mentions: Mentions) -> Iterator[tuple[str, Mention]]:
    """Uses of macros that stand for assembly which may make a system call: the instruction is in a definition on the
    way, or behind the use where the macro is but the keyword. Each with the macro's name."""
    standing = {keyword.decode(): _Standing(keyword=True) for keyword in KEYWORDS}
    queue = list(standing)
    for known in queue:
        for made in mentions.macros(known):
            here = _standing(made, known, standing[known])
            kept = standing.setdefault(made.macro, _Standing())
            if (here.keyword and not kept.keyword) or (here.enters and not kept.enters):
                kept.keyword, kept.enters = kept.keyword or here.keyword, kept.enters or here.enters
                queue.append(made.macro)
    for name, found in list(standing.items())[len(KEYWORDS) :]:
        for mention in mentions.code(name) if found.keyword or found.enters else ():
            if found.enters or _may_trap(mention.source.data, mention.offset + len(name)):
                yield name, mention


def _standing(made: MacroMention, known: str, what: _Standing) -> _Standing:
    """What a definition that mentions such a macro stands for itself."""
    text = made.directive.text
    ends = [place.end() for place in re.finditer(rb"(?<![\w$])" + re.escape(known.encode()) + rb"(?![\w$])", text)]
    return _Standing(
        keyword=what.keyword and any(code_at(text, end) is None for end in ends),
        enters=what.enters or (what.keyword and any(_may_trap(text, end) for end in ends)),
    )


def _may_trap(data: bytes, offset: int) -> bool:
    """Whether a keyword that ends there begins a statement that may enter the kernel."""
    code = code_at(data, offset)
    return code is not None and (TRAP.search(code[0]) is not None or not code[1])


def unaccounted_code(source: Source, callees: Container[str], leading: Container[str]) -> Iterator[tuple[int, str]]:
    """Places of machine code and of names of which it is not known what they do, and why that may matter.

    ``callees`` are the names of mapping functions, ``leading`` all names that lead to one.
    """
    for statement in assembly(source):
        why = unaccounted(statement, callees)
        if why:
            yield statement.offset, why
    for found in _CHOSEN.finditer(source.data) if b"ifunc" in source.data else ():
        if found[1].decode("utf-8", "replace") in leading and source.is_code(found.start()):
            yield found.start(), f"{found[1].decode('utf-8', 'replace')}() chooses what a function is"
