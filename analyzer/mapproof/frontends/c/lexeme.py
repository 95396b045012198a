"""Preprocessing tokens (C11 6.4): what macros are made of and conditions are read from."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from mapproof.frontends.c.macro import MacroDefinition

COMMENT: Final = rb"//[^\\\n]*+(?:\\(?:\r\n|.)?[^\\\n]*+)*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?"
"""A comment; one that is never closed runs to the end of the file."""
STRING: Final = rb'"[^"\\\n]*+(?:\\(?:\r\n|.)[^"\\\n]*+)*+"'
CHARACTER: Final = rb"'[^'\\\n]*+(?:\\(?:\r\n|.)[^'\\\n]*+)*+'"
SPACE: Final = rb"[ \t\r\n\f\v\0]++|\\[ \t]*\r?\n|" + COMMENT

_RAW_OPEN: Final = re.compile(rb'R"([^()\\\s"]{0,16})\(')
_TOKEN: Final = re.compile(
    rb"(?P<space>(?:[ \t\r\n\f\v\0]++|\\[ \t]*\r?\n|" + COMMENT + rb")++)"
    rb"|(?P<string>(?:u8|[uUL])?" + STRING + rb")"
    rb"|(?P<character>(?:u8|[uUL])?" + CHARACTER + rb")"
    rb'|(?P<raw>(?:u8|[uUL])?R"[^()\\\s"]{0,16}\()'
    rb"|(?P<identifier>[A-Za-z_$\x80-\xff](?:[\w$\x80-\xff]++|\\\r?\n(?=[\w$]))*+)"
    rb"|(?P<number>\.?[0-9](?:[eEpP][+-]|'(?=[0-9A-Za-z_])|[\w.\x80-\xff])*+)"
    rb"|(?P<punctuator>%:%:|\.\.\.|<<=|>>=|->\*?|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\#\#|::|<:|:>|<%|%>|%:"
    rb"|[][(){}.&*+\-~!/%<>^|?:;=,\#@`])"
    rb"|(?P<other>.)",
    re.DOTALL,
)
_SPLICE: Final = re.compile(rb"\\[ \t]*\r?\n")
_DIGRAPHS: Final = {b"<:": b"[", b":>": b"]", b"<%": b"{", b"%>": b"}", b"%:": b"#", b"%:%:": b"##"}


class Kind(IntEnum):
    """What a token is. MARK is a token of our own that stands for an ``#if`` arm; PLACE an empty macro argument."""

    IDENTIFIER = 0
    NUMBER = 1
    STRING = 2
    CHARACTER = 3
    PUNCTUATOR = 4
    OTHER = 5
    MARK = 6
    PLACE = 7


_KINDS: Final = {
    "identifier": Kind.IDENTIFIER,
    "number": Kind.NUMBER,
    "string": Kind.STRING,
    "raw": Kind.STRING,
    "character": Kind.CHARACTER,
    "punctuator": Kind.PUNCTUATOR,
    "other": Kind.OTHER,
}


class Token(NamedTuple):
    """One preprocessing token.

    ``start`` and ``end`` are byte offsets into the file it was read from; for a token out of a macro's body they
    become those of the outermost invocation. ``space`` is 0 where it follows the preceding token directly, 1 after
    white space, 2 after a line end. ``hidden`` are macros that may not expand it any more (C11 6.10.3.4p2),
    ``macros`` those it came through, outermost first, and ``definition`` the one whose body holds it.
    """

    kind: Kind
    text: bytes
    start: int
    end: int
    space: int = 0
    hidden: frozenset[bytes] = frozenset()
    macros: tuple[str, ...] = ()
    definition: MacroDefinition | None = None


def tokens_of(data: bytes, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a stretch of code without directives. Comments count as space, digraphs as what they mean."""
    stop = len(data) if end is None else end
    tokens: list[Token] = []
    append = tokens.append
    position, space = start, 0
    match = _TOKEN.match
    while position < stop:
        found = match(data, position, stop)
        if found is None:  # pragma: no cover  the last alternative matches any byte
            break
        name, begin = found.lastgroup or "other", position
        position = found.end()
        if name == "space":
            space = max(space, 2 if data.find(b"\n", begin, position) >= 0 else 1)
            continue
        if name == "raw":
            position = _raw_end(data, begin, stop)
        text = data[begin:position]
        if name == "identifier" and b"\\" in text:
            text = _SPLICE.sub(b"", text)
        elif name == "punctuator" and text in _DIGRAPHS:
            text = _DIGRAPHS[text]
        append(Token(_KINDS[name], text, begin, position, space))
        space = 0
    return tokens


def _raw_end(data: bytes, begin: int, stop: int) -> int:
    """Where the raw string (C++ [lex.string]) that starts at ``begin`` ends; the end of the text if it never does."""
    opened = _RAW_OPEN.search(data, begin, stop)
    if opened is None:
        return stop
    close = b")" + opened.group(1) + b'"'
    found = data.find(close, opened.end(), stop)
    return stop if found < 0 else found + len(close)


def raw_string_end(data: bytes, quote: int) -> int | None:
    """Where a raw string ends whose ``"`` stands at ``quote``; ``None`` if that is no raw string."""
    if quote == 0 or data[quote - 1] != 0x52:
        return None
    before = data[max(0, quote - 4) : quote - 1]
    prefix = re.search(rb"(?:u8|[uUL])?$", before)
    outer = before[: prefix.start()] if prefix is not None else before
    if outer[-1:].isalnum() or outer[-1:] in (b"_", b"$") or _RAW_OPEN.match(data, quote - 1) is None:
        return None
    return _raw_end(data, quote - 1, len(data))


def name_of(text: bytes) -> str:
    """An identifier as text."""
    return text.decode("utf-8", "surrogateescape")


def bytes_of(name: str) -> bytes:
    """An identifier as bytes."""
    return name.encode("utf-8", "surrogateescape")


def spelling(tokens: list[Token] | tuple[Token, ...]) -> bytes:
    """The tokens' text, one blank wherever there was white space (C11 6.10.3.2p2)."""
    pieces: list[bytes] = []
    for token in tokens:
        if token.space and pieces:
            pieces.append(b" ")
        pieces.append(token.text)
    return b"".join(pieces)
