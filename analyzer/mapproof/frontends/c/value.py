"""Expressions: each kind of node to a value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c import literal
from mapproof.frontends.c.assembly import lower_assembly
from mapproof.frontends.c.call import call_value, cast_to
from mapproof.frontends.c.context import Context, Pending, Place, Value
from mapproof.frontends.c.ctype import BOOL, CHAR, POINTER_TO_VOID, ULONG, CType, Shape, pointer, unknown
from mapproof.frontends.c.declarator import typed_constant
from mapproof.frontends.c.lvalue import compound_literal_place
from mapproof.frontends.c.object import lower_delete, lower_new
from mapproof.frontends.c.operation import (
    kept,
    lower_assignment,
    lower_binary,
    lower_comma,
    lower_conditional,
    lower_pointer,
    lower_sizeof,
    lower_unary,
    lower_update,
    not_understood,
)
from mapproof.frontends.c.place import load, named
from mapproof.frontends.c.selection import select
from mapproof.frontends.c.survey import stripped
from mapproof.model.ir import Const, Opcode, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    import tree_sitter

_FUNCTION_NAMES: Final = frozenset(("__func__", "__FUNCTION__", "__PRETTY_FUNCTION__"))


def lower_value(context: Context, node: tree_sitter.Node) -> Value:
    """Evaluate any expression node; of an unknown kind, the expressions in it."""
    node = stripped(node) or node
    handler = HANDLERS.get(node.type)
    if handler is not None:
        return handler(context, node)
    for child in node.named_children:
        if child.type in HANDLERS:
            context.value(child)
    return not_understood()


def _identifier(context: Context, node: tree_sitter.Node) -> Value:
    name = context.text(node)
    found = named(context, node, name)
    if isinstance(found, Const):
        ctype = typed_constant(found)[1]
        return Value(found, replace(ctype, tag="enum") if node.type == "qualified_identifier" else ctype)
    if found is not None:
        return load(context, node, found)
    if name in _FUNCTION_NAMES:
        return Value(Symbol(SymbolKind.STRING, context.name), pointer(CHAR))
    return Value(Unknown("unknown-name", 8), unknown(name))


def _load(context: Context, node: tree_sitter.Node) -> Value:
    return load(context, node, context.place(node))


def _number(context: Context, node: tree_sitter.Node) -> Value:
    found = literal.number(context.text(node))
    if found is None:
        reason = "limit" if literal.is_floating(context.text(node)) else "syntax"
        return Value(Unknown(reason, 8), literal.DOUBLE_LITERAL)
    return Value(Const(found[0], found[1].size), found[1])


def _character(context: Context, node: tree_sitter.Node) -> Value:
    value, ctype = literal.character(context.reading.text[node.start_byte : node.end_byte])
    return Value(Const(value, ctype.size), ctype)


def _string(context: Context, node: tree_sitter.Node) -> Value:
    data, element = literal.string(node, context.reading.text)
    return Value(Symbol(SymbolKind.STRING, data.decode("utf-8", "replace")), pointer(element))


def _constant(value: int, ctype: CType) -> Callable[[Context, tree_sitter.Node], Value]:
    return lambda _context, _node: Value(Const(value, ctype.width), ctype)


def _cast(context: Context, node: tree_sitter.Node) -> Value:
    described, argument = node.child_by_field_name("type"), node.child_by_field_name("value")
    if described is None or argument is None:
        return not_understood()
    if isinstance(context.local(context.text(described)), Place):
        context.value(argument)
        return not_understood()
    return cast_to(context, node, context.types.descriptor(described), argument)


def _unknown_number(_context: Context, _node: tree_sitter.Node) -> Value:
    return Value(Unknown("unknown-name", 8), ULONG)


def _compound_literal(context: Context, node: tree_sitter.Node) -> Value:
    return load(context, node, compound_literal_place(context, node))


def _generic(context: Context, node: tree_sitter.Node) -> Value:
    """``_Generic``: any of the associations may be meant; the controlling expression is not evaluated."""
    expressions = [child for child in node.named_children[1:] if child.type not in ("type_descriptor", "comment")]
    blocks = [context.builder.new_block() for _ in expressions]
    for block in blocks:
        context.goto(block)

    def later(part: tree_sitter.Node) -> Callable[[], Value]:
        return lambda: context.value(part)

    return select(context, node, [(block, later(part)) for block, part in zip(blocks, expressions, strict=True)])


def _statement_expression(context: Context, node: tree_sitter.Node) -> Value:
    """GNU ``({ ... })``."""
    body = next((child for child in node.named_children if child.type == "compound_statement"), None)
    if body is None:
        return not_understood()
    with context.block_scope():
        value = context.statements(body.named_children)
        if value is not None and value.type.shape not in (Shape.VOID, Shape.RECORD):
            value = kept(context, node, value)
    return Value(Unknown("unknown-call", 8), unknown("")) if value is None else value


def _lambda(context: Context, node: tree_sitter.Node) -> Value:
    span = context.span(node)
    name = f"{context.symbol}::lambda@{span.line}"
    if any(pending.name == name for pending in context.pending):
        name = f"{name}:{span.column}"
    context.pending.append(Pending(node, name, context.visible()))
    escape(context, node)
    return Value(Symbol(SymbolKind.FUNCTION, name), unknown("lambda"))


def escape(context: Context, node: tree_sitter.Node) -> None:
    """Code that is lowered elsewhere may change every local in memory from now on."""
    addresses = [
        place.address
        for scope in context.scopes
        for place in scope.names.values()
        if isinstance(place.address, Symbol) and place.address.kind is SymbolKind.SLOT
    ]
    if addresses:
        context.effect(node, Opcode.CALLOTHER, *addresses)


def _extension(context: Context, node: tree_sitter.Node) -> Value:
    return context.value(node.named_children[-1]) if node.named_children else not_understood()


def _braces(context: Context, node: tree_sitter.Node) -> Value:
    """A braced list where a value is expected: its effects happen, its value is not known."""
    for child in node.named_children:
        if child.type in HANDLERS:
            context.value(child)
    return Value(Unknown("unknown-memory", 8), unknown(""))


HANDLERS: Final[dict[str, Callable[[Context, tree_sitter.Node], Value]]] = {
    "identifier": _identifier,
    "qualified_identifier": _identifier,
    "field_identifier": _identifier,
    "template_function": _identifier,
    "this": _load,
    "number_literal": _number,
    "char_literal": _character,
    "string_literal": _string,
    "raw_string_literal": _string,
    "concatenated_string": _string,
    "true": _constant(1, BOOL),
    "false": _constant(0, BOOL),
    "null": _constant(0, POINTER_TO_VOID),
    "nullptr": _constant(0, POINTER_TO_VOID),
    "binary_expression": lower_binary,
    "unary_expression": lower_unary,
    "pointer_expression": lower_pointer,
    "assignment_expression": lower_assignment,
    "update_expression": lower_update,
    "cast_expression": _cast,
    "conditional_expression": lower_conditional,
    "comma_expression": lower_comma,
    "call_expression": call_value,
    "field_expression": _load,
    "subscript_expression": _load,
    "sizeof_expression": lower_sizeof,
    "alignof_expression": _unknown_number,
    "offsetof_expression": _unknown_number,
    "compound_literal_expression": _compound_literal,
    "generic_expression": _generic,
    "parenthesized_expression": _statement_expression,
    "gnu_asm_expression": lower_assembly,
    "lambda_expression": _lambda,
    "new_expression": lower_new,
    "delete_expression": lower_delete,
    "extension_expression": _extension,
    "co_await_expression": _extension,
    "initializer_list": _braces,
    "user_defined_literal": _unknown_number,
}
"""How each kind of expression is evaluated."""
