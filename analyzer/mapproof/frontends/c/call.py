"""Calls: who is called, with what, and how it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.context import Context, Place, Value, no_value
from mapproof.frontends.c.conversion import cast, convert
from mapproof.frontends.c.ctype import (
    INT,
    POINTER_TO_VOID,
    CType,
    Parameter,
    Prototype,
    Shape,
    decayed,
    promoted,
    unknown,
)
from mapproof.frontends.c.declarator import lookup_order, plain
from mapproof.frontends.c.fault import VA_ARG
from mapproof.frontends.c.lexeme import Kind, tokens_of
from mapproof.frontends.c.lookup import Target, brought_by_arguments, function_symbol, method_target
from mapproof.frontends.c.place import address_of, find_member, follow, forget, load, member, named, store
from mapproof.frontends.c.selection import choice_of, combinations, items, select, select_by_presence
from mapproof.frontends.c.survey import stripped
from mapproof.model.ir import CallSyntax, Const, Opcode, Operand, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import tree_sitter

    from mapproof.model.location import Span

_IDENTIFIER: Final = re.compile(rb"[A-Za-z_$]\w*")
_IN_CAPITALS: Final = re.compile(r"[A-Z_][A-Z0-9_]+")
_CASTS: Final = frozenset(("static_cast", "reinterpret_cast", "const_cast", "dynamic_cast", "bit_cast"))
_PASS_ON: Final = frozenset(("std::move", "std::forward", "std::as_const", "std::launder"))
_LVALUES: Final = (
    "identifier",
    "field_expression",
    "subscript_expression",
    "pointer_expression",
    "qualified_identifier",
)


def call_value(context: Context, node: tree_sitter.Node) -> Value:
    """The value of a call expression; a returned reference is followed."""
    value = lower_call(context, node)
    if not value.type.reference or value.type.target is None:
        return value
    return load(context, node, follow(context, node, Place(value.type.target, address=value.operand)))


def lower_call(context: Context, node: tree_sitter.Node) -> Value:
    """A call expression: a call, or one of the things that are written like one. A reference is not followed."""
    function, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or listed is None:
        return Value(Unknown("syntax", 8), unknown(""))
    choice = choice_of(context, node)
    if choice is not None:
        conditions = context.reading.groups[choice[0]]
        pairs = zip(conditions, choice[1], strict=False)
        return select_by_presence(context, node, [(condition, _later(context, part)) for condition, part in pairs])
    special = _written_like_a_call(context, node, stripped(function) or function, listed)
    if special is not None:
        return special
    lists = combinations(context, items(context, listed.named_children))
    if lists is None:
        context.note(node, "an argument list with too many configurations")
        lists = []

    def with_arguments(arguments: tuple[tree_sitter.Node, ...] | None) -> Callable[[], Value]:
        return lambda: _call_with(context, node, function, arguments)

    arms = [(condition, with_arguments(arguments)) for condition, arguments in lists]
    return select_by_presence(context, node, arms) if arms else with_arguments(None)()


def _later(context: Context, node: tree_sitter.Node) -> Callable[[], Value]:
    return lambda: context.value(node)


# Things written like calls.


def _written_like_a_call(
    context: Context, node: tree_sitter.Node, callee: tree_sitter.Node, listed: tree_sitter.Node
) -> Value | None:
    arguments = [child for child in listed.named_children if child.type != "comment"]
    if callee.type == "template_function":
        name = callee.child_by_field_name("name")
        types = callee.child_by_field_name("arguments")
        written = plain(context.text(name)).removeprefix("std::") if name is not None else ""
        if written in _CASTS and types is not None and types.named_child_count and len(arguments) == 1:
            return cast_to(context, node, context.types.descriptor(types.named_children[0]), arguments[0])
    if callee.type in ("primitive_type", "sized_type_specifier"):
        return construct(context, node, context.types.base(callee), arguments)
    if callee.type not in ("identifier", "qualified_identifier", "template_function", "template_type"):
        return None
    written = _written_name(context, callee)
    builtin = _builtin(context, node, plain(written), arguments)
    if builtin is not None:
        return builtin
    return _by_type_name(context, node, written, arguments)


def _builtin(  # noqa: PLR0911  one return for each thing that it may be
    context: Context, node: tree_sitter.Node, name: str, arguments: Sequence[tree_sitter.Node]
) -> Value | None:
    if name in ("__builtin_expect", "__builtin_expect_with_probability", "__builtin_assume_aligned") and arguments:
        first = context.value(arguments[0])
        for other in arguments[1:]:
            context.value(other)
        return first
    if name in ("__builtin_constant_p", "__builtin_types_compatible_p", "__builtin_object_size"):
        return Value(Unknown("unknown-name", 4), INT)
    if name == "__builtin_choose_expr" and len(arguments) == 3:
        blocks = [(context.builder.new_block(), _later(context, part)) for part in arguments[1:]]
        for block, _ in blocks:
            context.goto(block)
        return select(context, node, blocks)
    if name == "__builtin_unreachable":
        context.dead()
        return Value(Unknown("unknown-call", 8), unknown(name))
    if name in VA_ARG and arguments:
        context.value(arguments[0])
        start = context.reading.text.find(b",", arguments[0].end_byte, node.end_byte)
        ctype = context.foreign_type(context.reading.text[start + 1 : node.end_byte - 1]) if start > 0 else unknown("")
        return Value(no_value(ctype, "unknown-call"), ctype)
    if name in _PASS_ON and len(arguments) == 1:
        return context.value(arguments[0])
    return None


def _by_type_name(
    context: Context, node: tree_sitter.Node, name: str, arguments: Sequence[tree_sitter.Node]
) -> Value | None:
    """``T(x)``: a conversion or a temporary object in C++, ``(T)(x)`` in C where the parser could not tell."""
    if context.local(name) is not None or name in context.outer:
        return None
    ctype = context.types.named_type(name)
    if ctype is None or ctype.shape is Shape.FUNCTION:
        return None
    if not context.cpp and isinstance(named(context, node, name), Place):
        return None
    return construct(context, node, ctype, arguments)


def cast_to(context: Context, node: tree_sitter.Node, ctype: CType, argument: tree_sitter.Node) -> Value:
    """A cast; to a reference it names the same place under another type."""
    if ctype.reference and ctype.target is not None:
        place = context.place(argument)
        if place.var is None:
            return load(context, node, Place(ctype.target, address=address_of(place)))
        return cast(context, node, load(context, node, place), ctype.target)
    return cast(context, node, context.value(argument), ctype)


def construct(context: Context, node: tree_sitter.Node, ctype: CType, arguments: Sequence[tree_sitter.Node]) -> Value:
    """``T(x, y)``: a conversion, or a temporary object and its constructor's call."""
    if ctype.shape is Shape.RECORD or (not ctype.known and len(arguments) != 1):
        slot = context.slot(f"%{ctype.tag.rpartition('::')[2]}")
        call_constructor(context, node, ctype, slot, arguments)
        context.temporary_object(node, ctype, slot)
        return Value(slot, ctype)
    if not arguments:
        return Value(Const(0, ctype.width), ctype)
    value = cast_to(context, node, ctype, arguments[0])
    for other in arguments[1:]:
        context.value(other)
    return value


