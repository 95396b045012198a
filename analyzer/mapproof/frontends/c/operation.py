"""Expressions made of operators: arithmetic chains, assignments, conditionals, ``sizeof``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c import literal
from mapproof.frontends.c.context import Context, Place, Value
from mapproof.frontends.c.conversion import SPELLINGS, binary, cast, convert, truth, unary
from mapproof.frontends.c.ctype import BOOL, INT, ULONG, CType, Shape, array, pointer, unknown
from mapproof.frontends.c.disguise import UNARY, disguised, flattened, precedence, type_in_parentheses
from mapproof.frontends.c.layout import size_of
from mapproof.frontends.c.length import STRINGS
from mapproof.frontends.c.place import address_of, forget, load, named, store
from mapproof.frontends.c.selection import select
from mapproof.frontends.c.survey import stripped
from mapproof.model.ir import Const, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    import tree_sitter

PLACES: Final = frozenset(
    ("identifier", "qualified_identifier", "field_identifier", "field_expression", "subscript_expression", "this")
)
"""Kinds of node that name a place whatever they contain."""

NOTHING: Final = unknown("")
"""The type of what could not be understood."""


def not_understood() -> Value:
    """The value of broken syntax."""
    return Value(Unknown("syntax", 8), NOTHING)


def operator_of(context: Context, node: tree_sitter.Node) -> str:
    """The operator's spelling, alternative tokens replaced."""
    found = node.child_by_field_name("operator")
    written = context.text(found) if found is not None else ""
    return SPELLINGS.get(written, written)


def operand(node: tree_sitter.Node, field: str) -> tree_sitter.Node | None:
    """A field of the node, its parentheses stripped."""
    return stripped(node.child_by_field_name(field))


def lower_binary(context: Context, node: tree_sitter.Node) -> Value:
    """A binary operator. Chains lean to the left and may be long: they are unrolled."""
    if operator_of(context, node) in ("&&", "||"):
        return _logical(context, node)
    spine: list[tree_sitter.Node] = [node]
    left = operand(node, "left")
    while left is not None and left.type == "binary_expression" and operator_of(context, left) not in ("&&", "||"):
        spine.append(left)
        left = operand(left, "left")
    if any(disguised(part) is not None and means_type(context, disguised(part)) for part in spine):
        return _regrouped(context, node)
    value = context.value(left) if left is not None else not_understood()
    for part in reversed(spine):
        following = part.child_by_field_name("right")
        right = context.value(following) if following is not None else not_understood()
        value = combine(context, part, operator_of(context, part), value, right)
    return value


def _regrouped(context: Context, node: tree_sitter.Node) -> Value:
    """An expression with casts such as ``(T)-x`` in it, which the grammar took for subtractions: grouped anew.

    A name that nothing is known of may be a type or not: nothing is known of such a cast's value either.
    """
    operands, operators = flattened(node)
    values: list[Value] = []
    pending: list[tree_sitter.Node] = []
    position = 0
    while position < len(operands):
        name = type_in_parentheses(operands[position])
        if name is not None and position < len(operators) and _may_cast(context, operators[position], name):
            value = _cast(context, operators[position], name, operands[position + 1])
            del operands[position], operators[position]
        else:
            value = context.value(operands[position])
        while pending and (
            position >= len(operators)
            or precedence(operator_of(context, pending[-1])) >= precedence(operator_of(context, operators[position]))
        ):
            value = _apply(context, pending.pop(), values.pop(), value)
        values.append(value)
        if position < len(operators):
            pending.append(operators[position])
        position += 1
    return values[0]


def _apply(context: Context, node: tree_sitter.Node, left: Value, right: Value) -> Value:
    return combine(context, node, operator_of(context, node), left, right)


def _may_cast(context: Context, part: tree_sitter.Node, name: tree_sitter.Node) -> bool:
    return operator_of(context, part) in UNARY and means_type(context, name)


def means_type(context: Context, name: tree_sitter.Node | None) -> bool:
    """Whether a name in parentheses is a type, or may be one for all that is known."""
    if name is None:
        return False
    spelled = context.text(name)
    known = named(context, name, spelled)
    if known is None:
        return True
    return context.types.named_type(spelled) is not None and context.local(spelled) is None


def _cast(context: Context, part: tree_sitter.Node, name: tree_sitter.Node, argument: tree_sitter.Node) -> Value:
    operator, ctype = operator_of(context, part), context.types.named_type(context.text(name))
    if operator == "&":
        place = context.place(argument)
        value = Value(address_of(place), pointer(place.type))
    elif operator == "*":
        pointed = context.value(argument)
        target = pointed.type.target if pointed.type.shape is Shape.POINTER else None
        value = load(context, part, Place(target or NOTHING, address=pointed.operand))
    else:
        value = unary(context, part, operator, context.value(argument))
    if ctype is None:
        return Value(Unknown("unknown-name", 8), unknown(context.text(name)))
    return cast(context, part, value, ctype)


