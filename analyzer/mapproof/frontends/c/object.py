"""C++ objects: ``new``, ``delete``, constructors and destructors of locals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.call import call_constructor
from mapproof.frontends.c.context import Context, Place, Value
from mapproof.frontends.c.ctype import VOID, CType, Shape, pointer
from mapproof.frontends.c.layout import size_of
from mapproof.frontends.c.lookup import function_symbol
from mapproof.frontends.c.place import store
from mapproof.model.ir import CallSyntax, Const, Operand, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    import tree_sitter


def lower_new(context: Context, node: tree_sitter.Node) -> Value:
    """``new T(args)``: a call of ``operator new``, then of the constructor."""
    specifier, listed = node.child_by_field_name("type"), node.child_by_field_name("arguments")
    placement, declarator = node.child_by_field_name("placement"), node.child_by_field_name("declarator")
    ctype = context.types.base(specifier) if specifier is not None else VOID
    size = size_of(context.types, ctype)
    operands: list[Operand] = [Unknown("unknown-name", 8) if size is None or declarator is not None else Const(size, 8)]
    operands += [context.value(part).operand for part in (placement.named_children if placement is not None else ())]
    if declarator is not None:
        for length in declarator.children_by_field_name("length"):
            context.value(length)
    name = "operator new" if declarator is None else "operator new[]"
    symbol = Symbol(SymbolKind.FUNCTION, name)
    output = context.call(context.span(node), 8, symbol, operands, CallSyntax("new"))
    address: Operand = Unknown("unknown-call", 8) if output is None else output
    arguments = [child for child in listed.named_children if child.type != "comment"] if listed is not None else []
    if ctype.shape is Shape.RECORD or not ctype.known:
        call_constructor(context, node, ctype, address, arguments)
    else:
        for argument in arguments:
            value = context.value(argument)
            store(context, node, Place(ctype, address=address), value)
    return Value(address, pointer(ctype))


def lower_delete(context: Context, node: tree_sitter.Node) -> Value:
    """``delete p``: the destructor, if the class has one, then ``operator delete``."""
    argument = node.named_children[-1] if node.named_children else None
    if argument is None:
        return Value(Unknown("syntax", 8), VOID)
    value = context.value(argument)
    target = value.type.target
    if target is not None:
        symbol = destructor(context, target)
        if symbol is not None:
            context.call(context.span(node), None, symbol, (value.operand,), None)
    context.call(
        context.span(node), None, Symbol(SymbolKind.FUNCTION, "operator delete"), (value.operand,), CallSyntax("delete")
    )
    return Value(Unknown("unknown-call", 8), VOID)


def destructor(context: Context, ctype: CType) -> Symbol | None:
    """The destructor of a class that is known to declare one."""
    if ctype.shape is not Shape.RECORD:
        return None
    found = context.types.find_record(ctype.tag)
    if found is None:
        return None
    name = f"~{ctype.tag.rpartition('::')[2]}"
    return function_symbol(context, f"{ctype.tag}::{name}") if found.method(name) else None