def call_constructor(
    context: Context, node: tree_sitter.Node, ctype: CType, address: Operand, arguments: Sequence[tree_sitter.Node]
) -> None:
    """Call the constructor of a class for the object at ``address``."""
    name = plain(ctype.tag)
    full = f"{name}::{name.rpartition('::')[2]}"
    target = Target(function_symbol(context, full), None, context.scope.prototypes(full), address)
    emit_call(context, node, target, arguments, written=name)


# The callee.


def _call_with(
    context: Context, node: tree_sitter.Node, function: tree_sitter.Node, arguments: Sequence[tree_sitter.Node] | None
) -> Value:
    callee = stripped(function) or function
    choice = choice_of(context, callee)
    if choice is None:
        return _call_any(context, node, callee, arguments)
    conditions = context.reading.groups[choice[0]]

    def one(part: tree_sitter.Node) -> Callable[[], Value]:
        return lambda: emit_call(context, node, _target(context, stripped(part) or part), arguments)

    arms = [(condition, one(part)) for condition, part in zip(conditions, choice[1], strict=False)]
    return select_by_presence(context, node, arms)


def _call_any(
    context: Context, node: tree_sitter.Node, callee: tree_sitter.Node, arguments: Sequence[tree_sitter.Node] | None
) -> Value:
    """Call what the callee names, or one of the functions that its arguments' types bring into sight."""

    def plainly() -> Value:
        return emit_call(context, node, _target(context, callee), arguments)

    names = brought_by_arguments(context, callee, arguments or ()) if context.cpp else []
    if not names:
        return plainly()

    def one(name: str) -> Callable[[], Value]:
        target = Target(function_symbol(context, name), None, context.scope.prototypes(name))
        return lambda: emit_call(context, node, target, arguments)

    blocks = [(context.builder.new_block(), arm) for arm in (plainly, *map(one, names))]
    for block, _arm in blocks:
        context.goto(block)
    return select(context, node, blocks)


