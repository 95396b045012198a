"""Lvalues: what an expression names. One that is no lvalue lives in a slot of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.call import lower_call
from mapproof.frontends.c.context import Context, Place, Value
from mapproof.frontends.c.conversion import advance, resize
from mapproof.frontends.c.ctype import POINTER_TO_VOID, CType, Shape, pointer, unknown
from mapproof.frontends.c.declarator import typed_constant
from mapproof.frontends.c.operation import NOTHING, PLACES, call_operator
from mapproof.frontends.c.place import address_of, follow, load, member, named, store
from mapproof.frontends.c.selection import choice_of, select, select_by_presence
from mapproof.frontends.c.survey import stripped
from mapproof.model.ir import Opcode, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    import tree_sitter

_BROKEN = Place(NOTHING, address=Unknown("syntax", 8))


def lower_place(context: Context, node: tree_sitter.Node) -> Place:
    """What any expression names."""
    node = stripped(node) or node
    handler = _HANDLERS.get(node.type)
    if handler is not None:
        return handler(context, node)
    if node.type == "pointer_expression" and node.children[0].type == "*":
        return _pointee(context, node)
    return value_place(context, node, context.value(node))


def _call(context: Context, node: tree_sitter.Node) -> Place:
    """The result of a call that returns a reference; any other is a temporary."""
    if choice_of(context, node) is not None:
        return _choice(context, node)
    value = lower_call(context, node)
    if value.type.reference and value.type.target is not None:
        return follow(context, node, Place(value.type.target, address=value.operand))
    return value_place(context, node, value)


def value_place(context: Context, node: tree_sitter.Node, value: Value) -> Place:
    """A place that holds a value which has none: a C++ temporary, or the record that a call returns."""
    if value.type.shape is Shape.RECORD:
        return Place(value.type, address=value.operand)
    place = Place(value.type, address=context.slot("%temporary"))
    if value.type.shape is not Shape.VOID:
        store(context, node, place, value)
    return place


def compound_literal_place(context: Context, node: tree_sitter.Node) -> Place:
    """The unnamed object that a compound literal makes."""
    described, braces = node.child_by_field_name("type"), node.child_by_field_name("value")
    ctype = context.types.descriptor(described) if described is not None else NOTHING
    place = Place(ctype, address=context.slot("%literal"))
    if braces is not None:
        ctype = context.initialize(place, braces, zero=True)
        context.temporary_object(node, ctype, address_of(place))
    return Place(ctype, address=place.address)


def _named(context: Context, node: tree_sitter.Node) -> Place:
    name = context.text(node)
    found = named(context, node, name)
    if isinstance(found, Place):
        return found
    if found is not None:
        return value_place(context, node, Value(found, typed_constant(found)[1]))
    return Place(unknown(name), address=Symbol(SymbolKind.OBJECT, name))


def _this(context: Context, _node: tree_sitter.Node) -> Place:
    found = context.local("this")
    return found if isinstance(found, Place) else Place(NOTHING, address=Unknown("unknown-memory", 8))


def _member(context: Context, node: tree_sitter.Node) -> Place:
    argument, field = node.child_by_field_name("argument"), node.child_by_field_name("field")
    if argument is None or field is None:
        return _BROKEN
    if any(child.type == ".*" or (child.type == "ERROR" and context.text(child) == "*") for child in node.children):
        return _through_member_pointer(context, node, argument)
    name = context.text(field).rpartition("::")[2]
    if any(child.type == "->" for child in node.children):
        value = context.value(argument)
        if value.type.shape is Shape.RECORD:
            value = call_operator(context, node, "*::operator->", value)
        target = value.type.target if value.type.shape is Shape.POINTER else None
        operand = resize(context, node, value.operand, 8, signed=False)
        return member(context, node, operand, target or NOTHING, name)
    place = context.place(argument)
    if place.address is None:
        return Place(unknown(name), address=Unknown("unknown-memory", 8))
    return member(context, node, place.address, place.type, name, place.unions)


def _through_member_pointer(context: Context, node: tree_sitter.Node, argument: tree_sitter.Node) -> Place:
    """C++ ``x.*p`` and ``x->*p``: any member, which may be stored to."""
    arrow = any(child.type == "->" for child in node.children)
    base = context.value(argument).operand if arrow else address_of(context.place(argument))
    context.effect(node, Opcode.CALLOTHER, base)
    return Place(NOTHING, address=Unknown("unknown-memory", 8))


def _element(context: Context, node: tree_sitter.Node) -> Place:
    argument, indices = node.child_by_field_name("argument"), node.child_by_field_name("indices")
    index = indices.named_children[0] if indices is not None and indices.named_children else None
    index = index if index is not None else node.child_by_field_name("index")
    if argument is None or index is None:
        return _BROKEN
    inner = stripped(argument) or argument
    base: Place | None = context.place(inner) if inner.type in PLACES else None
    unions = () if base is None or base.type.shape is not Shape.ARRAY else base.unions
    value = context.value(inner) if base is None else load(context, node, base)
    offset = context.value(index)
    if value.type.shape is Shape.RECORD:
        return Place(NOTHING, address=call_operator(context, node, "*::operator[]", value, offset).operand)
    if value.type.shape is Shape.INTEGER and offset.type.shape is Shape.POINTER:
        value, offset = offset, value
    if value.type.shape is not Shape.POINTER or value.type.target is None:
        value = Value(resize(context, node, value.operand, 8, signed=False), pointer(NOTHING))
    moved = advance(context, node, value, resize(context, node, offset.operand, 8, signed=offset.type.signed))
    return follow(context, node, Place(value.type.target or NOTHING, address=moved, unions=unions))


def _pointee(context: Context, node: tree_sitter.Node) -> Place:
    argument = node.child_by_field_name("argument")
    if argument is None:
        return _BROKEN
    value = context.value(argument)
    if value.type.shape is Shape.RECORD:
        return Place(NOTHING, address=call_operator(context, node, "*::operator*", value).operand)
    if value.type.shape is Shape.POINTER and value.type.target is not None:
        return follow(context, node, Place(value.type.target, address=value.operand))
    return Place(NOTHING, address=resize(context, node, value.operand, 8, signed=False))


def _assigned(context: Context, node: tree_sitter.Node) -> Place:
    """``a = b`` and ``++a`` are lvalues in C++."""
    target = node.child_by_field_name("left") or node.child_by_field_name("argument")
    context.value(node)
    return _BROKEN if target is None else context.place(target)


def _comma(context: Context, node: tree_sitter.Node) -> Place:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None:
        context.value(left)
    return _BROKEN if right is None else context.place(right)


def _conditional(context: Context, node: tree_sitter.Node) -> Place:
    condition, then, otherwise = (
        node.child_by_field_name(part) for part in ("condition", "consequence", "alternative")
    )
    if condition is None or then is None or otherwise is None:
        return value_place(context, node, context.value(node))
    yes, no = context.builder.new_block(), context.builder.new_block()
    context.test(condition, yes, no)
    types: list[CType] = []
    arms = ((yes, _address(context, then, types)), (no, _address(context, otherwise, types)))
    address = select(context, node, arms)
    return _joined(types, address)


def _choice(context: Context, node: tree_sitter.Node) -> Place:
    number, parts = choice_of(context, node) or (0, [])
    types: list[CType] = []
    pairs = zip(context.reading.groups[number], parts, strict=False)
    address = select_by_presence(context, node, [(c, _address(context, part, types)) for c, part in pairs])
    return _joined(types, address)


def _joined(types: list[CType], address: Value) -> Place:
    same = bool(types) and all(ctype == types[0] for ctype in types)
    return Place(types[0] if same else NOTHING, address=address.operand)


def _address(context: Context, node: tree_sitter.Node, types: list[CType]) -> Callable[[], Value]:
    def evaluate() -> Value:
        place = context.place(node)
        if place.var is not None:
            place = value_place(context, node, load(context, node, place))
        types.append(place.type)
        return Value(address_of(place), POINTER_TO_VOID)

    return evaluate


_HANDLERS = {
    "identifier": _named,
    "qualified_identifier": _named,
    "field_identifier": _named,
    "template_function": _named,
    "this": _this,
    "call_expression": _call,
    "field_expression": _member,
    "subscript_expression": _element,
    "compound_literal_expression": compound_literal_place,
    "assignment_expression": _assigned,
    "update_expression": _assigned,
    "comma_expression": _comma,
    "conditional_expression": _conditional,
}
"""How each kind of lvalue is found."""