def combine(context: Context, node: tree_sitter.Node, operator: str, left: Value, right: Value) -> Value:
    """A binary operator; on C++ objects it is a call of ``operator`` and whatever that does."""
    if context.cpp and (
        Shape.RECORD in (left.type.shape, right.type.shape) or _overloaded(context, operator, left, right)
    ):
        name = f"operator{operator}"
        if left.type.shape is Shape.RECORD and context.scope.prototypes(f"*::{name}"):
            name = f"*::{name}"
        value = call_operator(context, node, name, left, right)
        _changed_by_stream(context, node, operator)
        return value
    if context.cpp and operator in ("<<", ">>") and not left.type.known:
        _changed_by_stream(context, node, operator)
    if operator == "/" and all(_is_sizeof(operand(node, side)) for side in ("left", "right")):
        return _ratio_of_sizes(context, node)
    return binary(context, node, operator, left, right)


def call_operator(context: Context, node: tree_sitter.Node, name: str, *operands: Value) -> Value:
    """The call that a C++ operator on objects is; ``*::operator+`` for a member of any class."""
    symbol = Symbol(SymbolKind.FUNCTION, name)
    output = context.call(context.span(node), 8, symbol, [value.operand for value in operands], None)
    return Value(Unknown("unknown-call", 8) if output is None else output, unknown(name))


def _overloaded(context: Context, operator: str, left: Value, right: Value) -> bool:
    """An operator on an enumeration, where the program has operators of its own."""
    enumerated = any(value.type.shape is Shape.INTEGER and value.type.tag for value in (left, right))
    return enumerated and bool(context.scope.prototypes(f"operator{operator}"))


def _changed_by_stream(context: Context, node: tree_sitter.Node, operator: str) -> None:
    """``stream >> x`` changes ``x``."""
    right = operand(node, "right")
    if operator == ">>" and right is not None and right.type in PLACES:
        forget(context, node, context.place(right), "unknown-call")


def _logical(context: Context, node: tree_sitter.Node) -> Value:
    """``&&`` and ``||`` as a value: 0 or 1."""
    then, otherwise, join = (context.builder.new_block() for _ in range(3))
    result = context.temporary(1)
    context.test(node, then, otherwise)
    for block, value in ((then, 1), (otherwise, 0)):
        context.builder.current = block
        context.assign(node, result, Const(value, 1))
        context.goto(join)
    context.builder.current = join
    return Value(result, BOOL)


def lower_unary(context: Context, node: tree_sitter.Node) -> Value:
    """``- + ~ !``."""
    argument = node.child_by_field_name("argument")
    if argument is None:
        return not_understood()
    operator = operator_of(context, node)
    value = context.value(argument)
    if value.type.shape is Shape.RECORD and context.cpp:
        return call_operator(context, node, f"*::operator{operator}", value)
    return unary(context, node, operator, value)


def lower_pointer(context: Context, node: tree_sitter.Node) -> Value:
    """``*p`` and ``&x``."""
    argument = node.child_by_field_name("argument")
    if node.children[0].type != "&" or argument is None:
        return load(context, node, context.place(node))
    inner = stripped(argument) or argument
    if inner.type == "pointer_expression" and inner.children[0].type == "&":
        return Value(Unknown("unknown-memory", 8), pointer(NOTHING))
    place = context.place(inner)
    return Value(address_of(place), pointer(place.type))


def lower_assignment(context: Context, node: tree_sitter.Node) -> Value:
    """``=`` and its compounds. The right side is evaluated first, as C++17 demands and compilers of C do."""
    left, right = operand(node, "left"), node.child_by_field_name("right")
    if left is None or right is None:
        return not_understood()
    operator = operator_of(context, node)
    if operator == "=" and right.type == "initializer_list":
        place = context.place(left)
        context.initialize(place, right, zero=True)
        return load(context, node, place)
    value = context.value(right)
    place = context.place(left)
    own = f"operator{operator}"
    if operator != "=" and context.cpp and place.type.tag and context.scope.prototypes(own):
        call_operator(context, node, own, load(context, node, place), value)
        forget(context, node, place, "unknown-call")
        return load(context, node, place)
    if operator != "=":
        value = combine(context, node, operator[:-1], load(context, node, place), value)
    elif place.type.shape is Shape.RECORD and context.cpp and context.scope.prototypes("*::operator="):
        call_operator(context, node, "*::operator=", Value(address_of(place), place.type), value)
    return store(context, node, place, value)


