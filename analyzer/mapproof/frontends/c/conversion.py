"""Conversions between types and the operators, as C defines them (C11 6.3 and 6.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.constant import wrap
from mapproof.frontends.c.context import Context, Value, no_value
from mapproof.frontends.c.ctype import (
    BOOL,
    DOUBLE,
    LONG,
    POINTER_TO_VOID,
    CType,
    Shape,
    common,
    promoted,
    unknown,
)
from mapproof.frontends.c.overlap import differ
from mapproof.model.ir import Const, Opcode, Operand, Symbol, Unknown, Var

if TYPE_CHECKING:
    import tree_sitter

_ARITHMETIC: Final = {
    "+": (Opcode.INT_ADD, Opcode.INT_ADD),
    "-": (Opcode.INT_SUB, Opcode.INT_SUB),
    "*": (Opcode.INT_MULT, Opcode.INT_MULT),
    "/": (Opcode.INT_DIV, Opcode.INT_SDIV),
    "%": (Opcode.INT_REM, Opcode.INT_SREM),
    "&": (Opcode.INT_AND, Opcode.INT_AND),
    "|": (Opcode.INT_OR, Opcode.INT_OR),
    "^": (Opcode.INT_XOR, Opcode.INT_XOR),
}
"""Operator to operation, unsigned and signed."""

_COMPARISONS: Final = {
    "<": (Opcode.INT_LESS, Opcode.INT_SLESS, False),
    ">": (Opcode.INT_LESS, Opcode.INT_SLESS, True),
    "<=": (Opcode.INT_LESSEQUAL, Opcode.INT_SLESSEQUAL, False),
    ">=": (Opcode.INT_LESSEQUAL, Opcode.INT_SLESSEQUAL, True),
}
"""Operator to operation, unsigned and signed, and whether the operands change places."""

SPELLINGS: Final = {
    "and": "&&", "or": "||", "not": "!", "bitand": "&", "bitor": "|", "xor": "^", "compl": "~", "not_eq": "!=",
    "and_eq": "&=", "or_eq": "|=", "xor_eq": "^=",
}  # fmt: skip
"""The alternative tokens (C++ [lex.digraph], <iso646.h>)."""


def resize(context: Context, node: tree_sitter.Node, operand: Operand, size: int, *, signed: bool) -> Operand:
    """The operand at another width: extended by sign or zero, or its low bytes."""
    if isinstance(operand, Const):
        value = operand.value
        if signed and value >> 8 * operand.size - 1:
            value -= 1 << 8 * operand.size
        same = value == operand.value and value < 1 << 8 * size
        return Const(value, size, operand.name if same or size == operand.size else "")
    if isinstance(operand, Unknown):
        return Unknown(operand.reason, size)
    have = operand.size if isinstance(operand, Var) else 8
    if have == size:
        return operand
    if have > size:
        return context.emit(node, Opcode.SUBPIECE, size, operand, Const(0, 4))
    return context.emit(node, Opcode.INT_SEXT if signed else Opcode.INT_ZEXT, size, operand)


def truth(context: Context, node: tree_sitter.Node, value: Value) -> Operand:
    """Whether the value is nonzero, as an operand that an edge can test."""
    operand = value.operand
    if isinstance(operand, Const):
        return Const(int(operand.value != 0), 1)
    if isinstance(operand, Symbol):
        return Const(1, 1)
    if value.type.shape in (Shape.FLOAT, Shape.RECORD, Shape.VOID):
        return Unknown("limit", 1)
    if isinstance(operand, Unknown):
        return Unknown(operand.reason, 1)
    if value.type.boolean:
        return operand
    return context.emit(node, Opcode.INT_NOTEQUAL, 1, operand, Const(0, value.type.width))


def convert(context: Context, node: tree_sitter.Node, value: Value, target: CType) -> Operand:
    """The value as the target type holds it (C11 6.3)."""
    source = value.type
    if target.shape in (Shape.VOID, Shape.RECORD, Shape.ARRAY):
        return value.operand
    if target.boolean:
        return value.operand if source.boolean else truth(context, node, value)
    if source.shape is Shape.VOID or source.shape is Shape.RECORD:
        return no_value(target, "unknown-call")
    if Shape.FLOAT in (source.shape, target.shape):
        return value.operand if source.shape is target.shape else no_value(target, "limit")
    if source.shape is Shape.POINTER and source.target is not None and source.target.shape is Shape.RECORD:
        return _loosened(context, node, value, target)
    return resize(context, node, value.operand, target.width, signed=source.signed)


def _loosened(context: Context, node: tree_sitter.Node, value: Value, target: CType) -> Operand:
    """A record's address as the target type holds it; noted where that type no longer names the record."""
    operand = resize(context, node, value.operand, target.width, signed=False)
    tag = value.type.target.tag if value.type.target is not None else ""
    led = target.target if target.shape is Shape.POINTER else None
    if led is not None and (led.const or (led.shape is Shape.RECORD and led.tag == tag)):
        return operand
    if led is not None and led.shape is Shape.RECORD:
        context.traffic.recast.add((tag, led.tag))
        one, two = context.types.find_record(tag), context.types.find_record(led.tag)
        if one is not None and two is not None and differ(one, two, context.types.find_record):
            context.note(node, f"the address of a {tag} becomes that of a {led.tag}, whose members have other names")
        return operand
    if target.width < POINTER_TO_VOID.size or not isinstance(operand, Var | Symbol):
        return operand
    kept = context.temporary(target.width)
    context.assign(node, kept, operand)
    context.traffic.loosened[kept] = tag
    return kept


