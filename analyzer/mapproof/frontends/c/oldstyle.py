"""Functions whose parameters are declared between ``)`` and ``{`` (C11 6.9.1p6), rewritten as prototypes.

The grammar does not know them. Every token keeps its origin; only the order changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.lexeme import Kind, Token
from mapproof.frontends.c.shape import closing

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_prototype(tokens: Sequence[Token]) -> list[Token] | None:
    """The same function with its parameters declared in the parentheses; ``None`` if it is no such function."""
    opening = next((number for number, token in enumerate(tokens) if token.text == b"("), -1)
    body = next((number for number, token in enumerate(tokens) if token.text == b"{"), -1)
    end = closing(tokens, opening) if opening > 0 else -1
    if not opening < end < body - 1 or tokens[body - 1].text != b";":
        return None
    names = list(tokens[opening + 1 : end])
    identifiers, commas = names[::2], names[1::2]
    if len(names) % 2 == 0 or any(token.kind is not Kind.IDENTIFIER for token in identifiers):
        return None
    if any(token.text != b"," for token in commas) or any(token.kind is Kind.MARK for token in tokens[end:body]):
        return None
    declared = _declared(tokens[end + 1 : body])
    parameters: list[Token] = []
    for number, name in enumerate(identifiers):
        if number:
            parameters.append(commas[number - 1])
        parameters.extend(declared.get(name.text, [name._replace(text=b"int"), name._replace(space=1)]))
    return [*tokens[: opening + 1], *parameters, tokens[end], *tokens[body:]]


def _declared(tokens: Sequence[Token]) -> dict[bytes, list[Token]]:
    """For each name that the declarations declare, the tokens that declare it alone."""
    found: dict[bytes, list[Token]] = {}
    declaration: list[Token] = []
    for token in tokens:
        if token.text != b";":
            declaration.append(token)
            continue
        specifiers: list[Token] | None = None
        for part in _parts(declaration):
            if specifiers is None:
                split = _declarator_start(part)
                specifiers, declarator = part[:split], part[split:]
            else:
                declarator = part
            name = _name_in(declarator)
            if name is not None:
                found[name] = [*specifiers, *declarator]
        declaration = []
    return found


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    """Split at the commas outside of brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in (b"(", b"[")) - (token.text in (b")", b"]"))
        if token.text == b"," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _declarator_start(part: Sequence[Token]) -> int:
    """Where the first declarator begins: at a ``*`` or ``(``, else at the last name before any ``[``."""
    for number, token in enumerate(part):
        if token.text in (b"*", b"("):
            return number
        if token.text == b"[":
            return max(0, number - 1)
    return max(0, len(part) - 1)


def _name_in(declarator: Sequence[Token]) -> bytes | None:
    """The name that a declarator declares: its first word that is no qualifier."""
    qualifiers = (b"const", b"volatile", b"restrict", b"__restrict", b"register")
    for token in declarator:
        if token.kind is Kind.IDENTIFIER and token.text not in qualifiers:
            return token.text
    return None
