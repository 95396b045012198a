"""What one mention of a variable does to it: reads it, gives it a value, or something that is not followed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.verify.scope import KEYWORDS, arguments

if TYPE_CHECKING:
    from mapproof.verify.scope import Scope
    from mapproof.verify.text import Definition, Text, Token

_COMPOUND: Final = frozenset({"|=", "&=", "^=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>="})
_MACRO_LIKE: Final = re.compile(r"[A-Z_]*[A-Z][A-Z0-9_]+")
_REACH: Final = 60
"""Tokens that are looked back over for the calls around a mention."""


@dataclass(frozen=True, slots=True)
class Effect:
    """``operator`` is ``=`` or a compound one without its ``=``; the value stands between two offsets. ``lost`` says
    why the mention can't be followed, and is empty where it can."""

    operator: str = ""
    start: int = 0
    end: int = 0
    lost: str = ""


def effect(scope: Scope, text: Text, offset: int, name: str, *, members: bool = False) -> Effect | None:
    """What the mention of a variable at an offset does; ``None`` for a read and for what isn't the variable.

    ``members``: what follows ``.`` or ``->`` is the variable too, as in a method's body it may go by its name alone.
    """
    directive = text.directive_at(offset)
    if directive is not None and directive[2] in IGNORED:
        return None
    if directive is not None:
        return _lost(text, offset, "a macro or a pragma mentions it")
    before = text.before(offset, 3)
    last = before[-1].text if before else ""
    following = text.token_at(offset + len(name))
    mark = following.text if following is not None else ""
    if last in {"struct", "union", "enum", "goto"} or (last in {".", "->"} and not members):
        return None
    if mark == "=" and following is not None:
        return _assigned(text, "=", following.end)
    if mark in _COMPOUND and following is not None:
        return _assigned(text, mark[:-1], following.end)
    reason = _touched(scope, text, offset, before, following)
    if not reason and last not in {".", "->"}:
        reason = _handed(scope, text, offset, last, mark)
    return _lost(text, offset, reason) if reason else None


IGNORED: Final = frozenset(
    {
        "if",
        "ifdef",
        "ifndef",
        "elif",
        "elifdef",
        "elifndef",
        "else",
        "endif",
        "undef",
        "error",
        "warning",
        "line",
        "include",
    }
)
"""Directives in which a name is neither given a value nor another name."""


def _touched(  # noqa: C901, PLR0911  one per way
    scope: Scope, text: Text, offset: int, before: list[Token], following: Token | None
) -> str:
    """Why the variable may be changed where it stands, without a call; empty where it can't."""
    last, mark = before[-1].text if before else "", following.text if following is not None else ""
    if mark in {"++", "--", "[", ".", "->", "(", "{"} or last in {"++", "--", "::"}:
        return f"it is used with {last if last in {'++', '--', '::'} else mark}"
    after = following
    while after is not None and after.text == ")":
        after = text.token_at(after.end)
    if after is not following and after is not None and after.text in {"=", "++", "--"} | _COMPOUND:
        return "it is given a value in parentheses"
    outer = text.before(offset, 12)
    while outer and (
        outer[-1].text in {"(", ".", "->"} or (len(outer) > 1 and outer[-2].text == "&" and outer[-1].kind == "word")
    ):
        if outer[-1].kind == "word":
            break
        outer.pop()
        if last in {".", "->"} and outer and outer[-1].kind == "word":
            outer.pop()
    if outer and outer[-1].text == "&" and not _is_operand(outer[:-1]):
        return "its address is taken"
    if outer and outer[-1].text in {"++", "--"}:
        return f"it is used with {outer[-1].text}"
    if not scope.cpp:
        return ""
    if last in {">>", "{"}:
        return f"it is used with {last}"
    if last in {"=", "return", ":", ","} and any(token.text in {"&", "&&"} for token in text.before(offset, 12)):
        return "it may be referred to by another name"
    return ""


def _lost(text: Text, offset: int, why: str) -> Effect:
    return Effect(lost=f"{why} at {text.place(offset)}")


