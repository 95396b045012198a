"""Lvalues: what names and members stand for, and reading and writing them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.context import Context, Place, UnionStep, Value, element_address, member_address, no_value
from mapproof.frontends.c.conversion import convert
from mapproof.frontends.c.ctype import CType, Record, Shape, function, pointer, record, unknown
from mapproof.frontends.c.declarator import lookup_order, plain
from mapproof.frontends.c.survey import nodes
from mapproof.model.ir import Const, Opcode, Operand, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    import tree_sitter

_MAX_CELLS: Final = 64
"""A record with more cells than this is not copied member by member."""

_MAX_BASES: Final = 16


# Names.


def named(context: Context, node: tree_sitter.Node, name: str) -> Place | Const | None:
    """What an identifier stands for; ``None`` where nothing is known of it."""
    found = context.local(name)
    if isinstance(found, Place):
        return follow(context, node, found)
    if found is not None:
        return found
    if name in context.outer:
        return Place(unknown(name), address=Unknown("unknown-memory", 8))
    own = _own_member(context, node, name)
    return own if own is not None else global_name(context, name)


def global_name(context: Context, name: str) -> Place | Const | None:
    """What an identifier stands for outside every function."""
    if plain(name) in context.types.opaque:
        return None
    for candidate in lookup_order(name, context.types.enclosing):
        constant = context.types.constants.get(candidate)
        if constant is not None and constant.value is not None:
            return Const(constant.value, 4, name)
        found = context.scope.identifier(candidate)
        if isinstance(found, Const):
            return found
        if isinstance(found, Symbol):
            return symbol_place(context, found, candidate)
    return None


def symbol_place(context: Context, symbol: Symbol, name: str) -> Place:
    """The object or function of that symbol."""
    if symbol.kind is SymbolKind.FUNCTION:
        known = context.scope.prototypes(name)
        if not known:
            return Place(function(unknown(name), None), address=symbol)
        results = {made.result for made in known}
        result = known[0].result if len(results) == 1 else unknown(name)
        parameters = known[0].parameters if len(known) == 1 else None
        return Place(function(result, parameters, variadic=known[0].variadic), address=symbol)
    return Place(context.scope.object_type(name) or unknown(name), address=symbol)


def _own_member(context: Context, node: tree_sitter.Node, name: str) -> Place | None:
    """A bare member name inside a member function."""
    if not context.record or "::" in name:
        return None
    this = context.local("this")
    steps = find_member(context, context.record, name)
    if steps is None or not isinstance(this, Place) or this.var is None:
        return None
    return member(context, node, this.var, record(context.record), name)


# Members.


def find_member(context: Context, tag: str, name: str, depth: int = 0) -> list[tuple[Record, int]] | None:
    """The way to a member: each record on it and the member's number there; through anonymous members and bases."""
    found = context.types.find_record(tag)
    if found is None or depth > _MAX_BASES:
        return None
    for index, candidate in enumerate(found.members):
        if candidate.name == name and not candidate.static:
            return [(found, index)]
    for index, candidate in enumerate(found.members):
        if not candidate.name and candidate.type.shape is Shape.RECORD:
            inner = find_member(context, candidate.type.tag, name, depth + 1)
            if inner is not None:
                return [(found, index), *inner]
    for base in found.bases:
        for qualified in lookup_order(base, tuple(tag.split("::")[:-1])):
            inner = find_member(context, qualified, name, depth + 1)
            if inner is not None:
                return inner
    return None


def member(
    context: Context,
    node: tree_sitter.Node,
    address: Operand,
    ctype: CType,
    name: str,
    unions: tuple[UnionStep, ...] = (),
) -> Place:
    """The member of the record at ``address``. Members of anonymous members and of bases belong to the whole."""
    cell = member_address(context, node, address, name)
    steps = find_member(context, ctype.tag, name) if ctype.shape is Shape.RECORD else None
    if steps is None:
        return Place(unknown(name), address=cell, unions=unions)
    for found, index in steps:
        if found.union:
            unions = (*unions, UnionStep(address, found, index))
    last, index = steps[-1]
    declared = last.members[index]
    ctype = replace(declared.type, const=False) if ctype.const else declared.type
    return follow(context, node, Place(ctype, address=cell, bits=declared.bits, unions=unions))


