"""Numbers, characters and strings as C and C++ spell them (C23 6.4.4 and 6.4.5, C++23 [lex.literal])."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.ctype import CHAR, DOUBLE, INT, LONG, LONGLONG, UINT, ULONG, CType, integer

if TYPE_CHECKING:
    import tree_sitter

_INTEGER: Final = re.compile(
    r"(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uUlLzZ]*|[uU]?[iI](?:8|16|32|64)|(?:wb|WB)[uU]?)$"
)
_ESCAPE: Final = re.compile(rb"\\(x[0-9a-fA-F]+|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_MOST_DIGITS: Final = 128
"""Digits without leading zeros; no type holds a number with more."""
_SIMPLE: Final = dict(zip(b"abfnrtve", b"\a\b\f\n\r\t\v\x1b", strict=True))


def number(text: str) -> tuple[int, CType] | None:
    """An integer literal's value and type; ``None`` for anything else (a floating literal, a user-defined suffix, a
    number that no type holds).

    The grammars take a sign in front for a part of the literal.
    """
    if text[:1] in ("-", "+"):
        unsigned = number(text[1:].lstrip())
        if unsigned is None or text[0] == "+":
            return unsigned
        return _negated(*unsigned), unsigned[1]
    matched = _INTEGER.match(text.replace("'", ""))
    if matched is None:
        return None
    digits, suffix = matched.group(1), matched.group(2).lower()
    if len(re.sub(r"^0[xXbB]", "", digits).lstrip("0")) > _MOST_DIGITS:
        return None
    if digits[:2] in ("0x", "0X", "0b", "0B"):
        value = int(digits, 0)
    else:
        octal = len(digits) > 1 and digits[0] == "0"
        if octal and not set(digits) <= set("01234567"):
            return None
        value = int(digits, 8 if octal else 10)
    return value, _integer_type(value, suffix, decimal=digits[0] != "0")


def _negated(value: int, ctype: CType) -> int:
    bits = 8 * ctype.size
    value = -value & (1 << bits) - 1
    return value - (1 << bits) if ctype.signed and value >> bits - 1 else value


def _integer_type(value: int, suffix: str, *, decimal: bool) -> CType:
    """The first type of C11 6.4.4.1p5's list that holds the value."""
    if suffix[-3:-1] in ("i1", "i3", "i6") or suffix[-2:] == "i8":
        return integer(int(suffix.lstrip("ui")) // 8, signed=suffix[0] != "u")
    unsigned = "u" in suffix
    ladder: list[CType] = []
    if "l" not in suffix and "z" not in suffix:
        ladder += [INT, UINT]
    if suffix.count("l") == 2:
        ladder += [LONGLONG, integer(8, signed=False)]
    ladder += [LONG, ULONG]
    for ctype in ladder:
        if (ctype.signed and unsigned) or (not ctype.signed and decimal and not unsigned):
            continue
        if value < 1 << 8 * ctype.size - ctype.signed:
            return ctype
    return integer(8, signed=False) if value < 1 << 64 else integer(16, signed=False)


def is_floating(text: str) -> bool:
    """Whether a number literal is a floating one."""
    return bool(
        re.match(r"[-+]?(?:[0-9'.]+(?:[eE][+-]?[0-9]+)?|0[xX][0-9a-fA-F'.]+[pP][+-]?[0-9]+)[a-zA-Z0-9]*$", text)
    )


def decode(content: bytes) -> bytes:
    """The content of a character or string literal, escapes replaced."""

    def replace(matched: re.Match[bytes]) -> bytes:
        escape = matched.group(1)
        if escape[:1] == b"x" and len(escape) > 1:
            return (int(escape[1:], 16) & 0xFF).to_bytes(1, "big")
        if escape[:1] in b"01234567":
            return (int(escape, 8) & 0xFF).to_bytes(1, "big")
        if escape[:1] in b"uU" and len(escape) > 1:
            code = int(escape[1:], 16)
            return chr(code if code < 0x110000 else 0xFFFD).encode("utf-8", "replace")
        return bytes((_SIMPLE.get(escape[0], escape[0]),)) if escape != b"\n" else b""

    return _ESCAPE.sub(replace, content)


def character(text: bytes) -> tuple[int, CType]:
    """A character constant. Several characters make an int with the last one lowest, as GCC and Clang do."""
    prefix, _, rest = text.partition(b"'")
    content = rest[:-1] if rest.endswith(b"'") else rest
    if prefix in (b"L", b"u", b"U", b"u8"):
        ctype = {b"L": INT, b"u": integer(2, signed=False), b"U": UINT, b"u8": integer(1, signed=False)}[prefix]
        if re.fullmatch(rb"\\x[0-9a-fA-F]+", content):
            return int(b"0" + content[1:], 0) & (1 << 8 * ctype.size) - 1, ctype
        decoded = decode(content).decode("utf-8", "replace")
        return (ord(decoded[-1]) if decoded else 0), ctype
    value = 0
    data = decode(content)
    for byte in data:
        value = (value << 8 | byte) & 0xFFFFFFFF
    if len(data) == 1 and value >= 0x80:
        value -= 0x100
    return value, INT


def string(node: tree_sitter.Node, text: bytes) -> tuple[bytes, CType]:
    """A string literal's bytes without the final zero, and the type of one element.

    ``node`` is a string_literal, raw_string_literal or concatenated_string of ``text``.
    """
    parts = node.children if node.type == "concatenated_string" else [node]
    data, element = b"", CHAR
    for part in parts:
        piece = text[part.start_byte : part.end_byte]
        prefix, _, rest = piece.partition(b'"')
        if b"R" in prefix:
            opening = rest.find(b"(")
            data += rest[opening + 1 : -(opening + 2)]
        else:
            data += decode(rest[:-1])
        if prefix[:1] == b"L":
            element = INT
        elif prefix[:1] in (b"U", b"u") and prefix != b"u8":
            element = UINT if prefix[:1] == b"U" else integer(2, signed=False)
    return data, element


DOUBLE_LITERAL: Final = DOUBLE
"""The type of a floating literal; the exact width never matters, since floating values are unknown."""
