"""Tables of function pointers in C text: which slot a function stands in, and what a mention of the table does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.verify.layout import braces
from mapproof.verify.scope import TYPES

if TYPE_CHECKING:
    from mapproof.verify.scope import Scope
    from mapproof.verify.text import Definition, Text


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


def defines_table(text: Text, offset: int, table: str) -> bool:
    """Whether a mention is ``type table[...] =`` or ``... ;``: where the table itself is declared."""
    opening = text.token_at(offset + len(table))
    if opening is None or opening.text != "[":
        return False
    spans = bracketed(text, opening.start)
    after = text.token_at(spans[1] + 1) if spans is not None else None
    return (
        after is not None
        and after.text in {"=", ";"}
        and text.directive_at(offset) is None
        and bool((before := text.before(offset, 1)) and (before[-1].text == "}" or before[-1].kind == "word"))
    )


def surely_other(text: Text, other: int, own: tuple[int, ...], offset: int) -> bool:
    """Whether a mention is of the other definition of a name: wherever it is compiled, so is that definition."""
    arms, there = text.arms(other), text.arms(offset)
    return other < offset and arms == there[: len(arms)] and arms != own[: len(arms)]


def bracketed(text: Text, opening: int) -> tuple[int, int] | None:
    """The span between a bracket and the one that closes it."""
    inside = text.directive_at(opening)
    end = inside[1] if inside is not None else min(len(text.data), opening + 2000)
    depth = 0
    for token in text.tokens(opening, end):
        depth += (token.text == "[") - (token.text == "]")
        if depth == 0:
            return opening + 1, token.start
    return None


def only_measured(scope: Scope, text: Text, offset: int) -> bool:
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


def ends_with_member(text: Text, definition: Definition, table: str) -> bool:
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
