"""Declarations inside a function: what a local is, where it lives and how it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.call import call_constructor
from mapproof.frontends.c.context import Context, Place, Static, Value
from mapproof.frontends.c.ctype import CType, Shape, decayed, pointer, unknown
from mapproof.frontends.c.object import bases_of, is_destroyed
from mapproof.frontends.c.place import address_of, forget, forget_named, global_name, load, member, store
from mapproof.model.ir import Const, Opcode, Operand, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    import tree_sitter

    from mapproof.frontends.c.declarator import Declared


_DEDUCED: Final = ("auto", "__auto_type", "decltype(auto)")


class Redeclared(Exception):  # noqa: N818  not an error: the function is lowered again, wiser
    """Arms of one group declare a variable with types that differ; ``args[0]`` is its name."""


def declare_statement(context: Context, node: tree_sitter.Node) -> None:
    """Lower a declaration inside a function."""
    if _called(context, node):
        return
    _own_types(context, node)
    written = context.span(node)
    texts = (
        context.reading.text[node.start_byte : node.end_byte],
        context.reading.source.data[written.start : written.end],
    )
    if any(b"cleanup" in text for text in texts):
        context.note(node, "a function given by the cleanup attribute runs when the block is left")
    base = context.types.specifier(node)
    words = {context.text(child) for child in node.children if child.type == "storage_class_specifier"}
    declarators = [
        child for index, child in enumerate(node.children) if node.field_name_for_child(index) == "declarator"
    ]
    value = node.child_by_field_name("value")
    for child in declarators:
        _declare_one(context, child, base, words, child.child_by_field_name("value") or value)


def _called(context: Context, node: tree_sitter.Node) -> bool:
    """``f(***x);`` may parse as a declaration of ``x``; where ``f`` is no type it is lowered as the call that it is."""
    specifier = node.child_by_field_name("type")
    if specifier is None or specifier.type != "type_identifier":
        return False
    if all(child.type != "parenthesized_declarator" for child in node.named_children):
        return False
    if context.types.named_type(context.text(specifier)) is not None:
        return False
    with context.again(node.start_byte, node.end_byte - 1, b"") as expression:
        if expression is None:
            return False
        context.value(expression)
    return True


def _own_types(context: Context, node: tree_sitter.Node) -> None:
    """Enumerators that the declaration's own ``enum { ... }`` defines belong to the block."""
    specifier = node.child_by_field_name("type") if node.type != "enum_specifier" else node
    if specifier is None or specifier.type != "enum_specifier" or specifier.child_by_field_name("body") is None:
        return
    before, context.types.constants = context.types.constants, {}
    context.types.base(specifier)
    for name, constant in context.types.constants.items():
        if constant.value is not None:
            context.scopes[-1].constants[name] = Const(constant.value, 4, name)
    context.types.constants = before | context.types.constants


def _declare_one(
    context: Context, node: tree_sitter.Node, base: CType, words: set[str], value: tree_sitter.Node | None
) -> None:
    declared = context.types.declarator(node, base)
    if declared.node is not None and declared.node.type == "structured_binding_declarator":
        _structured_binding(context, node, declared, value)
        return
    if not declared.name:
        return
    _lengths(context, node)
    if declared.node is not None:
        context.skip(declared.node)
    if declared.type.shape is Shape.FUNCTION and value is None:
        if context.cpp and declared.function is not None and _is_initialized(context, declared.function):
            _vexing(context, node, declared, declared.function)
            return
        context.scopes[-1].names.pop(declared.name, None)
        return
    if "extern" in words:
        found = global_name(context, declared.name)
        known = found if isinstance(found, Place) else Place(declared.type, address=_object(declared.name))
        context.scopes[-1].names[declared.name] = known
    elif "static" in words or "thread_local" in words:
        _declare_static(context, declared, value)
    else:
        _declare_automatic(context, node, declared, value)


def _lengths(context: Context, node: tree_sitter.Node | None) -> None:
    """What the lengths of variable arrays do besides being computed."""
    while node is not None:
        if node.type == "array_declarator":
            length = node.child_by_field_name("size")
            if length is not None and length.named_child_count:
                context.value(length)
        node = node.child_by_field_name("declarator")


def _is_initialized(context: Context, function: tree_sitter.Node) -> bool:
    """Whether ``T x(y)`` makes an object: when what stands in the parentheses is not a list of types."""
    listed = function.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else ():
        specifier = child.child_by_field_name("type")
        if child.type != "parameter_declaration" or specifier is None:
            continue
        name = context.text(specifier)
        if context.local(name) is not None or name in context.outer or specifier.type == "template_type":
            return True
        if specifier.type in ("type_identifier", "qualified_identifier") and context.types.named_type(name) is None:
            return True
    return False