def _target(context: Context, callee: tree_sitter.Node) -> Target:
    callee = _undereferenced(context, callee)
    if callee.type in ("identifier", "qualified_identifier", "template_function"):
        return _named_target(context, callee)
    if callee.type == "field_expression" and context.cpp:
        found = _member_target(context, callee)
        if found is not None:
            return found
    value = context.value(callee)
    ctype = value.type.target if value.type.shape is Shape.POINTER else value.type
    if value.type.shape is Shape.RECORD:
        return _call_operator(context, value)
    return Target(value.operand, ctype if ctype is not None and ctype.shape is Shape.FUNCTION else None)


def _undereferenced(context: Context, callee: tree_sitter.Node) -> tree_sitter.Node:
    """``*f`` and ``&f`` of a function or of a pointer to one call the same function (C11 6.5.3.2p4)."""
    while callee.type == "pointer_expression":
        inner = stripped(callee.child_by_field_name("argument"))
        if inner is None:
            return callee
        if callee.children[0].type == "*":
            if inner.type not in (
                "identifier",
                "field_expression",
                "call_expression",
                "cast_expression",
                "pointer_expression",
            ):
                return callee
            if inner.type == "identifier" and _points_to_pointer(context, inner):
                return callee
        elif inner.type not in ("identifier", "qualified_identifier"):
            return callee
        callee = inner
    return callee


def _points_to_pointer(context: Context, node: tree_sitter.Node) -> bool:
    found = context.local(context.text(node))
    target = found.type.target if isinstance(found, Place) else None
    return target is not None and target.shape is Shape.POINTER


def _written_name(context: Context, callee: tree_sitter.Node) -> str:
    """A callee's name without template arguments; a leading ``::`` stays, since it changes what is meant."""
    text = context.text(callee)
    return f"::{plain(text)}" if text.startswith("::") else plain(text)


def _named_target(context: Context, callee: tree_sitter.Node) -> Target:  # noqa: PLR0911  one return for each thing that it may be
    name = _written_name(context, callee)
    found = named(context, callee, name)
    if found is None:
        own = _own_method(context, name)
        if own is not None:
            return own
        symbol = function_symbol(context, name)
        return Target(symbol, None, context.scope.prototypes(name))
    if isinstance(found, Const):
        return Target(found)
    value = load(context, callee, found)
    if isinstance(value.operand, Symbol) and value.operand.kind is SymbolKind.FUNCTION:
        method = _own_method(context, name)
        if method is not None:
            return method
        ctype = found.type if found.type.shape is Shape.FUNCTION else None
        return Target(value.operand, ctype, _prototypes(context, name))
    if value.type.shape is Shape.RECORD:
        return _call_operator(context, value)
    inner = value.type.target if value.type.shape is Shape.POINTER else value.type
    return Target(value.operand, inner if inner is not None and inner.shape is Shape.FUNCTION else None)


def _prototypes(context: Context, name: str) -> tuple[Prototype, ...]:
    for candidate in lookup_order(name, context.types.enclosing):
        found = context.scope.prototypes(candidate)
        if found:
            return found
    return ()


def _own_method(context: Context, name: str) -> Target | None:
    """A bare call of a member function from inside its class, with ``this`` handed on."""
    this = context.local("this")
    if not context.cpp or not context.record or not isinstance(this, Place) or this.var is None or "::" in name:
        return None
    return method_target(context, context.record, name, this.var)


