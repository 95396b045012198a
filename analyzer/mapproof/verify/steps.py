"""One small check per kind of step: what it claims is recomputed from the bytes and from the premises' values alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mapproof.model.evidence import Step, StepKind
from mapproof.model.location import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.model.callee import CalleeTable

_SKIPPED: Final = re.compile(
    rb"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)
"""What in source text is no code: comments and literals."""

_BEFORE: Final = 20_000
"""Bytes read back from a token, at most, to see that no comment or literal holds it."""

_SCRIPT: Final = re.compile(rb"#![^\n]*python")
"""The first line of a script in Python."""

_WIDTHS: Final = re.compile(r"(\d+(?:,\d+)*)>(\d+)")


def check(step: Step, earlier: Sequence[Step], read: Callable[[str], bytes], table: CalleeTable) -> str | None:
    """What is wrong with a step, or ``None``. ``earlier`` are the steps before it; ``read`` gives a file's bytes."""
    if any(not 0 <= premise < len(earlier) for premise in step.premises):
        return "it rests on a step that does not come before it"
    match step.kind:
        case StepKind.TOKEN:
            return _token(step, read)
        case StepKind.CONSTANT:
            return _constant(step, table)
        case StepKind.ARITHMETIC:
            return _arithmetic(step, [earlier[premise].value for premise in step.premises])
        case StepKind.DECODE:
            return _decode(step, earlier, table)
        case StepKind.HEADER | StepKind.ABSENT:
            return _header(step, read)


def _header(step: Step, read: Callable[[str], bytes]) -> str | None:
    if step.location is None:
        return "a header step needs a place"
    from mapproof.verify.header import check_header  # noqa: PLC0415  only for binaries

    try:
        return check_header(step, read(step.location.path))
    except OSError as error:
        return f"{step.location.path} can't be read: {error.strerror}"


def _token(step: Step, read: Callable[[str], bytes]) -> str | None:
    """The text stands at the place, as a word of its own, in code."""
    place = step.location
    if not isinstance(place, Span):
        return "a token needs a place in a source file"
    try:
        data = read(place.path)
    except OSError as error:
        return f"{place.path} can't be read: {error.strerror}"
    found = data[place.start : place.end]
    if re.sub(rb"\s+", b"", found)[: len(step.text)].startswith(step.text.encode()) is False:
        return f"{step.text} does not stand at {place}"
    if data.count(b"\n", 0, place.start) + 1 != place.line:
        return f"byte {place.start} of {place.path} is not on line {place.line}"
    python = place.path.endswith((".py", ".pyw", ".pyi")) or _SCRIPT.match(data) is not None
    hidden = _hidden_in_python(data, place.start) if python else _hidden(data, place.start)
    return f"{place} is inside a comment or a literal" if hidden else None


def _hidden_in_python(data: bytes, offset: int) -> bool:
    """Whether a comment or a string of Python covers the offset."""
    line = data.count(b"\n", 0, offset) + 1
    start = data.rfind(b"\n", 0, offset) + 1
    spans = _python_spans(data)
    if spans is None:
        return True
    column = len(data[start:offset].decode("utf-8", "replace"))
    return any(first <= (line, column) < last for first, last in spans)


@lru_cache(maxsize=8)
def _python_spans(data: bytes) -> list[tuple[tuple[int, int], tuple[int, int]]] | None:
    """Where comments and strings stand, by line and column; ``None`` for a text that is no Python."""
    import tokenize  # noqa: PLC0415  only for Python
    from io import BytesIO  # noqa: PLC0415  likewise

    try:
        return [
            (token.start, token.end)
            for token in tokenize.tokenize(BytesIO(data).readline)
            if token.type in {tokenize.COMMENT, tokenize.STRING}
        ]
    except (tokenize.TokenError, SyntaxError):
        return None


def _hidden(data: bytes, offset: int) -> bool:
    """Whether a comment or literal that begins on an earlier line or this one covers the offset."""
    start = max(0, offset - _BEFORE)
    opening = data.rfind(b"/*", start, offset)
    if opening > data.rfind(b"*/", start, offset):
        line = data.rfind(b"\n", 0, opening) + 1
        if not any(m.start() + line < opening < m.end() + line for m in _SKIPPED.finditer(data[line : opening + 1])):
            return True
    line = data.rfind(b"\n", 0, offset) + 1
    starts, ends = _skipped(data, line)
    number = bisect_right(starts, offset) - 1
    return number >= 0 and offset < ends[number]


@lru_cache(maxsize=8)
def _skipped(data: bytes, line: int) -> tuple[list[int], list[int]]:
    """Where comments and literals of the line that begins at an offset start and end. All code may be on one line."""
    end = data.find(b"\n", line)
    found = [match.span() for match in _SKIPPED.finditer(data, line, len(data) if end < 0 else end)]
    return [start for start, _ in found], [end for _, end in found]