def _is_operand(before: list[Token]) -> bool:
    """Whether an operand ends here, so that what follows is an operator of two."""
    if not before:
        return False
    token = before[-1]
    return token.kind == "number" or (token.kind == "word" and token.text not in KEYWORDS) or token.text == "]"


def _assigned(text: Text, operator: str, start: int) -> Effect:
    """The value that begins at an offset, up to the comma, semicolon or bracket that ends it."""
    end = value_end(text, start)
    if end is None or text.directives_between(start, end):
        return _lost(text, start, "it is given a value that no one build has in one piece")
    return Effect(operator, start, end)


def value_end(text: Text, start: int) -> int | None:
    """Where the expression that begins at an offset ends."""
    depth, questions = 0, 0
    for token in text.tokens(start, min(len(text.data), start + 4000)):
        if token.kind != "mark":
            continue
        if token.text in {"(", "[", "{"}:
            depth += 1
        elif token.text in {")", "]", "}"}:
            depth -= 1
            if depth < 0:
                return token.start
        elif depth == 0 and token.text == "?":
            questions += 1
        elif depth == 0 and token.text == ":":
            questions -= 1
            if questions < 0:
                return token.start
        elif depth == 0 and token.text in {";", ","}:
            return token.start
    return None


def _handed(scope: Scope, text: Text, offset: int, last: str, mark: str) -> str:  # noqa: C901  one per kind of callee
    """Why a call around the mention may change the variable; empty where none does."""
    depth = 0
    tokens = text.before(offset, _REACH)
    bare = last in {"(", ","} and mark in {")", ","}
    for number in range(len(tokens) - 1, -1, -1):
        token = tokens[number]
        if token.kind != "mark":
            continue
        if token.text in {";", "{", "}"} and depth == 0:
            return ""
        depth += (token.text in {")", "]"}) - (token.text in {"(", "["})
        if depth >= 0 or token.text != "(":
            depth = max(depth, 0) if depth < 0 else depth
            continue
        depth = 0
        callee = tokens[number - 1] if number else None
        if callee is None:
            continue
        if callee.kind == "text":
            return "assembly may write it"
        if callee.kind != "word" or callee.text in KEYWORDS:
            bare = bare and callee.text in {"(", ",", "="}
            continue
        if scope.is_macro(callee.text):
            if any(_changes(scope, d, text, token.start, offset) for d in scope.macros(callee.text)):
                return f"the macro {callee.text} may change it"
        elif callee.text not in scope.table.callees:
            if _MACRO_LIKE.fullmatch(callee.text):
                return f"{callee.text}() may be a macro that is not in scope"
            if bare and scope.cpp:
                return f"{callee.text}() may take it by reference"
        bare = False
    return ""


def _changes(scope: Scope, definition: Definition, text: Text, opening: int, offset: int) -> bool:
    """Whether a macro may change the argument that an offset lies in."""
    if definition.parameters is None:
        return False
    spans = arguments(text, opening)
    if spans is None:
        return True
    index = next((number for number, (start, end) in enumerate(spans) if start <= offset < end), None)
    if index is None or index >= len(definition.parameters) or "..." in definition.parameters:
        return True
    return changes_parameter(scope, definition, definition.parameters[index])


def changes_parameter(scope: Scope, definition: Definition, parameter: str) -> bool:
    """Whether a macro's body may store to a parameter, or hands it to another macro."""
    text = scope.text(definition.path)
    tokens = list(text.tokens(definition.body, definition.end))
    for number, token in enumerate(tokens):
        if token.text != parameter or token.kind != "word":
            continue
        around = [tokens[other].text if 0 <= other < len(tokens) else "" for other in (number - 1, number + 1)]
        while around[0] == "(" and around[1] == ")":  # a parameter in parentheses: look past them
            break
        outer = (
            [tokens[other].text if 0 <= other < len(tokens) else "" for other in (number - 2, number + 2)]
            if around == ["(", ")"]
            else around
        )
        for before, after in (tuple(around), tuple(outer)):
            if before in {"&", "++", "--", "#", "##"} or after in {"++", "--", "=", "##"} | _COMPOUND:
                return True
    words = {token.text for token in tokens if token.kind == "word"} - {definition.name}
    return any(scope.is_macro(word) for word in words)
