"""GNU ``goto *address;``, rewritten as an assignment to a name of our own: the grammar does not know it.

What the grammar makes of it depends on what follows, and control would seem to go on behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPUTED_GOTO: Final = b"__mapproof_goto"
"""The name that stands for ``goto``; no input can spell it, see ``text.py``."""


def with_assignments(tokens: Sequence[Token]) -> list[Token]:
    """The same tokens, ``goto *`` written as ``__mapproof_goto =``."""
    result = list(tokens)
    for number, token in enumerate(tokens[:-1]):
        if token.text == b"goto" and token.kind is Kind.IDENTIFIER and tokens[number + 1].text == b"*":
            result[number] = token._replace(kind=Kind.OTHER, text=COMPUTED_GOTO)
            result[number + 1] = tokens[number + 1]._replace(text=b"=")
    return result
