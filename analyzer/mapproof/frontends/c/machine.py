"""Machine code inside of C text that reading it as C does not show: data that is a system call, calls by name, code of
its own outside functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import COMMENT, STRING
from mapproof.frontends.c.literal import decode

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from mapproof.frontends.c.source import Source

KEYWORDS: Final = (b"asm", b"__asm", b"__asm__")
TRAP: Final = re.compile(
    r"\b(?:syscall|sysenter|svc|ecall|swi|scall|sc|int\s*\$?\s*(?:0x80|128|80h))(?![\w.])", re.IGNORECASE
)
"""An instruction that enters the kernel, on one of the processors that Linux runs on."""

_OPENING: Final = re.compile(rb"(?:\s|volatile\b|__volatile__\b|__volatile\b|goto\b|inline\b|__inline__\b)*\(")
_PIECE: Final = re.compile(STRING + rb"|" + COMMENT + rb"|[()\":]", re.DOTALL)
_NAME: Final = re.compile(rb"[A-Za-z_]")
_BETWEEN: Final = re.compile(r'"(?:\s|\\\r?\n)*"')
_BEFORE: Final = re.compile(rb"[\w)\]][\s]*\Z")
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
_SIZES: Final = {
    **dict.fromkeys(("byte", "dc.b"), 1),
    **dict.fromkeys(("short", "2byte", "hword", "half", "value", "dc.w", "inst.n"), 2),
    **dict.fromkeys(("word", "long", "int", "4byte", "dc.l", "inst", "inst.w"), 4),
    **dict.fromkeys(("quad", "8byte", "dword", "xword"), 8),
}
"""Bytes of one value, by directive."""
_DATA: Final = re.compile(rf"\.({'|'.join(sorted(map(re.escape, _SIZES), reverse=True))})\s+([^;\n#]*)")
_NUMERIC: Final = re.compile(r"(?:(?:0[xX][0-9a-fA-F]+|[0-9]+)(?!\w)|[-+*/%&|^~<>() \t])+")
_SUM: Final = re.compile(r"\s*(-?(?:0[xX][0-9a-fA-F]+|[0-9]+))\s*")
_TRAPS: Final = (
    b"\x0f\x05", b"\x0f\x34", b"\xcd\x80",  # x86: syscall, sysenter, int 0x80
    b"\x01\x00\x00\xd4", b"\x00\x00\x00\xef", b"\x00\xdf",  # AArch64, Arm, Thumb: svc 0
    b"\x73\x00\x00\x00", b"\x02\x00\x00\x44", b"\x0c\x00\x00\x00",  # RISC-V: ecall; PowerPC: sc; MIPS: syscall
)  # fmt: skip
_LONGEST: Final = 1 << 16
"""Bytes of one assembly statement."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """One statement: where it begins, its text with the literals joined, whether it stands outside functions, and
    whether its code is written out in literals: a macro may hold more of it."""

    offset: int
    text: str
    outside: bool
    literal: bool

    @property
    def may_trap(self) -> bool:
        """Whether it may enter the kernel, as far as it can be read."""
        return not self.literal or TRAP.search(self.text) is not None


def assembly(source: Source) -> Iterator[Assembly]:
    """Every assembly statement, those in macros' definitions too; names for symbols and registers are left out."""
    for keyword in KEYWORDS:
        if keyword not in source.data:
            continue
        places = [(offset, False) for offset in source.occurrences(keyword)]
        places += [(offset, True) for offset in source.occurrences_in_directives(keyword)]
        for offset, directed in places:
            found = code_at(source.data, offset + len(keyword))
            chunk = None if directed else source.chunk_at(offset)
            outside = not directed and (chunk is None or not chunk.is_function)
            start = chunk.start if chunk is not None else offset
            if found is not None and not (outside and _BEFORE.search(source.data, start, offset)):
                yield Assembly(offset, found[0], outside, found[1])


def unaccounted(statement: Assembly, callees: Container[str]) -> str:
    """What a statement may do that is not followed, empty if nothing: other than by an instruction that enters the
    kernel inside a function, which is a call like others."""
    spoken = (word for word in _WORD.findall(statement.text) if not TRAP.fullmatch(word))
    called = next((word for word in spoken if word in callees), None)
    if called is not None:
        return f"assembly names {called}"
    if statement.outside and TRAP.search(statement.text):
        return "assembly outside of functions enters the kernel"
    if any(_spells_trap(name, values) for name, values in _DATA.findall(statement.text)):
        return "assembly holds data that may be a system call"
    return ""


def words(source: Source) -> frozenset[str]:
    """Every word that stands in an assembly statement of the file."""
    return frozenset(word for statement in assembly(source) for word in _WORD.findall(statement.text))


def joined(text: str) -> str:
    """C text with adjacent literals made one."""
    return _BETWEEN.sub("", text)


def code_at(data: bytes, offset: int) -> tuple[str, bool] | None:
    """The literals that come before a statement's operands, joined, and whether nothing but literals does; ``None``
    where no parenthesis opens: Microsoft's braces have no literals."""
    opening = _OPENING.match(data, offset)
    if opening is None:
        return None
    depth, pieces, literal, last = 1, list[bytes](), True, opening.end()
    for piece in _PIECE.finditer(data, opening.end(), opening.end() + _LONGEST):
        literal = literal and _NAME.search(data, last, piece.start()) is None
        last = piece.end()
        if piece[0] in (b"(", b")"):
            depth += 1 if piece[0] == b"(" else -1
        if depth == 0 or piece[0] == b":":
            break
        if piece[0].startswith(b'"') and len(piece[0]) > 1:
            pieces.append(decode(piece[0][1:-1]))
    return b"".join(pieces).decode("utf-8", "replace"), literal


def _spells_trap(name: str, values: str) -> bool:
    """Whether the bytes of a directive may be an instruction that enters the kernel. Labels make no instruction."""
    size, spelled = _SIZES[name], b""
    for value in values.split(","):
        plain = _SUM.fullmatch(value)
        if plain is None:
            return size == 1 or _NUMERIC.fullmatch(value) is not None
        number = int(plain[1], 10 if plain[1].lstrip("-").isdecimal() else 0)
        spelled += (number & (1 << 8 * size) - 1).to_bytes(size, "little")
    return any(trap in spelled for trap in _TRAPS)
