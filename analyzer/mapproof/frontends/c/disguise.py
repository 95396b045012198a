"""Casts that parse as something else: to who knows no types, ``(T)-x`` is a subtraction, ``a + (T)-x`` two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tree_sitter

UNARY: Final = ("+", "-", "*", "&")
"""Operators that are both unary and binary."""

_PRECEDENCE: Final = {
    "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "<=>": 7, "<<": 8, ">>": 8,
    "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}  # fmt: skip


def precedence(operator: str) -> int:
    """How tightly a binary operator binds (C11 6.5.5 to 6.5.14)."""
    return _PRECEDENCE.get(operator, 2)


def type_in_parentheses(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """The name in ``(name)``."""
    if node is None or node.type != "parenthesized_expression" or node.named_child_count != 1:
        return None
    name = node.named_children[0]
    return name if name.type in ("identifier", "qualified_identifier") else None


def edge(node: tree_sitter.Node | None, side: str) -> tree_sitter.Node | None:
    """The first (``left``) or last (``right``) operand of a binary expression."""
    while node is not None and node.type == "binary_expression":
        node = node.child_by_field_name(side)
    return node


def disguised(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The name that would be a type if this binary expression were a cast: that before the operator."""
    operator = node.child_by_field_name("operator")
    if operator is None or operator.type not in UNARY:
        return None
    return type_in_parentheses(edge(node.child_by_field_name("left"), "right"))


def flattened(node: tree_sitter.Node) -> tuple[list[tree_sitter.Node], list[tree_sitter.Node]]:
    """Operands in source order, and the binary expressions whose operators stand between them."""
    operands: list[tree_sitter.Node] = []
    operators: list[tree_sitter.Node] = []
    waiting: list[tuple[tree_sitter.Node, bool]] = [(node, True)]
    while waiting:
        part, inside = waiting.pop()
        if not inside:
            operators.append(part)
            continue
        left, right = part.child_by_field_name("left"), part.child_by_field_name("right")
        if part.type != "binary_expression" or left is None or right is None:
            operands.append(part)
            continue
        waiting += [(right, True), (part, False), (left, True)]
    return operands, operators