def follow(context: Context, node: tree_sitter.Node, place: Place) -> Place:
    """A reference stands for what it refers to."""
    if not place.type.reference or place.type.target is None:
        return place
    return Place(
        place.type.target, address=load(context, node, replace(place, type=pointer(place.type.target))).operand
    )


# Reading and writing.


def load(context: Context, node: tree_sitter.Node, place: Place) -> Value:
    """The place's value: arrays and functions become pointers, a record stays an address."""
    ctype = place.type
    if place.var is not None:
        return Value(place.var, ctype)
    address = place.address if place.address is not None else Unknown("unknown-memory", 8)
    if ctype.shape is Shape.ARRAY and ctype.target is not None:
        return Value(context.emit(node, Opcode.PTRSUB, 8, address, Const(0, 8)), pointer(ctype.target))
    if ctype.shape is Shape.FUNCTION:
        return Value(address, pointer(ctype))
    if ctype.shape in (Shape.RECORD, Shape.VOID):
        return Value(address, ctype)
    return Value(context.emit(node, Opcode.LOAD, ctype.width, address), ctype)


def store(context: Context, node: tree_sitter.Node, place: Place, value: Value) -> Value:
    """Assign; the assigned value as the place's type holds it."""
    ctype = place.type
    if ctype.shape is Shape.RECORD:
        _store_record(context, node, place, value)
        return Value(place.address or Unknown("unknown-memory", 8), ctype)
    if ctype.shape is Shape.ARRAY or ctype.shape is Shape.FUNCTION:
        forget(context, node, place, "syntax")
        return value
    operand = convert(context, node, value, ctype)
    if place.bits is not None:
        operand = _narrow(context, node, operand, ctype, place.bits)
    if place.var is not None:
        context.assign(node, place.var, operand)
        return Value(place.var, ctype)
    context.effect(node, Opcode.STORE, place.address or Unknown("unknown-memory", 8), operand)
    _disturb(context, node, place)
    return Value(operand, ctype)


def forget(context: Context, node: tree_sitter.Node, place: Place, reason: str) -> None:
    """The place holds nobody knows what from here on."""
    if place.var is not None:
        context.assign(node, place.var, Unknown(reason, place.var.size))
        return
    forget_memory(context, node, place.address or Unknown("unknown-memory", 8), place.type, reason)
    _disturb(context, node, place)


def forget_named(context: Context, region: tree_sitter.Node, why: str) -> None:
    """Every local that a stretch of code names holds nobody knows what; ``why`` is noted of the function."""
    context.note(region, why)
    for part in nodes(region):
        found = context.local(context.text(part)) if part.type == "identifier" else None
        if isinstance(found, Place):
            forget(context, part, found, "unknown-memory")


def forget_memory(context: Context, node: tree_sitter.Node, address: Operand, ctype: CType, reason: str) -> None:
    """Every cell of an object holds nobody knows what from here on."""
    leaves = cells(context, ctype)
    _note_stored(context, ctype, known=leaves is not None)
    if leaves is None:
        context.effect(node, Opcode.CALLOTHER, address)
        return
    for path, leaf in leaves:
        cell = walk(context, node, address, path)
        context.effect(node, Opcode.STORE, cell, no_value(leaf, reason))


def address_of(place: Place) -> Operand:
    """Where the place is."""
    if place.var is not None or place.address is None:
        return Unknown("unknown-memory", 8)
    return place.address


