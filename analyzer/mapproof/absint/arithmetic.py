"""What each p-code operation does to numbers: exactly, and to words of which only some bits are known.

The concrete meaning follows the p-code reference; :func:`abstract` covers it (tested against it by generated cases).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.absint.bits import Bits
from mapproof.model.ir import Opcode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMPARISONS: Final = frozenset(
    {
        Opcode.INT_EQUAL,
        Opcode.INT_NOTEQUAL,
        Opcode.INT_LESS,
        Opcode.INT_SLESS,
        Opcode.INT_LESSEQUAL,
        Opcode.INT_SLESSEQUAL,
    }
)
"""Operations whose result is 0 or 1 by comparing two words."""


def signed(value: int, size: int) -> int:
    """A word of ``size`` bytes read as two's complement."""
    sign = 1 << 8 * size - 1
    return (value & sign - 1) - (value & sign)


def _quotient(a: int, b: int) -> int | None:
    """Division that truncates toward zero, as C11 6.5.5p6 and p-code have it."""
    if b == 0:
        return None
    magnitude = abs(a) // abs(b)
    return magnitude if (a < 0) == (b < 0) else -magnitude


def _remainder(a: int, b: int) -> int | None:
    quotient = _quotient(a, b)
    return None if quotient is None else a - b * quotient


def _shift_right(a: int, count: int, size: int) -> int:
    return a >> min(count, 8 * size)


_UNARY: Final[dict[Opcode, Callable[[int, int, int], int]]] = {
    Opcode.COPY: lambda a, _width, _size: a,
    Opcode.INT_ZEXT: lambda a, _width, _size: a,
    Opcode.INT_SEXT: lambda a, width, _size: signed(a, width),
    Opcode.INT_NEGATE: lambda a, _width, _size: ~a,
    Opcode.INT_2COMP: lambda a, _width, _size: -a,
    Opcode.BOOL_NEGATE: lambda a, _width, _size: int(a == 0),
    Opcode.POPCOUNT: lambda a, _width, _size: a.bit_count(),
    Opcode.LZCOUNT: lambda a, width, _size: 8 * width - a.bit_length(),
}

_BINARY: Final[dict[Opcode, Callable[[int, int, int], int | None]]] = {
    Opcode.INT_ADD: lambda a, b, _size: a + b,
    Opcode.PTRADD: lambda a, b, _size: a + b,
    Opcode.PTRSUB: lambda a, b, _size: a + b,
    Opcode.INT_SUB: lambda a, b, _size: a - b,
    Opcode.INT_MULT: lambda a, b, _size: a * b,
    Opcode.INT_DIV: lambda a, b, _size: a // b if b else None,
    Opcode.INT_REM: lambda a, b, _size: a % b if b else None,
    Opcode.INT_SDIV: lambda a, b, size: _quotient(signed(a, size), signed(b, size)),
    Opcode.INT_SREM: lambda a, b, size: _remainder(signed(a, size), signed(b, size)),
    Opcode.INT_AND: lambda a, b, _size: a & b,
    Opcode.INT_OR: lambda a, b, _size: a | b,
    Opcode.INT_XOR: lambda a, b, _size: a ^ b,
    Opcode.INT_LEFT: lambda a, b, size: a << b if b < 8 * size else 0,
    Opcode.INT_RIGHT: _shift_right,
    Opcode.INT_SRIGHT: lambda a, b, size: _shift_right(signed(a, size), b, size),
    Opcode.INT_EQUAL: lambda a, b, _size: int(a == b),
    Opcode.INT_NOTEQUAL: lambda a, b, _size: int(a != b),
    Opcode.INT_LESS: lambda a, b, _size: int(a < b),
    Opcode.INT_LESSEQUAL: lambda a, b, _size: int(a <= b),
    Opcode.INT_SLESS: lambda a, b, size: int(signed(a, size) < signed(b, size)),
    Opcode.INT_SLESSEQUAL: lambda a, b, size: int(signed(a, size) <= signed(b, size)),
    Opcode.INT_CARRY: lambda a, b, size: int(a + b >= 1 << 8 * size),
    Opcode.INT_SCARRY: lambda a, b, size: int(
        not -(1 << 8 * size - 1) <= signed(a, size) + signed(b, size) < 1 << 8 * size - 1
    ),
    Opcode.INT_SBORROW: lambda a, b, size: int(
        not -(1 << 8 * size - 1) <= signed(a, size) - signed(b, size) < 1 << 8 * size - 1
    ),
    Opcode.BOOL_AND: lambda a, b, _size: int(bool(a) and bool(b)),
    Opcode.BOOL_OR: lambda a, b, _size: int(bool(a) or bool(b)),
    Opcode.BOOL_XOR: lambda a, b, _size: int(bool(a) != bool(b)),
}