def cast(context: Context, node: tree_sitter.Node, value: Value, target: CType) -> Value:
    """An explicit conversion. A pointer to something laid out otherwise no longer says where inside it points."""
    operand = convert(context, node, value, target)
    source = value.type
    if source.shape is Shape.POINTER and target.shape is Shape.POINTER and _other_layout(source.target, target.target):
        operand = context.emit(node, Opcode.INT_ADD, 8, operand, Unknown("unknown-memory", 8))
    return Value(operand, target)


def _other_layout(source: CType | None, target: CType | None) -> bool:
    """Whether an element of one type is not an element of the other, as far as is known."""
    if source is None or target is None or not source.known or not target.known:
        return False
    if Shape.VOID in (source.shape, target.shape) or Shape.FUNCTION in (source.shape, target.shape):
        return False
    if source.shape is target.shape:
        return source.shape is not Shape.RECORD and source.size != target.size
    return True


def unary(context: Context, node: tree_sitter.Node, operator: str, value: Value) -> Value:  # noqa: PLR0911  one return for each thing that it may be
    """``- + ~ !`` on a value."""
    if operator == "!":
        tested = truth(context, node, value)
        if isinstance(tested, Const):
            return Value(Const(1 - tested.value, 1), BOOL)
        if isinstance(tested, Unknown):
            return Value(tested, BOOL)
        return Value(context.emit(node, Opcode.BOOL_NEGATE, 1, tested), BOOL)
    if value.type.shape is Shape.FLOAT:
        return Value(Unknown("limit", 8), DOUBLE)
    if value.type.shape not in (Shape.INTEGER, Shape.UNKNOWN):
        return Value(Unknown("unknown-call", 8), unknown(operator))
    ctype = promoted(value.type)
    operand = convert(context, node, value, ctype)
    if operator == "+":
        return Value(operand, ctype)
    if isinstance(operand, Const) and not operand.name:
        return Value(Const(-operand.value if operator == "-" else ~operand.value, operand.size), ctype)
    opcode = Opcode.INT_2COMP if operator == "-" else Opcode.INT_NEGATE
    return Value(context.emit(node, opcode, ctype.width, operand), ctype)


def binary(context: Context, node: tree_sitter.Node, operator: str, left: Value, right: Value) -> Value:  # noqa: PLR0911  one return for each thing that it may be
    """A binary operator on two evaluated operands, ``&&`` and ``||`` excepted."""
    shapes = (left.type.shape, right.type.shape)
    if operator in ("==", "!=") or operator in _COMPARISONS:
        return Value(compare(context, node, operator, left, right), BOOL)
    if Shape.RECORD in shapes or Shape.VOID in shapes or operator not in (*_ARITHMETIC, "<<", ">>"):
        return Value(Unknown("unknown-call", 8), unknown(operator))
    if Shape.FLOAT in shapes:
        return Value(Unknown("limit", 8), DOUBLE)
    if operator in ("+", "-") and Shape.POINTER in shapes:
        return _pointer_arithmetic(context, node, operator, left, right)
    if operator in ("<<", ">>"):
        return _shift(context, node, operator, left, right)
    ctype = common(left.type, right.type)
    if ctype.shape is Shape.POINTER:
        ctype = replace(LONG, signed=False)
    one, two = convert(context, node, left, ctype), convert(context, node, right, ctype)
    if not ctype.known and operator in ("/", "%"):
        return Value(Unknown("unknown-name", 8), ctype)
    if not ctype.known and operator in ("+", "-"):
        one = context.emit(node, Opcode.INT_ADD, 8, one, Unknown("unknown-name", 8))
    opcode = _ARITHMETIC[operator][ctype.signed]
    return Value(context.emit(node, opcode, ctype.width, one, two), ctype)


