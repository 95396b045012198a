"""Statements: blocks, branches, loops, jumps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.context import Context, Jump, LocalScope, Pending, Place, Value, element_address
from mapproof.frontends.c.conversion import convert
from mapproof.frontends.c.ctype import INT, Shape, pointer, unknown
from mapproof.frontends.c.exception import leave_scopes, lower_throw, lower_try
from mapproof.frontends.c.fault import is_broken, understood
from mapproof.frontends.c.havoc import havoc
from mapproof.frontends.c.jump import COMPUTED_GOTO
from mapproof.frontends.c.local import bind, bind_parts, declare_statement
from mapproof.frontends.c.place import address_of
from mapproof.frontends.c.selection import Group, items
from mapproof.frontends.c.survey import nodes
from mapproof.frontends.c.switch import lower_case, lower_switch
from mapproof.frontends.c.value import escape
from mapproof.model.ir import Const, Opcode, Operand, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import tree_sitter

    from mapproof.frontends.c.selection import Item


def lower_statements(context: Context, children: Sequence[tree_sitter.Node]) -> Value | None:
    """A list of statements, ``#if`` groups included; the value of the last one if it is an expression."""
    return _items(context, items(context, children))


def _items(context: Context, found: Sequence[Item]) -> Value | None:
    value: Value | None = None
    for index, item in enumerate(found):
        if isinstance(item, Group):
            _group(context, item)
            value = None
        elif item.type == "expression_statement" and index == len(found) - 1:
            value = expression_statement(context, item)
        else:
            context.statement(item)
            value = None
    return value


def _group(context: Context, group: Group) -> None:
    """The arms of an ``#if``. What they name differently is not to be used behind it."""
    around, context.rebound = context.rebound, set()
    context.fork(context.reading.groups[group.number][: len(group.arms)], _arm(context, group.arms))
    last = next((arm[-1] for arm in reversed(group.arms) if arm), None)
    while isinstance(last, Group):
        last = next((arm[-1] for arm in reversed(last.arms) if arm), None)
    if context.rebound and last is not None and last.parent is not None:
        behind = context.reading.text[last.end_byte : last.parent.end_byte]
        for name in sorted(context.rebound):
            if re.search(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])", behind):
                context.note(last, f"{name} is declared with different types")
    context.rebound |= around


def _arm(context: Context, arms: Sequence[Sequence[Item]]) -> Callable[[int], None]:
    def lower(index: int) -> None:
        _items(context, arms[index])

    return lower


def expression_statement(context: Context, node: tree_sitter.Node) -> Value | None:
    """An expression for its effects."""
    value = None
    for child in node.named_children:
        if child.type == "ERROR":
            havoc(context, child, "syntax")
        elif _is_computed_goto(context, child):
            _computed_goto(context, child)
        elif child.type != "comment":
            value = context.value(child)
    if _broken(context, node):
        havoc(context, node, "syntax")
    return value


def _broken(context: Context, node: tree_sitter.Node) -> bool:
    return is_broken(node, context.reading.text)


def lower_statement(context: Context, node: tree_sitter.Node) -> None:
    """Any statement node. Inside ``try`` the state before each one may reach the handlers."""
    context.may_throw()
    handler = HANDLERS.get(node.type)
    if handler is not None:
        handler(context, node)
    elif node.type == "ERROR":
        if not understood(node, context.reading.text):
            havoc(context, node, "syntax")
    elif node.type.endswith(("_expression", "identifier", "_literal")):
        context.value(node)
    elif node.type in _SILENT:
        context.skip(node)
    else:
        havoc(context, node, "syntax")


def _compound(context: Context, node: tree_sitter.Node) -> None:
    with context.block_scope():
        context.statements(node.named_children)
        leave_scopes(context, node, len(context.scopes) - 1)


def _expression(context: Context, node: tree_sitter.Node) -> None:
    expression_statement(context, node)


def _declaration(context: Context, node: tree_sitter.Node) -> None:
    declare_statement(context, node)
    if _broken(context, node):
        havoc(context, node, "syntax")