def _constant(step: Step, table: CalleeTable) -> str | None:
    if step.value is None:
        return "a constant needs a value"
    if step.name:
        known = table.constants.get(step.name)
        if known is not None and known & 0xFFFF_FFFF != step.value & 0xFFFF_FFFF:
            return f"{step.name} is {known:#x} on the platform, not {step.value:#x}"
    elif step.text != str(step.value):
        return f"{step.text} is not {step.value}"
    return None


def _decode(step: Step, earlier: Sequence[Step], table: CalleeTable) -> str | None:
    encoding = table.encodings.get(step.name)
    if encoding is None or step.value is None:
        return f"no encoding is called {step.name!r}" if step.value is not None else "a mask needs a value"
    for premise in step.premises:
        value = earlier[premise].value
        if value is None or value & 0xFFFF_FFFF != step.value:
            return f"the premise gives {value}, not {step.value}"
    meant = " ".join(str(prot) for prot in encoding.decode(step.value))
    return None if meant == step.text else f"mask {step.value:#x} means {meant}, not {step.text}"


def _arithmetic(step: Step, values: list[int | None]) -> str | None:
    """Recompute one operation; its name spells the widths in bytes: inputs, ``>``, output."""
    widths = _WIDTHS.fullmatch(step.name)
    if widths is None or step.value is None:
        return "an operation needs its widths and a value"
    if not values:
        return None if step.text == "..." else "an operation needs premises"
    inputs = [value for value in values if value is not None]
    if len(inputs) != len(values):
        return "a premise has no value"
    sizes = [int(width) for width in widths.group(1).split(",")]
    result = _compute(step.text, inputs, sizes, int(widths.group(2)))
    return None if result == step.value else f"{step.text} of {inputs} is {result}, not {step.value}"


def _compute(opcode: str, inputs: list[int], sizes: list[int], size: int) -> int | None:  # noqa: C901, PLR0911, PLR0912  one line per operation
    """The p-code reference, for numbers. ``None`` for what it does not list."""
    if len(inputs) != len(sizes):
        return None
    mask = (1 << 8 * size) - 1
    a, b, width = inputs[0], inputs[-1], 8 * sizes[0]
    sign = 1 << width - 1
    signed_a, signed_b = (a ^ sign) - sign, (b ^ sign) - sign
    match opcode, len(inputs):
        case "COPY" | "INT_ZEXT", 1:
            return a & mask
        case "INT_SEXT", 1:
            return signed_a & mask
        case "INT_NEGATE", 1:
            return ~a & mask
        case "INT_2COMP", 1:
            return -a & mask
        case "BOOL_NEGATE", 1:
            return int(a == 0)
        case "INT_ADD" | "PTRADD", 2:
            return a + b & mask
        case "INT_SUB", 2:
            return a - b & mask
        case "INT_MULT", 2:
            return a * b & mask
        case "INT_AND", 2:
            return a & b & mask
        case "INT_OR", 2:
            return (a | b) & mask
        case "INT_XOR", 2:
            return (a ^ b) & mask
        case "INT_LEFT", 2:
            return a << b & mask if b < width else 0
        case "INT_RIGHT", 2:
            return a >> min(b, width) & mask
        case "INT_SRIGHT", 2:
            return signed_a >> min(b, width) & mask
        case "INT_DIV", 2 if b:
            return a // b & mask
        case "INT_REM", 2 if b:
            return a % b & mask
        case "INT_SDIV", 2 if b:
            return (abs(signed_a) // abs(signed_b) * (1 if (signed_a < 0) == (signed_b < 0) else -1)) & mask
        case "INT_SREM", 2 if b:
            return (abs(signed_a) % abs(signed_b) * (-1 if signed_a < 0 else 1)) & mask
        case "INT_EQUAL", 2:
            return int(a == b)
        case "INT_NOTEQUAL", 2:
            return int(a != b)
        case "INT_LESS", 2:
            return int(a < b)
        case "INT_LESSEQUAL", 2:
            return int(a <= b)
        case "INT_SLESS", 2:
            return int(signed_a < signed_b)
        case "INT_SLESSEQUAL", 2:
            return int(signed_a <= signed_b)
        case "BOOL_AND", 2:
            return int(bool(a) and bool(b))
        case "BOOL_OR", 2:
            return int(bool(a) or bool(b))
        case "BOOL_XOR", 2:
            return int(bool(a) != bool(b))
        case "SUBPIECE", 2:
            return a >> 8 * b & mask
        case "PIECE", 2:
            return (a << 8 * sizes[1] | b) & mask
        case "POPCOUNT", 1:
            return a.bit_count() & mask
        case "LZCOUNT", 1:
            return width - a.bit_length() & mask
        case _:
            return None