def _narrow(context: Context, node: tree_sitter.Node, operand: Operand, ctype: CType, bits: int) -> Operand:
    """What a bit-field of that many bits keeps of a value."""
    spare = 8 * ctype.width - bits
    if spare <= 0 or bits <= 0 or ctype.boolean:
        return operand
    if not ctype.signed:
        return context.emit(node, Opcode.INT_AND, ctype.width, operand, Const((1 << bits) - 1, ctype.width))
    shifted = context.emit(node, Opcode.INT_LEFT, ctype.width, operand, Const(spare, 4))
    return context.emit(node, Opcode.INT_SRIGHT, ctype.width, shifted, Const(spare, 4))


def _disturb(context: Context, node: tree_sitter.Node, place: Place) -> None:
    """A store into a union changes every member that shares the bytes."""
    for step in place.unions:
        for index, other in enumerate(step.record.members):
            if index == step.index or other.static:
                continue
            if other.name:
                cell = member_address(context, node, step.address, other.name)
                forget_memory(context, node, cell, other.type, "unknown-memory")
            else:
                forget_memory(context, node, step.address, other.type, "unknown-memory")


def _store_record(context: Context, node: tree_sitter.Node, place: Place, value: Value) -> None:
    target = place.address or Unknown("unknown-memory", 8)
    leaves = cells(context, place.type)
    if value.type.shape is not Shape.RECORD or leaves is None:
        forget(context, node, place, "unknown-memory")
        return
    copied: list[tuple[Operand, Operand]] = []
    for path, leaf in leaves:
        source = walk(context, node, value.operand, path)
        unread = any(isinstance(step, Unknown) for step in path)
        read: Operand = no_value(leaf, "unknown-memory")
        if not unread:
            read = context.emit(node, Opcode.LOAD, leaf.width, source)
        copied.append((walk(context, node, target, path), read))
    _note_stored(context, place.type, known=True)
    for cell, read in copied:
        context.effect(node, Opcode.STORE, cell, read)
    _disturb(context, node, place)


def _note_stored(context: Context, ctype: CType, *, known: bool) -> None:
    """A record is stored whole; ``known``: member by member."""
    while ctype.shape is Shape.ARRAY and ctype.target is not None:
        ctype = ctype.target
    if ctype.shape is Shape.RECORD:
        (context.traffic.copied if known else context.traffic.clobbered).add(ctype.tag)


# Cells of an object.

Step = str | int | Unknown
"""A member's name, an element's number, or an element nobody knows which."""


def cells(context: Context, ctype: CType) -> list[tuple[tuple[Step, ...], CType]] | None:
    """The scalar cells of a type, as paths; ``None`` where its layout is not known or too large.

    Elements of an array of more than 16 are one cell at an unknown index.
    """
    found: list[tuple[tuple[Step, ...], CType]] = []
    todo: list[tuple[tuple[Step, ...], CType]] = [((), ctype)]
    while todo:
        path, inner = todo.pop()
        if len(found) + len(todo) > _MAX_CELLS:
            return None
        if inner.shape is Shape.ARRAY and inner.target is not None:
            few = inner.length is not None and inner.length <= 16
            steps: list[Step] = list(range(inner.length or 0)) if few else [Unknown("limit", 8)]
            todo.extend(((*path, step), inner.target) for step in reversed(steps))
        elif inner.shape is Shape.RECORD:
            body = context.types.find_record(inner.tag)
            if body is None or not body.exact or (not body.members and not body.union):
                return None
            if body.bases:
                return None
            todo.extend(
                ((*path, part.name) if part.name else path, part.type)
                for part in reversed(body.members)
                if not part.static
            )
        else:
            found.append((path, inner))
    return found


def walk(context: Context, node: tree_sitter.Node, address: Operand, path: tuple[Step, ...]) -> Operand:
    """The address at the end of a path of members and elements."""
    here = address
    for step in path:
        if isinstance(step, str):
            here = member_address(context, node, here, step)
        else:
            index: Operand = Const(step, 8) if isinstance(step, int) else step
            here = element_address(context, node, here, index)
    return here