def _typedef(context: Context, node: tree_sitter.Node) -> None:
    context.types.definitions(node)


def _alias(context: Context, node: tree_sitter.Node) -> None:
    context.types.alias(node)


def _specifier(context: Context, node: tree_sitter.Node) -> None:
    before, context.types.constants = context.types.constants, {}
    context.types.base(node)
    for name, constant in context.types.constants.items():
        if constant.value is not None:
            context.scopes[-1].constants[name] = Const(constant.value, 4, name)
    context.types.constants = before | context.types.constants


# Branches.


def condition(context: Context, node: tree_sitter.Node | None, then: int, otherwise: int) -> None:
    """The condition of an ``if`` or a loop: an expression, or in C++ a declaration, with an init statement before."""
    if node is None:
        context.goto(then)
        return
    if node.type == "condition_clause":
        before, node = node.child_by_field_name("initializer"), node.child_by_field_name("value")
        for statement in before.named_children if before is not None else ():
            context.statement(statement)
        if node is None:
            context.goto(then)
            return
    if _broken(context, node):
        context.value(node)
        havoc(context, node, "syntax")
        context.branch(Unknown("syntax", 1), then, otherwise)
    elif node.type == "declaration":
        declare_statement(context, node)
        name = context.types.declarator(node.child_by_field_name("declarator"), INT).node
        if name is None:
            context.branch(Unknown("syntax", 1), then, otherwise)
        else:
            context.test(name, then, otherwise)
    else:
        context.test(node, then, otherwise)


def _if(context: Context, node: tree_sitter.Node) -> None:
    """Chains of ``else if`` are unrolled: they may be thousands long."""
    join = context.builder.new_block()
    current: tree_sitter.Node | None = node
    outside = len(context.scopes)
    while current is not None and current.type == "if_statement":
        context.scopes.append(LocalScope())
        then, otherwise = context.builder.new_block(), context.builder.new_block()
        condition(context, current.child_by_field_name("condition"), then, otherwise)
        context.builder.current = then
        body = current.child_by_field_name("consequence")
        if body is not None:
            context.statement(body)
        _stray_errors(context, current)
        context.goto(join)
        context.builder.current = otherwise
        if context.scopes[-1] == LocalScope():
            context.scopes.pop()
        clause = current.child_by_field_name("alternative")
        current = None if clause is None else _else_body(clause)
    if current is not None:
        context.statement(current)
    context.goto(join)
    context.builder.current = join
    leave_scopes(context, node, outside)
    del context.scopes[outside:]


def _else_body(clause: tree_sitter.Node) -> tree_sitter.Node | None:
    if clause.type != "else_clause":
        return clause
    return next((child for child in clause.named_children if child.type != "comment"), None)


def _stray_errors(context: Context, node: tree_sitter.Node) -> None:
    for child in node.children:
        if child.type == "ERROR" and not understood(child, context.reading.text):
            havoc(context, child, "syntax")


# Loops.


def _loop(context: Context, node: tree_sitter.Node, body: tree_sitter.Node | None, after: int, again: int) -> None:
    depth = len(context.scopes)
    context.breaks.append(Jump(after, depth))
    context.continues.append(Jump(again, depth))
    if body is not None:
        context.statement(body)
    _stray_errors(context, node)
    context.breaks.pop()
    context.continues.pop()


def _while(context: Context, node: tree_sitter.Node) -> None:
    head, inside, after = (context.builder.new_block() for _ in range(3))
    context.goto(head)
    context.builder.current = head
    with context.block_scope():
        condition(context, node.child_by_field_name("condition"), inside, after)
        context.builder.current = inside
        _loop(context, node, node.child_by_field_name("body"), after, head)
        context.goto(head)
    context.builder.current = after


def _do(context: Context, node: tree_sitter.Node) -> None:
    inside, check, after = (context.builder.new_block() for _ in range(3))
    context.goto(inside)
    context.builder.current = inside
    _loop(context, node, node.child_by_field_name("body"), after, check)
    context.goto(check)
    context.builder.current = check
    condition(context, node.child_by_field_name("condition"), inside, after)
    context.builder.current = after


