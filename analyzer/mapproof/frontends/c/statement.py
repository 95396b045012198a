"""Statements: blocks, branches, loops, jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.context import Context, Jump, LocalScope, Pending, Place, Value, element_address
from mapproof.frontends.c.conversion import convert
from mapproof.frontends.c.ctype import INT, Shape, pointer, promoted, unknown
from mapproof.frontends.c.fault import is_broken, understood
from mapproof.frontends.c.havoc import havoc
from mapproof.frontends.c.local import bind, bind_parts, declare_statement
from mapproof.frontends.c.place import address_of
from mapproof.frontends.c.selection import Group, items
from mapproof.frontends.c.survey import nodes
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
            arms = item.arms
            context.fork(context.reading.groups[item.number][: len(arms)], _arm(context, arms))
            value = None
        elif item.type == "expression_statement" and index == len(found) - 1:
            value = expression_statement(context, item)
        else:
            context.statement(item)
            value = None
    return value


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
    elif node.type not in _SILENT:
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
    opened = 0
    while current is not None and current.type == "if_statement":
        context.scopes.append(LocalScope())
        opened += 1
        then, otherwise = context.builder.new_block(), context.builder.new_block()
        condition(context, current.child_by_field_name("condition"), then, otherwise)
        context.builder.current = then
        body = current.child_by_field_name("consequence")
        if body is not None:
            context.statement(body)
        _stray_errors(context, current)
        context.goto(join)
        context.builder.current = otherwise
        clause = current.child_by_field_name("alternative")
        current = None if clause is None else _else_body(clause)
    if current is not None:
        context.statement(current)
    context.goto(join)
    context.builder.current = join
    leave_scopes(context, node, len(context.scopes) - opened)
    del context.scopes[len(context.scopes) - opened :]


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


# switch.


def _switch(context: Context, node: tree_sitter.Node) -> None:
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


def _case(context: Context, node: tree_sitter.Node) -> None:
    block = context.cases.get(node.id)
    if block is not None:
        context.goto(block)
        context.builder.current = block
    context.statements(node.named_children[0:] if block is None else _after_colon(node))


def _after_colon(case: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in case.children[_colon(case) + 1 :] if child.is_named]


# Jumps.


def leave_scopes(context: Context, node: tree_sitter.Node, depth: int) -> None:
    """Destroy the C++ objects of every scope deeper than ``depth``, last made first."""
    for scope in reversed(context.scopes[depth:]):
        for name, address in reversed(scope.cleanups):
            context.call(context.span(node), None, Symbol(SymbolKind.FUNCTION, name), (address,), None)


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
    after_keyword = context.text(node).removeprefix("goto").lstrip()
    if label is None or after_keyword.startswith("*"):
        if any(child.type == "call_expression" for child in nodes(node)) or "(" in after_keyword:
            havoc(context, node, "syntax")
        context.computed_gotos.append(context.builder.current)
    else:
        context.goto(context.label(context.text(label)))
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


# Exceptions.


def _try(context: Context, node: tree_sitter.Node) -> None:
    """Every call in the block may throw; the handlers start from the state at any of them."""
    caught, after = context.builder.new_block(), context.builder.new_block()
    context.goto(caught)
    _go_on(context)
    context.handlers.append(caught)
    body = node.child_by_field_name("body")
    if body is not None:
        context.statement(body)
    context.handlers.pop()
    context.goto(caught)
    context.goto(after)
    for clause in node.named_children:
        if clause.type in ("catch_clause", "seh_except_clause"):
            context.builder.current = caught
            handler = context.builder.new_block()
            context.goto(handler)
            context.builder.current = handler
            with context.block_scope():
                _caught(context, clause)
            context.goto(after)
    context.builder.current = caught
    for outer in context.handlers:
        context.goto(outer)
    context.builder.current = after
    final = next((child for child in node.named_children if child.type == "seh_finally_clause"), None)
    if final is not None:
        context.builder.current = caught
        context.goto(after)
        context.builder.current = after
        inner = final.child_by_field_name("body")
        if inner is not None:
            context.statement(inner)


def _go_on(context: Context) -> None:
    following = context.builder.new_block()
    context.goto(following)
    context.builder.current = following


def _caught(context: Context, clause: tree_sitter.Node) -> None:
    listed = clause.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        if parameter.type != "parameter_declaration":
            continue
        declared = context.types.declarator(
            parameter.child_by_field_name("declarator"), context.types.specifier(parameter)
        )
        if declared.name:
            place = Place(declared.type, context.variable(declared.name, declared.type.width))
            if declared.type.aggregate:
                place = Place(declared.type, address=context.slot(declared.name))
            context.scopes[-1].names[declared.name] = place
    test = clause.child_by_field_name("filter")
    if test is not None:
        context.value(test)
    body = clause.child_by_field_name("body")
    if body is not None:
        context.statement(body)


def _throw(context: Context, node: tree_sitter.Node) -> None:
    for child in node.named_children:
        context.value(child)
    for handler in context.handlers:
        context.goto(handler)
    context.dead()


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
    "switch_statement": _switch,
    "case_statement": _case,
    "return_statement": _return,
    "co_return_statement": _return,
    "break_statement": _jump("breaks"),
    "continue_statement": _jump("continues"),
    "goto_statement": _goto,
    "labeled_statement": _labeled,
    "try_statement": _try,
    "seh_try_statement": _try,
    "throw_statement": _throw,
    "attributed_statement": _inside,
    "init_statement": _inside,
    "else_clause": _inside,
    "co_yield_statement": _inside,
    "linkage_specification": _inside,
    "declaration_list": _inside,
    "function_definition": _nested_function,
}
"""How each kind of statement is lowered."""
