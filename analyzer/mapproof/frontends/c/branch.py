"""Conditions: leaving a block for one of two, with edges that bear what was compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.conversion import truth
from mapproof.frontends.c.operation import operand, operator_of
from mapproof.frontends.c.selection import choice_of
from mapproof.frontends.c.survey import stripped

if TYPE_CHECKING:
    import tree_sitter

    from mapproof.frontends.c.context import Context

_EXPECT: Final = ("__builtin_expect", "__builtin_expect_with_probability")


def lower_test(context: Context, node: tree_sitter.Node, then: int, otherwise: int) -> None:
    """Evaluate a condition and go to ``then`` or ``otherwise``."""
    node = stripped(node) or node
    inner = _inside(context, node)
    while inner is not None:
        if node.type == "unary_expression":
            then, otherwise = otherwise, then
        node = inner
        inner = _inside(context, node)
    operator = operator_of(context, node) if node.type == "binary_expression" else ""
    choice = choice_of(context, node)
    if operator in ("&&", "||"):
        _chain(context, node, operator, then, otherwise)
    elif choice is not None:
        _choice(context, choice, then, otherwise)
    elif node.type == "comma_expression" and len(node.named_children) > 1:
        for part in node.named_children[:-1]:
            context.value(part)
        context.test(node.named_children[-1], then, otherwise)
    else:
        context.branch(truth(context, node, context.value(node)), then, otherwise)


def _inside(context: Context, node: tree_sitter.Node) -> tree_sitter.Node | None:
    """What ``!x`` and ``__builtin_expect(x, y)`` test."""
    if node.type == "unary_expression" and operator_of(context, node) == "!":
        return operand(node, "argument")
    if node.type != "call_expression":
        return None
    callee, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or listed is None or not listed.named_children or context.text(callee) not in _EXPECT:
        return None
    return stripped(listed.named_children[0])


def _choice(context: Context, choice: tuple[int, list[tree_sitter.Node]], then: int, otherwise: int) -> None:
    start = context.builder.current
    for condition, part in zip(context.reading.groups[choice[0]], choice[1], strict=False):
        context.builder.current = start
        block = context.builder.new_block()
        context.goto(block, condition)
        context.builder.current = block
        context.test(part, then, otherwise)


def _chain(context: Context, node: tree_sitter.Node, operator: str, then: int, otherwise: int) -> None:
    """``a && b && c``: each operand in a block of its own."""
    parts: list[tree_sitter.Node] = []
    rest: tree_sitter.Node | None = node
    while rest is not None and rest.type == "binary_expression" and operator_of(context, rest) == operator:
        right = rest.child_by_field_name("right")
        if right is not None:
            parts.append(right)
        rest = operand(rest, "left")
    if rest is not None:
        parts.append(rest)
    parts.reverse()
    for part in parts[:-1]:
        following = context.builder.new_block()
        context.test(part, *((following, otherwise) if operator == "&&" else (then, following)))
        context.builder.current = following
    context.test(parts[-1], then, otherwise)