def _vexing(context: Context, node: tree_sitter.Node, declared: Declared, function: tree_sitter.Node) -> None:
    """``T x(y)``, which the grammar takes for a function."""
    ctype = declared.type.target or unknown(declared.name)
    place = declare(context, node, declared.name, ctype)
    listed = function.child_by_field_name("parameters")
    if listed is None:
        return
    with context.again(listed.start_byte, listed.end_byte, b"x") as expression:
        arguments = expression.child_by_field_name("arguments") if expression is not None else None
        if arguments is None:
            forget(context, node, place, "syntax")
        else:
            _begin(context, arguments, place, declared, arguments)
    _clean_up_later(context, ctype, place)


def _clean_up_later(context: Context, ctype: CType, place: Place) -> None:
    """The destructor's call at the end of the block."""
    if context.cpp and place.address is not None and is_destroyed(context, ctype):
        context.scopes[-1].cleanups.append((ctype, place.address))


def _object(name: str) -> Symbol:
    return Symbol(SymbolKind.OBJECT, name)


def _declare_static(context: Context, declared: Declared, value: tree_sitter.Node | None) -> None:
    name = f"{context.symbol}::{declared.name}"
    if any(static.name == name for static in context.statics):
        name = f"{name}#{1 + sum(static.name.split('#')[0] == name for static in context.statics)}"
    context.scopes[-1].names[declared.name] = Place(declared.type, address=_object(name))
    node = value if value is not None else declared.node
    if node is not None:
        context.statics.append(Static(name, declared.type, node, tuple(context.scopes), initialized=value is not None))


def _declare_automatic(
    context: Context, node: tree_sitter.Node, declared: Declared, value: tree_sitter.Node | None
) -> None:
    ctype = declared.type
    if declared.name in context.widened and not ctype.aggregate:
        ctype = unknown(declared.name)
    if _is_deduced(ctype) and value is not None and value.type not in ("initializer_list", "argument_list"):
        first = context.value(value)
        ctype = first.type if first.type.shape is not Shape.VOID else unknown("auto")
        place = declare(context, node, declared.name, decayed(ctype))
        store(context, node, place, first)
        return
    if ctype.reference:
        _bind_reference(context, node, declared, value)
        return
    place = declare(context, node, declared.name, ctype)
    if value is not None:
        _begin(context, node, place, declared, value)
    elif context.cpp and ctype.shape is Shape.RECORD and place.address is not None:
        _default_construct(context, node, ctype, place.address)
    _clean_up_later(context, ctype, place)


def _is_deduced(ctype: CType) -> bool:
    """``auto x`` and ``auto *x``."""
    while ctype.shape is Shape.POINTER and not ctype.reference and ctype.target is not None:
        ctype = ctype.target
    return not ctype.known and ctype.tag in _DEDUCED


def declare(context: Context, node: tree_sitter.Node, name: str, ctype: CType) -> Place:
    """Make the local; a name that the same block already declares (in another arm of an ``#if``) is the same one,
    unless one of them is an object with members and the other is none."""
    scope = context.scopes[-1]
    before = scope.names.get(name)
    memory = (
        ctype.aggregate or name in context.survey.in_memory or (not ctype.known and name in context.survey.with_members)
    )
    if before is not None and not _is_static(before):
        if before.type == ctype or (before.type.aggregate and ctype.aggregate):
            return before
        if name in context.widened:
            context.note(node, f"{name} is declared with different types")
        elif before.type.aggregate or ctype.aggregate:
            context.rebound.add(name)
        else:
            raise Redeclared(name)
    place = Place(ctype, address=context.slot(name)) if memory else Place(ctype, context.variable(name, ctype.width))
    scope.names[name] = place
    return place


def _is_static(place: Place) -> bool:
    return isinstance(place.address, Symbol) and place.address.kind is not SymbolKind.SLOT


def _begin(context: Context, node: tree_sitter.Node, place: Place, declared: Declared, value: tree_sitter.Node) -> None:
    """The initializer of an automatic object."""
    ctype, name = place.type, declared.name
    if value.type == "argument_list" or (value.type == "initializer_list" and _is_class(context, ctype)):
        arguments = [child for child in value.named_children if child.type != "comment"]
        scalar = ctype.shape not in (Shape.RECORD, Shape.ARRAY) and (ctype.known or place.var is not None)
        if scalar and len(arguments) == 1:
            store(context, node, place, context.value(arguments[0]))
        elif place.address is not None:
            call_constructor(context, node, ctype, place.address, arguments)
            if value.type == "initializer_list" and bases_of(context, ctype):
                forget_named(
                    context, value, "a class with bases is filled in by a list, or by an inherited constructor"
                )
        else:
            for argument in arguments:
                context.value(argument)
            forget(context, node, place, "unknown-call")
        return
    if value.type == "initializer_list" or (ctype.shape is Shape.ARRAY and place.address is not None):
        made = context.initialize(place, value, zero=True)
        if made != ctype:
            context.scopes[-1].names[name] = Place(made, place.var, place.address)
        return
    store(context, node, place, context.value(value))