def compare(context: Context, node: tree_sitter.Node, operator: str, left: Value, right: Value) -> Operand:
    """A comparison, as an operand that an edge can test."""
    shapes = (left.type.shape, right.type.shape)
    if Shape.FLOAT in shapes or Shape.RECORD in shapes or Shape.VOID in shapes:
        return Unknown("limit", 1)
    ctype = common(left.type, right.type)
    one, two = convert(context, node, left, ctype), convert(context, node, right, ctype)
    if not (left.type.known and right.type.known) and not _certain(operator, one, two):
        return Unknown("unknown-name", 1)
    if operator in ("==", "!="):
        return context.emit(node, Opcode.INT_EQUAL if operator == "==" else Opcode.INT_NOTEQUAL, 1, one, two)
    unsigned, signed, swapped = _COMPARISONS[operator]
    if swapped:
        one, two = two, one
    return context.emit(node, signed if ctype.signed else unsigned, 1, one, two)


def _certain(operator: str, one: Operand, two: Operand) -> bool:
    """Whether the width and sign of an unknown type leave the comparison as it is: only for equality with zero."""
    return operator in ("==", "!=") and any(isinstance(side, Const) and side.value == 0 for side in (one, two))


def _shift(context: Context, node: tree_sitter.Node, operator: str, left: Value, right: Value) -> Value:
    ctype = promoted(left.type)
    if ctype.shape is Shape.POINTER or (operator == ">>" and not ctype.known):
        return Value(Unknown("unknown-name", 8), unknown(operator))
    one, two = convert(context, node, left, ctype), convert(context, node, right, promoted(right.type))
    right_shift = Opcode.INT_SRIGHT if ctype.signed else Opcode.INT_RIGHT
    opcode = Opcode.INT_LEFT if operator == "<<" else right_shift
    width = Const(8 * ctype.width, two.size if isinstance(two, Const | Var | Unknown) else 8)
    if isinstance(two, Const):
        defined = two.value < width.value
        return Value(context.emit(node, opcode, ctype.width, one, two) if defined else no_value(ctype, "limit"), ctype)
    return Value(_within_width(context, node, (opcode, ctype.width, one, two), width), ctype)


def _within_width(
    context: Context, node: tree_sitter.Node, shift: tuple[Opcode, int, Operand, Operand], width: Const
) -> Operand:
    """A shift whose result is known only if the amount is less than the width: beyond, C leaves it open, and machines
    differ (C11 6.5.7p3)."""
    opcode, size, one, two = shift
    inside, outside, join = (context.builder.new_block() for _ in range(3))
    context.branch(context.emit(node, Opcode.INT_LESS, 1, two, width), inside, outside)
    result = context.temporary(size)
    context.builder.current = inside
    context.assign(node, result, context.emit(node, opcode, size, one, two))
    context.goto(join)
    context.builder.current = outside
    context.assign(node, result, Unknown("limit", size))
    context.goto(join)
    context.builder.current = join
    return result


def _pointer_arithmetic(context: Context, node: tree_sitter.Node, operator: str, left: Value, right: Value) -> Value:
    if operator == "-" and right.type.shape is Shape.POINTER:
        return _difference(context, node, left, right)
    if left.type.shape is not Shape.POINTER:
        left, right = right, left
    if right.type.shape is Shape.POINTER:
        return Value(Unknown("unknown-memory", 8), left.type)
    index = resize(context, node, right.operand, 8, signed=right.type.signed)
    if operator == "-":
        negated = wrap(-index.value, LONG) if isinstance(index, Const) else 0
        index = Const(negated, 8) if isinstance(index, Const) else context.emit(node, Opcode.INT_2COMP, 8, index)
    return Value(advance(context, node, left, index), left.type)


def advance(context: Context, node: tree_sitter.Node, base: Value, index: Operand) -> Operand:
    """A pointer moved by elements; a ``void *`` moves by bytes, as in GNU C."""
    target = base.type.target
    by_bytes = target is None or target.shape in (Shape.VOID, Shape.FUNCTION)
    return context.emit(node, Opcode.INT_ADD if by_bytes else Opcode.PTRADD, 8, base.operand, index)


def _difference(context: Context, node: tree_sitter.Node, left: Value, right: Value) -> Value:
    """``p - q`` in elements; known only where the element's size is the same on every platform."""
    if left.type.shape is not Shape.POINTER:
        return Value(Unknown("unknown-memory", 8), LONG)
    bytes_apart = context.emit(node, Opcode.INT_SUB, 8, left.operand, right.operand)
    target = left.type.target
    size = 0 if target is None or target.varies else 1 if target.shape is Shape.VOID else target.size
    if size == 1:
        return Value(bytes_apart, LONG)
    if not size:
        return Value(Unknown("unknown-memory", 8), LONG)
    return Value(context.emit(node, Opcode.INT_SDIV, 8, bytes_apart, Const(size, 8)), LONG)