def _for(context: Context, node: tree_sitter.Node) -> None:
    head, inside, step, after = (context.builder.new_block() for _ in range(4))
    with context.block_scope():
        first = node.child_by_field_name("initializer")
        if first is not None:
            context.statement(first)
        context.goto(head)
        context.builder.current = head
        condition(context, node.child_by_field_name("condition"), inside, after)
        context.builder.current = inside
        _loop(context, node, node.child_by_field_name("body"), after, step)
        context.goto(step)
        context.builder.current = step
        update = node.child_by_field_name("update")
        if update is not None:
            context.value(update)
        context.goto(head)
        context.builder.current = after
        leave_scopes(context, node, len(context.scopes) - 1)


def _range_for(context: Context, node: tree_sitter.Node) -> None:
    """C++ ``for (x : range)``: any number of times; with any element of an array, else nobody knows with what."""
    head, inside, after = (context.builder.new_block() for _ in range(3))
    with context.block_scope():
        first, right = node.child_by_field_name("initializer"), node.child_by_field_name("right")
        for child in first.named_children if first is not None else ():
            context.statement(child)
        over = context.place(right) if right is not None else Place(unknown(""))
        context.goto(head)
        context.builder.current = head
        context.goto(inside)
        context.goto(after)
        context.builder.current = inside
        element = _any_element(context, node, over)
        declared = context.types.declarator(node.child_by_field_name("declarator"), context.types.specifier(node))
        if declared.node is not None and declared.node.type == "structured_binding_declarator":
            bind_parts(context, declared)
        elif declared.name:
            bind(context, node, declared, element)
        _loop(context, node, node.child_by_field_name("body"), after, head)
        context.goto(head)
        context.builder.current = after
        leave_scopes(context, node, len(context.scopes) - 1)


def _any_element(context: Context, node: tree_sitter.Node, over: Place) -> Place:
    """An element that a range may yield. What is no array may hand out its own memory: that may change from now on."""
    if over.type.shape is Shape.ARRAY and over.type.target is not None and over.address is not None:
        address = element_address(context, node, over.address, Unknown("unknown-memory", 8))
        return Place(over.type.target, address=address, unions=over.unions)
    if over.address is not None:
        context.effect(node, Opcode.CALLOTHER, over.address)
    return Place(unknown(""), address=Unknown("unknown-memory", 8))


# Jumps.


def _return(context: Context, node: tree_sitter.Node) -> None:
    expression = next((child for child in node.named_children if child.type not in ("comment", "ERROR")), None)
    operand: Operand | None = None
    if expression is not None:
        value = _returned(context, expression)
        if value.type.shape is Shape.VOID or context.result is None or context.result.shape is Shape.VOID:
            operand = None
        elif value.type.shape is Shape.RECORD or context.result.shape is Shape.RECORD:
            operand = Unknown("unknown-memory", 8)
        else:
            operand = convert(context, node, value, context.result)
    if _broken(context, node):
        havoc(context, node, "syntax")
        operand = Unknown("syntax", 8)
    if operand is not None and any(scope.cleanups for scope in context.scopes):
        size = operand.size if not isinstance(operand, Symbol) and hasattr(operand, "size") else 8
        kept = context.temporary(size)
        context.assign(node, kept, operand)
        operand = kept
    leave_scopes(context, node, 0)
    context.effect(node, Opcode.RETURN, *(() if operand is None else (operand,)))
    context.dead()


def _returned(context: Context, node: tree_sitter.Node) -> Value:
    if context.result is not None and context.result.reference:
        place = context.place(node)
        return Value(address_of(place), pointer(place.type))
    return context.value(node)


def _jump(stack: str) -> Callable[[Context, tree_sitter.Node], None]:
    def lower(context: Context, node: tree_sitter.Node) -> None:
        targets = context.breaks if stack == "breaks" else context.continues
        if targets:
            leave_scopes(context, node, targets[-1].depth)
            context.goto(targets[-1].block)
        else:
            context.note(node, "a jump out of nothing")
        context.dead()

    return lower


