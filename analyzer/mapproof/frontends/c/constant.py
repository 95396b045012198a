"""Integer constant expressions (C11 6.6): array lengths, enumerators, bit-field widths, case ranges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c import literal
from mapproof.frontends.c.ctype import INT, CType, Shape, common, integer, promoted

if TYPE_CHECKING:
    from collections.abc import Callable

    import tree_sitter

    Resolve = Callable[[str], "tuple[int, CType] | None"]
    Typed = tuple[int, CType]

_MAX_DEPTH: Final = 40


def wrap(value: int, ctype: CType) -> int:
    """The value as an integer of that type holds it."""
    bits = 8 * ctype.size
    value &= (1 << bits) - 1
    return value - (1 << bits) if ctype.signed and value >> bits - 1 else value


def evaluate(
    node: tree_sitter.Node | None, text: bytes, resolve: Resolve, type_of: Callable[[tree_sitter.Node], CType]
) -> Typed | None:
    """The value and type of an integer constant expression, ``None`` where it cannot be known."""
    return _Evaluator(text, resolve, type_of).value(node, 0)


class _Evaluator:
    """Evaluates expressions of one text."""

    def __init__(self, text: bytes, resolve: Resolve, type_of: Callable[[tree_sitter.Node], CType]) -> None:
        self.text = text
        self.resolve = resolve
        self.type_of = type_of

    def value(self, node: tree_sitter.Node | None, depth: int) -> Typed | None:
        if node is None or depth > _MAX_DEPTH:
            return None
        if node.type in ("identifier", "qualified_identifier"):
            return self.resolve(self.spelled(node))
        if node.type == "number_literal":
            return literal.number(self.spelled(node))
        if node.type == "char_literal":
            return literal.character(self.text[node.start_byte : node.end_byte])
        if node.type in ("true", "false"):
            return int(node.type == "true"), INT
        return self.compound(node, depth + 1)

    def spelled(self, node: tree_sitter.Node) -> str:
        return self.text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def part(self, node: tree_sitter.Node, field: str, depth: int) -> Typed | None:
        return self.value(node.child_by_field_name(field), depth)

    def compound(self, node: tree_sitter.Node, depth: int) -> Typed | None:
        kind, result = node.type, None
        if kind == "parenthesized_expression" and node.named_child_count == 1:
            result = self.value(node.named_child(0), depth)
        elif kind == "unary_expression":
            result = _unary(_operator(node, self.text), self.part(node, "argument", depth))
        elif kind == "binary_expression":
            left, right = self.part(node, "left", depth), self.part(node, "right", depth)
            result = _binary(_operator(node, self.text), left, right)
        elif kind == "conditional_expression":
            parts = (self.part(node, name, depth) for name in ("condition", "consequence", "alternative"))
            result = _conditional(*parts)
        elif kind == "cast_expression":
            result = _cast(self.part(node, "value", depth), node.child_by_field_name("type"), self.type_of)
        elif kind == "sizeof_expression":
            result = _sizeof(node.child_by_field_name("type"), self.type_of)
        return result


def _operator(node: tree_sitter.Node, text: bytes) -> str:
    operator = node.child_by_field_name("operator")
    return "" if operator is None else text[operator.start_byte : operator.end_byte].decode("ascii", "replace")


def _unary(operator: str, argument: Typed | None) -> Typed | None:
    if argument is None:
        return None
    value, ctype = argument[0], promoted(argument[1])
    if operator == "!":
        return int(not value), INT
    result = {"-": -value, "+": value, "~": ~value}.get(operator)
    return None if result is None else (wrap(result, ctype), ctype)


def _shift(operator: str, left: Typed, right: Typed) -> Typed | None:
    ctype = promoted(left[1])
    if not 0 <= right[0] < 8 * ctype.size:
        return None
    return wrap(left[0] << right[0] if operator == "<<" else left[0] >> right[0], ctype), ctype


def _binary(operator: str, left: Typed | None, right: Typed | None) -> Typed | None:
    if left is None or right is None:
        return None
    if operator in ("<<", ">>"):
        return _shift(operator, left, right)
    ctype = common(left[1], right[1])
    if ctype.shape is not Shape.INTEGER:
        return None
    result = calculate(operator, wrap(left[0], ctype), wrap(right[0], ctype))
    if result is None:
        return None
    if operator in ("==", "!=", "<", ">", "<=", ">=", "&&", "||"):
        return result, INT
    return wrap(result, ctype), ctype


def calculate(operator: str, left: int, right: int) -> int | None:
    """C's operator on two integers, before it is brought into range; ``None`` for division by zero and the unknown."""
    if operator in ("/", "%"):
        if right == 0:
            return None
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if operator == "/" else left - quotient * right
    table = {
        "+": left + right, "-": left - right, "*": left * right, "&": left & right, "|": left | right,
        "^": left ^ right, "==": int(left == right), "!=": int(left != right), "<": int(left < right),
        ">": int(left > right), "<=": int(left <= right), ">=": int(left >= right),
        "&&": int(bool(left and right)), "||": int(bool(left or right)),
    }  # fmt: skip
    return table.get(operator)


def _conditional(test: Typed | None, then: Typed | None, otherwise: Typed | None) -> Typed | None:
    if test is None or then is None or otherwise is None:
        return None
    ctype = common(then[1], otherwise[1])
    chosen = then if test[0] else otherwise
    return (wrap(chosen[0], ctype), ctype) if ctype.shape is Shape.INTEGER else None


def _cast(
    value: Typed | None, node: tree_sitter.Node | None, type_of: Callable[[tree_sitter.Node], CType]
) -> Typed | None:
    if value is None or node is None:
        return None
    ctype = type_of(node)
    if ctype.shape is not Shape.INTEGER:
        return None
    return (int(value[0] != 0) if ctype.boolean else wrap(value[0], ctype)), ctype


def _sizeof(node: tree_sitter.Node | None, type_of: Callable[[tree_sitter.Node], CType]) -> Typed | None:
    ctype = None if node is None else type_of(node)
    if ctype is not None and ctype.shape is Shape.ARRAY and ctype.length is not None and ctype.target is not None:
        measured = replace(ctype.target, size=ctype.target.size * ctype.length)
        ctype = measured if ctype.target.shape is not Shape.ARRAY else None
    if ctype is None or ctype.varies or ctype.shape not in (Shape.INTEGER, Shape.FLOAT):
        return None
    return ctype.size, integer(8, signed=False, varies=True)
