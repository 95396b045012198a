"""Tokens written out as one text for the parser, with the way back from each byte to its token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mapproof.frontends.c.lexeme import Kind, Token
from mapproof.frontends.c.marks import CHOICE, PREFIX, group_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLOSERS: Final = frozenset({b")", b"]", b"}"})
_STATEMENT_WORDS: Final = frozenset({b"return", b"="})


class Mark(NamedTuple):
    """Where a mark stands in the text: its group and the arm, -1 for the end of a group, -2 for a choice."""

    offset: int
    length: int
    group: int
    arm: int


END_OF_GROUP: Final = -1
CHOICE_OF_GROUP: Final = -2


class Text(NamedTuple):
    """``data`` is the text; token *i* starts at byte ``starts[i]``; ``marks`` in order."""

    data: bytes
    tokens: list[Token]
    starts: list[int]
    marks: list[Mark]


class _Brackets:
    """Which brackets are open: ``(``, ``[``, ``{`` of a block, ``i`` for the brace of an initializer."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.values: list[bool] = [False]
        self.before = b""

    def see(self, text: bytes) -> None:
        """Follow one punctuator or word."""
        if text == b"{":
            self._push("i" if self._is_initializer() else "{")
        elif text in (b"(", b"["):
            self._push(text.decode())
        elif text in _CLOSERS:
            if self.open:
                self.open.pop()
                self.values.pop()
        elif text == b";":
            self.values[-1] = False
        elif text in _STATEMENT_WORDS:
            self.values[-1] = True
        if text == b"}" and self.open[-1:] == ["{"]:
            self.values[-1] = False
        self.before = text

    def _push(self, kind: str) -> None:
        self.open.append(kind)
        self.values.append(False)

    def _is_initializer(self) -> bool:
        if self.before == b"(":
            return False
        return self.before == b"=" or bool(self.open and self.open[-1] != "{") or self.values[-1]

    @property
    def separator(self) -> bytes:
        """What follows a mark here."""
        return b";" if not self.open or self.open[-1] == "{" else b","


def written(tokens: Sequence[Token]) -> Text:
    """Write tokens out. Words of the input that look like our marks are renamed, so that no input can forge one."""
    pieces: list[bytes] = []
    starts: list[int] = []
    marks: list[Mark] = []
    brackets = _Brackets()
    length = 0
    before: Token | None = None
    for number, token in enumerate(tokens):
        text, gap = token.text, _gap(before, token)
        pieces.append(gap)
        length += len(gap)
        starts.append(length)
        if token.kind is Kind.MARK:
            text += _mark(tokens, number, length, marks, brackets)
        elif token.kind is Kind.IDENTIFIER and text.startswith(PREFIX):
            text = b"_" + text
        brackets.see(text)
        pieces.append(text)
        length += len(text)
        before = token
    return Text(b"".join(pieces), list(tokens), starts, marks)


def _mark(tokens: Sequence[Token], number: int, offset: int, marks: list[Mark], brackets: _Brackets) -> bytes:
    """Note a mark; what is to be written after it."""
    token = tokens[number]
    found = group_of(token)
    if found is None:
        marks.append(Mark(offset, len(CHOICE), int(tokens[number + 2].text), CHOICE_OF_GROUP))
        return b""
    group, arm = found
    marks.append(Mark(offset, token.text.index(b"("), group, END_OF_GROUP if arm is None else arm))
    return brackets.separator


def _gap(before: Token | None, token: Token) -> bytes:
    """The white space before a token: as it was, and wherever two tokens come together that did not stand so."""
    if before is None:
        return b""
    if token.space:
        return b"\n" if token.space == 2 else b" "
    together = before.end == token.start and not before.macros and not token.macros
    return b"" if together else b" "