def _call_operator(context: Context, value: Value) -> Target:
    """Calling an object calls its ``operator()``."""
    found = method_target(context, value.type.tag, "operator()", value.operand)
    return found or Target(Symbol(SymbolKind.FUNCTION, "*::operator()"), receiver=value.operand)


def _member_target(context: Context, callee: tree_sitter.Node) -> Target | None:
    """``object.method`` or ``pointer->method``; ``None`` when the member is data (a function pointer)."""
    argument, field = callee.child_by_field_name("argument"), callee.child_by_field_name("field")
    if argument is None or field is None:
        return None
    arrow = any(child.type == "->" for child in callee.children)
    name = plain(context.text(field)).rpartition("::")[2]
    if arrow:
        value = context.value(argument)
        receiver = value.operand
        ctype = (
            value.type.target if value.type.shape is Shape.POINTER and value.type.target is not None else unknown("")
        )
    else:
        place = context.place(argument)
        receiver, ctype = address_of(place), place.type
    if ctype.shape is Shape.RECORD:
        data = find_member(context, ctype.tag, name)
        found = None if data is not None else method_target(context, ctype.tag, name, receiver)
        if found is not None:
            return found
        if context.types.find_record(ctype.tag) is not None and data is None:
            return Target(Symbol(SymbolKind.FUNCTION, f"*::{name}"), None, (), receiver)
    elif context.scope.prototypes(f"*::{name}"):
        return Target(Symbol(SymbolKind.FUNCTION, f"*::{name}"), None, context.scope.prototypes(f"*::{name}"), receiver)
    if ctype.shape is not Shape.RECORD or context.types.find_record(ctype.tag) is None:
        context.effect(
            callee, Opcode.CALLOTHER, receiver
        )  # a class that is not known: its function may change the object
    value = load(context, callee, member(context, callee, receiver, ctype, name))
    inner = value.type.target if value.type.shape is Shape.POINTER else None
    return Target(value.operand, inner if inner is not None and inner.shape is Shape.FUNCTION else None)


# The call itself.


_RETURN_TWICE: Final = frozenset(
    (
        "setjmp",
        "_setjmp",
        "__setjmp",
        "sigsetjmp",
        "_sigsetjmp",
        "__sigsetjmp",
        "__builtin_setjmp",
        "getcontext",
        "vfork",
    )
)
"""Functions whose call may return a second time (C11 7.13, POSIX)."""


def emit_call(
    context: Context,
    node: tree_sitter.Node,
    target: Target,
    arguments: Sequence[tree_sitter.Node] | None,
    *,
    written: str = "",
) -> Value:
    """Evaluate the arguments from left to right and call. ``None`` arguments: nobody knows them."""
    operands: list[Operand] = [] if target.receiver is None else [target.receiver]
    lvalues: list[Place] = []
    for index, argument in enumerate(arguments or ()):
        operands.append(_argument(context, argument, target, index, lvalues))
    if arguments is None:
        operands += [Unknown("limit", 8)] * 8
    else:
        operands += _defaults(context, node, target, len(arguments))
    result = _result(target)
    record_result = result.shape is Shape.RECORD
    _note_received(context, target, result)
    size = None if result.shape is Shape.VOID or record_result else result.width
    if isinstance(target.callee, Symbol) and target.callee.name.rpartition("::")[2] in _RETURN_TWICE:
        context.note(node, "setjmp() may return again, when locals have been changed by what ran meanwhile")
    location, syntax = call_syntax(context, node, arguments or (), written)
    output = context.call(location, size, target.callee, operands, syntax)
    for place in lvalues:
        forget(context, node, place, "unknown-call")
    if record_result:
        context.temporary_object(node, result, Unknown("unknown-call", 8))
        return Value(context.slot("%result"), result)
    return Value(Unknown("unknown-call", 8) if output is None else output, result)


def _note_received(context: Context, target: Target, result: CType) -> None:
    """A record, or its address, that a call returns."""
    led = result.target if result.shape is Shape.POINTER else result
    if led is not None and led.shape is Shape.RECORD and isinstance(target.callee, Symbol):
        context.traffic.received.add((target.callee.name, led.tag))