def concrete(opcode: Opcode, inputs: Sequence[int], sizes: Sequence[int], size: int) -> int | None:
    """The result, modulo the ``size`` bytes of the output; ``None`` where the operation has none (division by 0).

    ``inputs`` are unsigned words of ``sizes`` bytes each.
    """
    if opcode is Opcode.SUBPIECE:
        result: int | None = inputs[0] >> 8 * inputs[1]
    elif opcode is Opcode.PIECE:
        result = inputs[0] << 8 * sizes[1] | inputs[1]
    elif opcode in _UNARY:
        result = _UNARY[opcode](inputs[0], sizes[0], size)
    else:
        result = _BINARY[opcode](inputs[0], inputs[1], sizes[0])
    return None if result is None else result & (1 << 8 * size) - 1


def known(opcode: Opcode) -> bool:
    """Whether the operation is arithmetic on words."""
    return opcode in _UNARY or opcode in _BINARY or opcode in {Opcode.SUBPIECE, Opcode.PIECE}


_MAX_COUNTS: Final = 8
"""Shift counts tried one by one when the count is not a constant."""


def abstract(opcode: Opcode, inputs: Sequence[Bits], size: int) -> Bits:  # noqa: C901, PLR0911  one branch per case; one answer per case
    """What is known of the result when only some bits of the inputs are. Sound for every operation."""
    if all(word.value is not None for word in inputs):
        exact = concrete(opcode, [word.ones for word in inputs], [word.size for word in inputs], size)
        return Bits(size) if exact is None else Bits.constant(exact, size)
    first = inputs[0]
    match opcode:
        case Opcode.COPY:
            return first
        case Opcode.INT_ZEXT:
            return first.zero_extend(size)
        case Opcode.INT_SEXT:
            return first.sign_extend(size)
        case Opcode.INT_NEGATE:
            return first.negate()
        case Opcode.INT_2COMP:
            return Bits.constant(0, first.size).subtract(first)
        case Opcode.SUBPIECE if inputs[1].value is not None:
            return first.piece(inputs[1].value, size)
        case Opcode.PIECE:
            high = first.zero_extend(size).left(8 * inputs[1].size)
            return high.bit_or(inputs[1].zero_extend(size))
        case Opcode.POPCOUNT | Opcode.LZCOUNT:
            return Bits(size, 0, (1 << 8 * size) - 1 & ~((1 << (8 * first.size).bit_length()) - 1))
        case Opcode.INT_LEFT | Opcode.INT_RIGHT | Opcode.INT_SRIGHT:
            return _shift(opcode, first, inputs[1])
        case _:
            return _binary(opcode, inputs, size)


def _binary(opcode: Opcode, inputs: Sequence[Bits], size: int) -> Bits:  # noqa: PLR0911  one answer per case
    first, second = inputs[0], inputs[-1]
    match opcode:
        case Opcode.INT_ADD | Opcode.PTRADD | Opcode.PTRSUB if first.size == second.size == size:
            return first.add(second)
        case Opcode.INT_SUB if first.size == second.size == size:
            return first.subtract(second)
        case Opcode.INT_MULT if first.size == second.size == size:
            return first.multiply(second)
        case Opcode.INT_AND if first.size == second.size:
            return first.bit_and(second)
        case Opcode.INT_OR if first.size == second.size:
            return first.bit_or(second)
        case Opcode.INT_XOR if first.size == second.size:
            return first.bit_xor(second)
        case Opcode.INT_EQUAL | Opcode.INT_NOTEQUAL if (first.ones & second.zeros) | (first.zeros & second.ones):
            return Bits.constant(int(opcode is Opcode.INT_NOTEQUAL), size)
        case Opcode.INT_REM if second.value is not None and second.value.bit_count() == 1:
            return first.bit_and(Bits.constant(second.value - 1, first.size))
        case _ if _is_boolean(opcode):
            return Bits(size, 0, (1 << 8 * size) - 2)
        case _:
            return Bits(size)


def _is_boolean(opcode: Opcode) -> bool:
    return opcode in COMPARISONS or opcode in {
        Opcode.BOOL_NEGATE, Opcode.BOOL_AND, Opcode.BOOL_OR, Opcode.BOOL_XOR,
        Opcode.INT_CARRY, Opcode.INT_SCARRY, Opcode.INT_SBORROW,
    }  # fmt: skip


def _shift(opcode: Opcode, word: Bits, count: Bits) -> Bits:
    """Shift by every count that the known bits admit, if few; else nothing is known."""
    if count.unknown.bit_count() > _MAX_COUNTS.bit_length():
        return Bits(word.size)
    result: Bits | None = None
    for amount in count.members():
        if opcode is Opcode.INT_LEFT:
            shifted = word.left(amount)
        elif opcode is Opcode.INT_RIGHT:
            shifted = word.right(amount)
        else:
            shifted = word.arithmetic_right(amount)
        result = shifted if result is None else result | shifted
    return result if result is not None else Bits(word.size)