def _is_class(context: Context, ctype: CType) -> bool:
    """Whether braces call a constructor instead of filling in members."""
    if not context.cpp or ctype.shape is not Shape.RECORD:
        return False
    found = context.types.find_record(ctype.tag)
    return found is None or bool(found.method(ctype.tag.rpartition("::")[2])) or bool(found.bases)


def _default_construct(context: Context, node: tree_sitter.Node, ctype: CType, address: Operand) -> None:
    """``T x;``: the default constructor, and default member initializers where there is none."""
    found = context.types.find_record(ctype.tag)
    if found is None or found.method(ctype.tag.rpartition("::")[2]):
        call_constructor(context, node, ctype, address, ())
        return
    for base in bases_of(context, ctype):
        _default_construct(context, node, base, address)
    default_members(context, node, ctype, address, frozenset())


def default_members(
    context: Context, node: tree_sitter.Node, ctype: CType, address: Operand, done: frozenset[str]
) -> None:
    """Store the default member initializers of a class, the members in ``done`` excepted."""
    found = context.types.find_record(ctype.tag)
    for part in found.members if found is not None else ():
        if part.static or part.name in done or not part.name:
            continue
        if part.default is not None:
            place = member(context, node, address, ctype, part.name)
            if part.default.lstrip().startswith(b"{"):
                forget(context, node, place, "unknown-memory")
            else:
                store(context, node, place, context.foreign(node, part.default))
        elif part.type.shape is Shape.RECORD:
            inner = member(context, node, address, ctype, part.name)
            if inner.address is not None:
                _default_construct(context, node, part.type, inner.address)


def _bind_reference(
    context: Context, node: tree_sitter.Node, declared: Declared, value: tree_sitter.Node | None
) -> None:
    """A reference is a pointer variable that is followed on every use."""
    ctype = declared.type
    target: Operand = Unknown("unknown-memory", 8)
    if value is not None:
        inner = value
        if value.type in ("argument_list", "initializer_list") and value.named_child_count == 1:
            inner = value.named_children[0]
        place = context.place(inner)
        if place.var is not None:
            place = _spilled(context, node, place)
        target = address_of(place)
        deduced = ctype.target is None or ctype.target.tag in _DEDUCED
        if deduced:
            ctype = pointer(place.type, reference=True)
    variable = context.variable(declared.name, 8)
    context.scopes[-1].names[declared.name] = Place(ctype, variable)
    context.assign(node, variable, target)


def _spilled(context: Context, node: tree_sitter.Node, place: Place) -> Place:
    """A copy in memory of a value that has no address."""
    made = Place(place.type, address=context.slot("%temporary"))
    store(context, node, made, load(context, node, place))
    return made


def bind(context: Context, node: tree_sitter.Node, declared: Declared, place: Place) -> None:
    """Make a local that begins with what a place holds or, as a reference, is that place."""
    ctype = declared.type
    if not ctype.reference:
        deduced = place.type if _is_deduced(ctype) else ctype
        store(context, node, declare(context, node, declared.name, decayed(deduced)), load(context, node, place))
        return
    if ctype.target is None or ctype.target.tag in _DEDUCED:
        ctype = pointer(place.type, reference=True)
    variable = context.variable(declared.name, 8)
    context.scopes[-1].names[declared.name] = Place(ctype, variable)
    context.assign(node, variable, address_of(place))


def _structured_binding(
    context: Context, node: tree_sitter.Node, declared: Declared, value: tree_sitter.Node | None
) -> None:
    """``auto [a, b] = e``: the parts are unknown; by reference they may be stored through."""
    if value is not None and declared.type.reference:
        context.effect(node, Opcode.CALLOTHER, address_of(context.place(value)))
    elif value is not None:
        context.value(value)
    bind_parts(context, declared)


def bind_parts(context: Context, declared: Declared) -> None:
    """The names of a structured binding, with nothing known of what they hold."""
    for child in declared.node.named_children if declared.node is not None else ():
        if child.type == "identifier":
            name = context.text(child)
            ctype = pointer(unknown(name), reference=True) if declared.type.reference else unknown(name)
            variable = context.variable(name, 8)
            context.scopes[-1].names[name] = Place(ctype, variable)
            context.assign(child, variable, Unknown("unknown-call", 8))


def enter_parameter(context: Context, node: tree_sitter.Node, declared: Declared) -> Operand:
    """Make a parameter; it arrives in a variable, and moves to memory where its address is taken.

    A record arrives as the address of the caller's object and is copied.
    """
    ctype = decayed(declared.type)
    name = declared.name or f"%parameter{context.builder.current}"
    arrived = context.variable(name, ctype.width)
    in_memory = name in context.survey.in_memory or (not ctype.known and name in context.survey.with_members)
    place = Place(ctype, arrived)
    if ctype.shape is Shape.RECORD or (in_memory and not ctype.reference):
        place = Place(ctype, address=context.slot(name))
        store(context, node, place, Value(arrived, ctype))
        if ctype.shape is Shape.RECORD:
            context.traffic.taken.add(ctype.tag)
    if declared.name:
        context.scopes[-1].names[declared.name] = place
    return arrived