def lower_update(context: Context, node: tree_sitter.Node) -> Value:
    """``++`` and ``--``."""
    argument = node.child_by_field_name("argument")
    if argument is None:
        return not_understood()
    place = context.place(argument)
    value = load(context, node, place)
    if value.type.shape is Shape.RECORD:
        call_operator(context, node, f"*::operator{operator_of(context, node)}", value)
        return value
    postfix = node.children[0].type not in ("++", "--")
    if postfix and place.var is not None:
        value = kept(context, node, value)
    changed = binary(context, node, operator_of(context, node)[:1], value, Value(Const(1, 4), INT))
    if place.type.boolean:
        changed = Value(Const(1, 1), BOOL) if operator_of(context, node) == "++" else changed
    stored = store(context, node, place, changed)
    return value if postfix else stored


def kept(context: Context, node: tree_sitter.Node, value: Value) -> Value:
    """The value in a temporary that nothing changes later."""
    copy = context.temporary(value.type.width)
    context.assign(node, copy, convert(context, node, value, value.type))
    return Value(copy, value.type)


def lower_conditional(context: Context, node: tree_sitter.Node) -> Value:
    """``a ? b : c`` and GNU ``a ?: c``."""
    condition, then, otherwise = (
        node.child_by_field_name(part) for part in ("condition", "consequence", "alternative")
    )
    if condition is None or otherwise is None:
        return not_understood()
    yes, no = context.builder.new_block(), context.builder.new_block()
    if then is not None:
        context.test(condition, yes, no)
        return select(context, node, ((yes, lambda: context.value(then)), (no, lambda: context.value(otherwise))))
    value = kept(context, node, context.value(condition))
    context.branch(truth(context, node, value), yes, no)
    return select(context, node, ((yes, lambda: value), (no, lambda: context.value(otherwise))))


def lower_comma(context: Context, node: tree_sitter.Node) -> Value:
    """A comma chain, unrolled."""
    value = not_understood()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part.type == "comma_expression":
            sides = (operand(part, "right"), operand(part, "left"))
            waiting.extend(side for side in sides if side is not None)
        else:
            value = context.value(part)
    return value


# sizeof.


def lower_sizeof(context: Context, node: tree_sitter.Node) -> Value:
    """``sizeof``, known only where every data model agrees."""
    ctype = _sized_type(context, node)
    size = None if ctype is None else size_of(context.types, ctype)
    return Value(Unknown("unknown-name", 8) if size is None else Const(size, 8), ULONG)


def _is_sizeof(node: tree_sitter.Node | None) -> bool:
    return node is not None and node.type == "sizeof_expression"


def _ratio_of_sizes(context: Context, node: tree_sitter.Node) -> Value:
    """``sizeof a / sizeof a[0]`` is the same everywhere even where neither size is."""
    sides = (operand(node, "left"), operand(node, "right"))
    whole, part = (None if side is None else _sized_type(context, side) for side in sides)
    if whole is not None and part is not None and whole.shape is Shape.ARRAY and _alike(whole.target, part):
        return Value(Unknown("unknown-name", 8) if whole.length is None else Const(whole.length, 8), ULONG)
    one, two = (None if ctype is None else size_of(context.types, ctype) for ctype in (whole, part))
    return Value(Const(one // two, 8) if one is not None and two else Unknown("unknown-name", 8), ULONG)


def _alike(one: CType | None, two: CType) -> bool:
    """The same type, qualifiers aside."""
    if one is None or one.shape is not two.shape:
        return False
    return (one.size, one.tag, one.length) == (two.size, two.tag, two.length)


def _sized_type(context: Context, node: tree_sitter.Node) -> CType | None:
    described, expression = node.child_by_field_name("type"), operand(node, "value")
    if described is not None:
        return context.types.descriptor(described)
    return None if expression is None else unevaluated(context, expression)


def unevaluated(context: Context, node: tree_sitter.Node) -> CType:
    """An expression's type, its effects thrown away."""
    context.skip(node)
    if node.type in STRINGS:
        data, element = literal.string(node, context.reading.text)
        return array(element, len(data) + 1)
    if node.type == "identifier" and not isinstance(named(context, node, context.text(node)), Place):
        found = context.types.named_type(context.text(node))
        if found is not None:
            return found
    lvalue = node.type in PLACES or (node.type == "pointer_expression" and node.children[0].type == "*")
    with context.discarded():
        return context.place(node).type if lvalue else context.value(node).type
