"""Calls that stand in macros which nothing in scope uses: sites all the same, with what the body alone says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.declarator import TypeReader
from mapproof.frontends.c.macro import call_in
from mapproof.frontends.c.parse import parse
from mapproof.frontends.c.survey import nodes
from mapproof.model.ir import Block, CallSyntax, Const, Function, Opcode, Operation, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mapproof.frontends.c.lexeme import Token
    from mapproof.frontends.c.macro import MacroDefinition
    from mapproof.frontends.c.scope import Scope
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Operand
    from mapproof.model.location import Span


def body_calls(
    definition: MacroDefinition,
    callee: str,
    scope: Scope,
    locate: Callable[[str, int, int], Span | None],
    presence: Condition,
) -> Iterator[Function]:
    """A function that makes the body's call of ``callee``, if it has one: constant arguments, others unknown."""
    place = call_in(definition.body, callee.encode())
    location = locate(definition.path, *place) if place is not None else None
    if place is not None and location is not None:
        arguments = list(_arguments(definition.body, *place))
        operands = tuple(_operand(argument, definition, scope) for argument in arguments)
        texts = tuple(b" ".join(token.text for token in argument).decode("utf-8", "replace") for argument in arguments)
        symbol = Symbol(SymbolKind.FUNCTION, callee)
        syntax = CallSyntax(callee, (), texts, location)
        call = Operation(Opcode.CALL, None, (symbol, *operands), location, syntax)
        name = f"{definition.path}::#define {definition.name}"
        yield Function(name, definition.name, (), (Block((call,)),), location, presence)


def _arguments(body: tuple[Token, ...], start: int, end: int) -> Iterator[list[Token]]:
    """The tokens of each argument of the call at these offsets."""
    inside = [token for token in body if start < token.start and token.end <= end][1:-1]
    current: list[Token] = []
    depth = 0
    for token in inside:
        if token.text == b"," and depth == 0:
            yield current
            current = []
            continue
        depth += (token.text in {b"(", b"["}) - (token.text in {b")", b"]"})
        current.append(token)
    if inside:
        yield current


def _operand(argument: list[Token], definition: MacroDefinition, scope: Scope) -> Operand:
    text = b"int x = (" + b" ".join(token.text for token in argument) + b");"
    for node in nodes(parse(text, cpp=False).root_node):
        if node.type == "init_declarator":
            value = TypeReader(text, scope, cpp=False, enclosing=()).evaluate(node.child_by_field_name("value"))
            if value is not None:
                return Const(value, 8 if value >> 31 > 0 else 4)
    words = {token.text.decode("utf-8", "replace") for token in argument}
    handed = sorted(words & set(definition.parameters or ()))
    if handed:
        return Unknown(
            f"parameter:{handed[0]!r} is a parameter of the macro {definition.name}, which nothing in scope uses", 4
        )
    return Unknown(f"unknown-name:it is not a constant in the macro {definition.name}, which nothing in scope uses", 4)
