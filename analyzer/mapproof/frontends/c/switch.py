"""``switch``: one test for each case, in order, then the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.context import Context, Jump, Value
from mapproof.frontends.c.conversion import convert
from mapproof.frontends.c.ctype import INT, Shape, promoted
from mapproof.frontends.c.local import declare_statement
from mapproof.model.ir import Opcode, Operand, Unknown

if TYPE_CHECKING:
    import tree_sitter


def lower_switch(context: Context, node: tree_sitter.Node) -> None:
    """Test every case, in source order, then go to the default or on."""
    after = context.builder.new_block()
    with context.block_scope():
        value = _switched(context, node.child_by_field_name("condition"))
        body = node.child_by_field_name("body")
        default = after
        for case in _cases(body):
            block = context.builder.new_block()
            context.cases[case.id] = block
            if case.children[0].type == "default":
                default = block
        for case in _cases(body):
            if case.children[0].type != "default":
                _case_test(context, case, value, context.cases[case.id])
        context.goto(default)
        context.dead()
        context.breaks.append(Jump(after, len(context.scopes)))
        if body is not None:
            context.statement(body)
        context.breaks.pop()
        context.goto(after)
    context.builder.current = after


def _switched(context: Context, node: tree_sitter.Node | None) -> Value:
    if node is not None and node.type == "condition_clause":
        before, node = node.child_by_field_name("initializer"), node.child_by_field_name("value")
        for statement in before.named_children if before is not None else ():
            context.statement(statement)
    if node is None:
        return Value(Unknown("syntax", 4), INT)
    if node.type == "declaration":
        declare_statement(context, node)
        name = context.types.declarator(node.child_by_field_name("declarator"), INT).node
        value = context.value(name) if name is not None else Value(Unknown("syntax", 4), INT)
    else:
        value = context.value(node)
    ctype = promoted(value.type)
    return Value(convert(context, node, value, ctype), ctype)


def _cases(body: tree_sitter.Node | None) -> list[tree_sitter.Node]:
    """The cases that belong to a switch, not to one inside it, in source order."""
    found: list[tree_sitter.Node] = []
    stack = [body] if body is not None else []
    while stack:
        node = stack.pop()
        if node.type == "case_statement":
            found.append(node)
        if node.type not in ("switch_statement", "lambda_expression", "function_definition"):
            stack.extend(reversed(node.named_children))
    return found


def _case_test(context: Context, case: tree_sitter.Node, value: Value, block: int) -> None:
    low = case.child_by_field_name("value")
    high = _range_end(case)
    following = context.builder.new_block()
    if low is None:
        context.branch(Unknown("syntax", 1), block, following)
    elif high is not None:
        inside = context.builder.new_block()
        at_least = _compared(context, case, ">=", value, context.value(low))
        context.branch(at_least, inside, following)
        context.builder.current = inside
        at_most = _compared(context, case, "<=", value, context.value(high))
        context.branch(at_most, block, following)
    elif low.has_error or any(child.type == "ERROR" for child in case.children[: _colon(case)]):
        context.branch(Unknown("syntax", 1), block, following)
    else:
        context.branch(_compared(context, case, "==", value, context.value(low)), block, following)
    context.builder.current = following


def _compared(context: Context, node: tree_sitter.Node, operator: str, value: Value, bound: Value) -> Operand:
    if not value.type.known or value.type.shape is not Shape.INTEGER:
        return Unknown("unknown-name", 1)
    operand = convert(context, node, bound, value.type)
    if operator == "==":
        return context.emit(node, Opcode.INT_EQUAL, 1, value.operand, operand)
    opcode = Opcode.INT_SLESSEQUAL if value.type.signed else Opcode.INT_LESSEQUAL
    pair = (value.operand, operand) if operator == "<=" else (operand, value.operand)
    return context.emit(node, opcode, 1, *pair)


def _colon(case: tree_sitter.Node) -> int:
    return next((index for index, child in enumerate(case.children) if child.type == ":"), case.child_count)


def _range_end(case: tree_sitter.Node) -> tree_sitter.Node | None:
    """The upper bound of GNU ``case 1 ... 4``, which the grammar takes for an error."""
    for child in case.children[: _colon(case)]:
        if (
            child.type == "ERROR"
            and child.children
            and child.children[0].type == "..."
            and child.named_child_count == 1
        ):
            return child.named_children[0]
    return None


def lower_case(context: Context, node: tree_sitter.Node) -> None:
    """The statements after a label, which fall through from those before."""
    block = context.cases.get(node.id)
    if block is not None:
        context.goto(block)
        context.builder.current = block
    context.statements(node.named_children[0:] if block is None else _after_colon(node))


def _after_colon(case: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in case.children[_colon(case) + 1 :] if child.is_named]
