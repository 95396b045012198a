"""Whether a macro's text keeps together where it is put: C replaces tokens, so ``4 | 1`` beside ``& 3`` falls apart."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from mapproof.verify.scope import arguments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.verify.scope import Scope
    from mapproof.verify.text import Definition, Text, Token


class Shape(IntEnum):
    """How well a text keeps together: always; beside ``|`` alone; only with nothing beside it; it makes more than one
    argument of itself."""

    CLOSED = 0
    ALTERNATIVES = 1
    OPEN = 2
    COMMA = 3


_DEPTH: Final = 8
_BEFORE: Final = frozenset({"", "(", ",", "=", "?", ":", "return", "|=", "&=", ";", "{", "}"})
_AFTER: Final = frozenset({"", ")", ",", ";", ":", "}"})
"""What may stand beside an expression without taking a part of it."""


def shape(scope: Scope, text: Text, start: int, end: int, depth: int = 0) -> Shape:
    """The shape of the text between two offsets, with every macro in it replaced by any of its definitions."""
    if depth > _DEPTH:
        return Shape.COMMA
    tokens = list(text.tokens(start, end))
    outer = _outer(tokens)
    if outer is None:
        return Shape.COMMA
    while outer and outer[0].text in {"~", "-", "+", "!"} and outer[0].kind == "mark":
        outer = outer[1:]
    found = Shape.CLOSED
    marks = {token.text for token in outer if token.kind == "mark" and token.text not in {".", "->", "(", "[", "::"}}
    words = [token for token in outer if token.kind == "word"]
    inner = max((_word(scope, text, token, depth) for token in words), default=Shape.CLOSED)
    if "," in marks or inner is Shape.COMMA:
        return Shape.COMMA
    if marks:
        found = Shape.ALTERNATIVES if marks == {"|"} and inner <= Shape.ALTERNATIVES else Shape.OPEN
    elif tokens and tokens[0].text == "(" and len(outer) > 1:
        found = Shape.OPEN  # a cast, or a call of what stands in parentheses
    return max(found, inner)


def _outer(tokens: list[Token]) -> list[Token] | None:
    """The tokens that stand in no bracket, an opening one for each group; ``None`` where brackets don't match."""
    depth = 0
    found: list[Token] = []
    for token in tokens:
        if token.kind == "mark" and token.text in {")", "]", "}"}:
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0:
            found.append(token)
        if token.kind == "mark" and token.text in {"(", "[", "{"}:
            depth += 1
    return found if depth == 0 else None


def _word(scope: Scope, text: Text, token: Token, depth: int) -> Shape:
    """The shape of what a word is replaced by; itself, where it is no macro and no parameter of one."""
    within = text.definition_at(token.start)
    if within is not None and within.parameters is not None and token.text in within.parameters:
        return parameter_shape(scope, within, token.text, depth + 1)
    if within is not None and within.name == token.text:
        return Shape.CLOSED
    return of_definitions(scope, scope.macros(token.text), depth + 1)


def of_definitions(scope: Scope, definitions: Iterable[Definition], depth: int = 0) -> Shape:
    """The worst shape of any of these bodies."""
    bodies = [(scope.text(one.path), one.body, one.end) for one in definitions]
    return max((shape(scope, text, start, end, depth) for text, start, end in bodies), default=Shape.CLOSED)


def parameter_shape(scope: Scope, definition: Definition, parameter: str, depth: int = 0) -> Shape:
    """The worst shape of what any use of a macro gives as one of its arguments."""
    if depth > _DEPTH or definition.parameters is None:
        return Shape.COMMA
    index = definition.parameters.index(parameter)
    worst = Shape.CLOSED
    for text, offset in scope.mentions(definition.name):
        opening = text.token_at(offset + len(definition.name))
        spans = arguments(text, opening.start) if opening is not None and opening.text == "(" else None
        if spans is not None and index < len(spans):
            worst = max(worst, shape(scope, text, *spans[index], depth))
    return worst


def splits(scope: Scope, text: Text, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a call may have other arguments than the commas in its text say, because a macro has commas too."""
    return any(shape(scope, text, start, end) is Shape.COMMA for start, end in spans)


def keeps(scope: Scope, text: Text, start: int, end: int, found: Shape) -> bool:
    """Whether a text of this shape keeps together where it replaces what stands between two offsets."""
    definition = text.definition_at(start)
    before = text.before(start, 1)
    first = before[-1].text if before and (definition is None or before[-1].start >= definition.body) else ""
    after = text.token_at(end)
    last = after.text if after is not None and (definition is None or after.end <= definition.end) else ""
    if found is Shape.CLOSED:
        return True
    if found is Shape.COMMA:
        return False
    beside = {"|"} if found is Shape.ALTERNATIVES else set()
    if definition is not None and (not first or not last):
        # at an end of a macro's body: what stands there depends on where that macro is used
        outer = of_definitions(scope, [definition])
        if found is Shape.OPEN and outer is not Shape.OPEN:
            return False
    return (first in _BEFORE or first in beside) and (
        last in _AFTER or last in beside or (last == "?" and bool(beside))
    )