def _result(target: Target) -> CType:
    results = {made.result for made in target.prototypes}
    if len(results) == 1:
        return next(iter(results))
    if target.type is not None and target.type.target is not None and not results:
        return target.type.target
    return unknown("")


def _parameter(target: Target, index: int) -> CType | None:
    """The type that all known declarations give a parameter; ``None`` where they differ or none is known."""
    types = set[CType | None]()
    for made in target.prototypes:
        known = made.parameters is not None and index < len(made.parameters)
        types.add(made.parameters[index].type if known and made.parameters is not None else None)
    if not target.prototypes and target.type is not None and target.type.parameters is not None:
        listed = target.type.parameters
        types.add(listed[index].type if index < len(listed) else None)
    return next(iter(types)) if len(types) == 1 else None


def _is_scalar(context: Context, node: tree_sitter.Node) -> bool:
    """Whether an expression has a value that a class can be made of by its constructor only."""
    with context.discarded():
        return context.value(node).type.shape in (Shape.INTEGER, Shape.FLOAT, Shape.POINTER)


def _argument(context: Context, node: tree_sitter.Node, target: Target, index: int, lvalues: list[Place]) -> Operand:
    ctype = _parameter(target, index)
    if ctype is not None and ctype.reference:
        return _by_reference(context, node, ctype, lvalues)
    inner = stripped(node) or node
    if context.cpp and ctype is None and inner.type in _LVALUES and not (target.prototypes or target.type):
        found = named(context, inner, context.text(inner)) if inner.type == "identifier" else context.place(inner)
        if isinstance(found, Place) and found.type.shape not in (Shape.ARRAY, Shape.FUNCTION):
            lvalues.append(found)
            return _passed(context, node, load(context, node, found), None)
    if not context.cpp and inner.type == "identifier" and ctype is None and _may_be_macro(target):
        own = context.local(context.text(inner))
        if isinstance(own, Place) and own.type.shape not in (Shape.ARRAY, Shape.FUNCTION):
            lvalues.append(own)
    if context.cpp and ctype is not None and ctype.shape is Shape.RECORD and _is_scalar(context, node):
        return _passed(context, node, construct(context, node, ctype, [node]), ctype)
    value = context.value(node)
    if ctype is not None:
        _note_passed(context, target, index, value.type)
    elif isinstance(target.callee, Symbol) and value.type.shape is Shape.POINTER:
        ctype = POINTER_TO_VOID  # nobody knows what the function takes the address for
    return _passed(context, node, value, ctype)


def _may_be_macro(target: Target) -> bool:
    """Whether what is written like a call may be a macro that stores to what it is given: a name in capitals that
    nothing in scope declares, of a header that is not at hand."""
    if target.prototypes or target.type is not None or not isinstance(target.callee, Symbol):
        return False
    return _IN_CAPITALS.fullmatch(target.callee.name) is not None


def _note_passed(context: Context, target: Target, index: int, ctype: CType) -> None:
    """A record's address is passed on as what it is, to a function that may be one whose body nobody has."""
    led = ctype.target if ctype.shape is Shape.POINTER else None
    if led is not None and led.shape is Shape.RECORD and isinstance(target.callee, Symbol):
        position = index + (target.receiver is not None)
        context.traffic.passed.add((target.callee.name, position, led.tag))


def _by_reference(context: Context, node: tree_sitter.Node, ctype: CType, lvalues: list[Place]) -> Operand:
    """The address of an lvalue, or of a temporary that holds the value.

    A variable has no address: what the callee does to it is not known, unless it promises to do nothing.
    """
    inner = stripped(node) or node
    if inner.type in _LVALUES:
        place = context.place(inner)
        if place.var is None and place.address is not None:
            return place.address
        if ctype.target is None or not ctype.target.const:
            lvalues.append(place)
        value = load(context, node, place)
    else:
        value = context.value(node)
    if value.type.shape is Shape.RECORD:
        return value.operand
    target = ctype.target if ctype.target is not None else unknown("")
    slot = context.slot("%reference")
    store(context, node, Place(decayed(target), address=slot), value)
    return slot


