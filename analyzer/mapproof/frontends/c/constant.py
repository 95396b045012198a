"""Integer constant expressions (C11 6.6): array lengths, enumerators, bit-field widths, case ranges."""

from __future__ import annotations

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
    node: tree_sitter.Node | None,
    text: bytes,
    resolve: Resolve,
    type_of: Callable[[tree_sitter.Node], CType],
    depth: int = 0,
) -> Typed | None:
    """The value and type of an integer constant expression, ``None`` where it cannot be known."""
    if node is None or depth > _MAX_DEPTH:
        return None
    spelled = text[node.start_byte : node.end_byte]

    def sub(name: str) -> Typed | None:
        return evaluate(node.child_by_field_name(name), text, resolve, type_of, depth + 1)

    if node.type == "number_literal":
        return literal.number(spelled.decode("utf-8", "replace"))
    if node.type == "char_literal":
        return literal.character(spelled)
    if node.type in ("true", "false"):
        return int(node.type == "true"), INT
    if node.type in ("identifier", "qualified_identifier"):
        return resolve(spelled.decode("utf-8", "replace"))
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return evaluate(node.named_child(0), text, resolve, type_of, depth + 1)
    if node.type == "unary_expression":
        return _unary(_operator(node, text), sub("argument"))
    if node.type == "binary_expression":
        return _binary(_operator(node, text), sub("left"), sub("right"))
    if node.type == "conditional_expression":
        return _conditional(sub("condition"), sub("consequence"), sub("alternative"))
    if node.type == "cast_expression":
        return _cast(sub("value"), node.child_by_field_name("type"), type_of)
    if node.type == "sizeof_expression":
        return _sizeof(node.child_by_field_name("type"), type_of)
    return None


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


def _binary(operator: str, left: Typed | None, right: Typed | None) -> Typed | None:
    if left is None or right is None:
        return None
    if operator in ("<<", ">>"):
        ctype = promoted(left[1])
        if not 0 <= right[0] < 8 * ctype.size:
            return None
        return wrap(left[0] << right[0] if operator == "<<" else left[0] >> right[0], ctype), ctype
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
    if ctype is None or ctype.varies or ctype.shape not in (Shape.INTEGER, Shape.FLOAT):
        return None
    return ctype.size, integer(8, signed=False, varies=True)