def _goto(context: Context, node: tree_sitter.Node) -> None:
    label = node.child_by_field_name("label")
    if any(scope.cleanups for scope in context.scopes):
        context.maybe(lambda: leave_scopes(context, node, 0))
    if label is None:
        havoc(context, node, "syntax")
        context.computed_gotos.append(context.builder.current)
    else:
        context.goto(context.label(context.text(label)))
    context.dead()


def _is_computed_goto(context: Context, node: tree_sitter.Node) -> bool:
    start, end = node.start_byte, node.start_byte + len(COMPUTED_GOTO)
    return (
        node.type in ("assignment_expression", "comma_expression") and context.reading.text[start:end] == COMPUTED_GOTO
    )


def _computed_goto(context: Context, node: tree_sitter.Node) -> None:
    """GNU ``goto *address``, see ``jump.py``: to any label of the function."""
    for part in nodes(node):
        if part.type == "assignment_expression":
            address = part.child_by_field_name("right")
            if address is not None:
                context.value(address)
            break
    if any(scope.cleanups for scope in context.scopes):
        context.maybe(lambda: leave_scopes(context, node, 0))
    context.computed_gotos.append(context.builder.current)
    context.dead()


def _labeled(context: Context, node: tree_sitter.Node) -> None:
    label = node.child_by_field_name("label")
    if label is not None:
        block = context.label(context.text(label))
        context.goto(block)
        context.builder.current = block
    for child in node.named_children:
        if label is None or child.id != label.id:
            context.statement(child)


def _inside(context: Context, node: tree_sitter.Node) -> None:
    """Statements that only wrap others."""
    for child in node.named_children:
        if child.type not in _SILENT:
            context.statement(child)


def _nested_function(context: Context, node: tree_sitter.Node) -> None:
    """A GNU nested function sees and changes the locals around it."""
    declared = context.types.declarator(node.child_by_field_name("declarator"), INT)
    name = f"{context.symbol}::{declared.name}"
    context.pending.append(Pending(node, name, context.visible()))
    ctype = context.types.declarator(node.child_by_field_name("declarator"), context.types.specifier(node)).type
    context.scopes[-1].names[declared.name] = Place(ctype, address=Symbol(SymbolKind.FUNCTION, name))
    escape(context, node)


_SILENT: Final = frozenset(
    [
        "comment",
        ";",
        "using_declaration",
        "namespace_alias_definition",
        "static_assert_declaration",
        "attribute_declaration",
        "friend_declaration",
        "access_specifier",
        "empty_statement",
        "ms_call_modifier",
        "preproc_call",
        "template_declaration",
        "attribute_specifier",
        "preproc_def",
        "preproc_function_def",
        "statement_identifier",
    ]
)
"""Nodes among statements that do nothing when the program runs."""

HANDLERS: Final[dict[str, Callable[[Context, tree_sitter.Node], None]]] = {
    "compound_statement": _compound,
    "expression_statement": _expression,
    "declaration": _declaration,
    "type_definition": _typedef,
    "alias_declaration": _alias,
    "struct_specifier": _specifier,
    "union_specifier": _specifier,
    "class_specifier": _specifier,
    "enum_specifier": _specifier,
    "if_statement": _if,
    "while_statement": _while,
    "do_statement": _do,
    "for_statement": _for,
    "for_range_loop": _range_for,
    "switch_statement": lower_switch,
    "case_statement": lower_case,
    "return_statement": _return,
    "co_return_statement": _return,
    "break_statement": _jump("breaks"),
    "continue_statement": _jump("continues"),
    "goto_statement": _goto,
    "labeled_statement": _labeled,
    "try_statement": lower_try,
    "seh_try_statement": lower_try,
    "throw_statement": lower_throw,
    "attributed_statement": _inside,
    "init_statement": _inside,
    "else_clause": _inside,
    "co_yield_statement": _inside,
    "linkage_specification": _inside,
    "declaration_list": _inside,
    "function_definition": _nested_function,
}
"""How each kind of statement is lowered."""