def _passed(context: Context, node: tree_sitter.Node, value: Value, ctype: CType | None) -> Operand:
    if ctype is None or ctype.aggregate:
        if value.type.shape is Shape.FLOAT:
            return Unknown("limit", 8)
        ctype = promoted(value.type)
    operand = convert(context, node, value, ctype)
    return no_value(ctype, "unknown-call") if value.type.shape is Shape.VOID else operand


def _defaults(context: Context, node: tree_sitter.Node, target: Target, given: int) -> list[Operand]:
    """Values for the C++ parameters that the call leaves out."""
    left_out = _left_out(target.prototypes, given) if context.cpp else ()
    found: list[Operand] = []
    for parameter in left_out:
        value = context.foreign(node, parameter.default or b"")
        if parameter.type.reference:
            slot = context.slot("%reference")
            store(context, node, Place(parameter.type.target or unknown(""), address=slot), value)
            found.append(slot)
        else:
            found.append(convert(context, node, value, parameter.type))
    return found


def _left_out(prototypes: Sequence[Prototype], given: int) -> tuple[Parameter, ...]:
    """The parameters whose defaults complete a call, which a declaration may give on behalf of the definition; none
    if the call is complete or may mean several overloads."""
    groups: dict[tuple[CType, ...], list[tuple[Parameter, ...]]] = {}
    for made in prototypes:
        if made.parameters is not None:
            groups.setdefault(tuple(part.type for part in made.parameters), []).append(made.parameters)
    if any(len(types) == given for types in groups):
        return ()
    complete: list[tuple[Parameter, ...]] = []
    for types, lists in groups.items():
        defaults = [
            next((listed[index] for listed in lists if listed[index].default is not None), None)
            for index in range(given, len(types))
        ]
        filled = tuple(part for part in defaults if part is not None)
        if given < len(types) and len(filled) == len(defaults):
            complete.append(filled)
    return complete[0] if len(complete) == 1 else ()


def call_syntax(
    context: Context, node: tree_sitter.Node, arguments: Sequence[tree_sitter.Node], written: str = ""
) -> tuple[Span, CallSyntax]:
    """Where the call stands in the original file, and how it is written there."""
    reading = context.reading
    data = reading.source.data
    callee = node.child_by_field_name("function") or node
    first, last = reading.origin(node.start_byte), reading.origin(max(node.start_byte, node.end_byte - 1))
    through_macro = bool(first.macros)
    if through_macro:
        matched = _IDENTIFIER.match(data, first.start, first.end)
        spelled = matched.group() if matched is not None else data[first.start : first.end]
    else:
        end = reading.origin(max(callee.start_byte, callee.end_byte - 1)).end
        spelled = data[first.start : max(end, first.end)]
    texts = tuple(_argument_text(context, argument, (first.start, first.end)) for argument in arguments)
    listed = node.child_by_field_name("arguments")
    defined = reading.defined_at(callee.start_byte, listed.start_byte) if through_macro and listed is not None else None
    numeric = frozenset(position for position, text in enumerate(texts) if _is_number(text))
    via = ("macro",) if through_macro else ()
    syntax = CallSyntax(written or _one_line(spelled), via, texts, defined, numeric=numeric)
    return reading.source.span(first.start, max(first.end, last.end)), syntax


def _argument_text(context: Context, node: tree_sitter.Node, callee: tuple[int, int]) -> str:
    """An argument as written; as expanded when it stands in the same macro's body as the callee."""
    first = context.reading.origin(node.start_byte)
    last = context.reading.origin(max(node.start_byte, node.end_byte - 1))
    inside = (first.start, first.end) == callee and bool(first.macros)
    if inside or last.end <= first.start:
        return _one_line(context.reading.text[node.start_byte : node.end_byte])
    return _one_line(context.reading.source.data[first.start : max(first.end, last.end)])


def _is_number(text: str) -> bool:
    """Whether an argument is written with digits alone: no name stands in it, and no string."""
    kinds = {token.kind for token in tokens_of(text.encode())}
    return Kind.NUMBER in kinds and kinds <= {Kind.NUMBER, Kind.PUNCTUATOR}


def _one_line(text: bytes) -> str:
    return " ".join(text.decode("utf-8", "replace").split())
