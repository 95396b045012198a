"""Syntax that the grammars do not know, spelled so that they do, where that changes no meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import Kind, Token
from mapproof.frontends.c.marks import CHOICE
from mapproof.frontends.c.shape import closing

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADS: Final = frozenset({b"if", b"while", b"switch"})
_NO_MACRO: Final = frozenset({b"constexpr", b"consteval"})


def respelled(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with ``if M(x)`` as ``if (M(x))`` and C11's ``_Atomic(T)`` as ``__typeof__(T)``.

    The first is a macro that brings the parentheses along (``if likely(x)``) and whose definition is not at hand, or
    differs from build to build. The second is a type of its own in C (6.7.2.4p4), of the same values.
    """
    result: list[Token] = []
    closed: dict[int, Token] = {}
    for number, token in enumerate(tokens):
        following = tokens[number + 1].text if number + 1 < len(tokens) else b""
        if token.text == b"_Atomic" and following == b"(":
            result.append(token._replace(text=b"__typeof__"))
            continue
        if number and _brings_parentheses(token, following) and _is(tokens[number - 1], _HEADS):
            end = closing(tokens, number + 1)
            if end > 0:
                result.append(token._replace(kind=Kind.PUNCTUATOR, text=b"("))
                closed[end] = tokens[end]._replace(text=b")", space=0)
        result.append(token)
        if number in closed:
            result.append(closed[number])
    return result


def _brings_parentheses(token: Token, following: bytes) -> bool:
    name = token.kind is Kind.IDENTIFIER and token.text not in _NO_MACRO
    return following == b"(" and (name or token.text == CHOICE)


def _is(token: Token, words: frozenset[bytes]) -> bool:
    return token.kind is Kind.IDENTIFIER and token.text in words
