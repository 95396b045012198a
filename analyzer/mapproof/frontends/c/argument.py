"""The arguments of a macro invocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.lexeme import Kind

if TYPE_CHECKING:
    from mapproof.frontends.c.expand import Expander
    from mapproof.frontends.c.lexeme import Token
    from mapproof.frontends.c.macro import MacroDefinition
    from mapproof.model.condition import Condition


class Arguments:
    """Gives each argument expanded, at most once."""

    __slots__ = ("arguments", "context", "found", "owner", "too_deep")

    def __init__(self, owner: Expander, arguments: list[list[Token]], context: Condition) -> None:
        self.owner = owner
        self.arguments = arguments
        self.context = context
        self.found: dict[int, list[Token]] = {}
        self.too_deep = False

    def __call__(self, number: int) -> list[Token]:
        """The argument of that number expanded; as it stands, and ``too_deep`` set, where that is nested too deep."""
        if number not in self.found:
            argument = self.arguments[number]
            result = self.owner.nested(argument, self.context, level=1)
            self.too_deep |= result is None
            self.found[number] = argument if result is None else result
        return self.found[number]


def no_arguments(number: int) -> list[Token]:  # pragma: no cover  an object-like macro has no parameter to ask for
    """For a macro without parameters."""
    raise IndexError(number)


def split_arguments(tokens: list[Token], definition: MacroDefinition) -> list[list[Token]] | None:
    """The arguments between the parentheses; ``None`` if their number does not fit (C11 6.10.3p4)."""
    parameters = definition.parameters or ()
    arguments: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind is Kind.PUNCTUATOR:
            if token.text == b"," and depth == 0 and not (definition.variadic and len(arguments) == len(parameters)):
                arguments.append([])
                continue
            depth += (token.text == b"(") - (token.text == b")")
        arguments[-1].append(token)
    if not parameters:
        return [] if arguments == [[]] else None
    if definition.variadic and len(arguments) == len(parameters) - 1:
        arguments.append([])
    return arguments if len(arguments) == len(parameters) else None


def is_rest_omitted(tokens: list[Token], arguments: list[list[Token]], definition: MacroDefinition) -> bool:
    """Whether no variable arguments were given: fewer commas than that takes, or nothing between the parentheses."""
    if not definition.variadic:
        return False
    before = sum(len(argument) + 1 for argument in arguments[:-1])
    return not tokens or (not arguments[-1] and before > len(tokens))
