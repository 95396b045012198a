"""C++ objects: ``new``, ``delete``, constructors and destructors of locals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.call import call_constructor
from mapproof.frontends.c.context import Context, Place, Value
from mapproof.frontends.c.ctype import VOID, CType, Shape, pointer, record
from mapproof.frontends.c.declarator import lookup_order
from mapproof.frontends.c.layout import size_of
from mapproof.frontends.c.lookup import function_symbol
from mapproof.frontends.c.place import member, store
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
        destroy(context, node, target, value.operand)
    context.call(
        context.span(node), None, Symbol(SymbolKind.FUNCTION, "operator delete"), (value.operand,), CallSyntax("delete")
    )
    return Value(Unknown("unknown-call", 8), VOID)


def destroy(context: Context, node: tree_sitter.Node, ctype: CType, address: Operand) -> None:
    """End the life of an object (C++23 [class.dtor]): its destructor's call; where it has none of its own, those of its
    members and bases."""
    if not is_destroyed(context, ctype):
        return
    if ctype.shape is Shape.ARRAY:
        context.note(node, "objects with destructors end here, whose number is not followed")
        return
    own = _destructor(context, ctype)
    if own is not None:
        context.call(context.span(node), None, own, (address,), None)
    else:
        destroy_parts(context, node, ctype, address)


def destroy_parts(context: Context, node: tree_sitter.Node, ctype: CType, address: Operand) -> None:
    """End the lives of a record's members and bases, last made first."""
    found = context.types.find_record(ctype.tag)
    for part in reversed(found.members if found is not None else ()):
        if not part.static and part.name and is_destroyed(context, part.type):
            place = member(context, node, address, ctype, part.name)
            destroy(context, node, part.type, place.address or Unknown("unknown-memory", 8))
    for base in reversed(bases_of(context, ctype)):
        destroy(context, node, base, address)


def is_destroyed(context: Context, ctype: CType, within: frozenset[str] = frozenset()) -> bool:
    """Whether code is known to run where an object of this type ends; ``within``: the records that it is a part of."""
    while ctype.shape is Shape.ARRAY and ctype.target is not None:
        ctype = ctype.target
    if ctype.shape is not Shape.RECORD or ctype.tag in within:
        return False
    found = context.types.find_record(ctype.tag)
    if found is None:
        return False
    if _destructor(context, ctype) is not None:
        return True
    inner = within | {ctype.tag}
    parts = [part.type for part in found.members if not part.static]
    return any(is_destroyed(context, part, inner) for part in (*parts, *bases_of(context, ctype)))


def bases_of(context: Context, ctype: CType) -> list[CType]:
    """The base classes of a record, by the names that they are known under."""
    found = context.types.find_record(ctype.tag)
    around = tuple(ctype.tag.split("::")[:-1])
    return [
        record(next((name for name in lookup_order(base, around) if context.types.find_record(name)), base))
        for base in (found.bases if found is not None else ())
    ]


def _destructor(context: Context, ctype: CType) -> Symbol | None:
    """The destructor of a class that is known to declare one."""
    found = context.types.find_record(ctype.tag)
    name = f"~{ctype.tag.rpartition('::')[2]}"
    if found is None or not found.method(name):
        return None
    return function_symbol(context, f"{ctype.tag}::{name}")
