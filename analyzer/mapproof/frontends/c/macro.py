"""Macro definitions, the alternatives among which a build decides, and substitution (C11 6.10.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import Kind, Token, bytes_of, name_of, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.model.condition import Condition

COMMAND_LINE: Final = "<command line>"


@dataclass(frozen=True, slots=True)
class MacroDefinition:
    """One ``#define``. ``parameters`` is ``None`` for an object-like macro; a variadic one's last parameter is
    ``__VA_ARGS__`` or the name it gives. ``start`` and ``end`` span the directive in ``path``; one given on the
    command line has the path ``<command line>``."""

    name: str
    parameters: tuple[str, ...] | None
    variadic: bool
    body: tuple[Token, ...]
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a name means under ``presence``: a definition, or ``None`` where nothing that was read defines it.

    Without a definition the build may still define the name (under ``defined(name)``), unless ``undefined`` says that
    ``#undef`` or ``-U`` came last.
    """

    presence: Condition
    definition: MacroDefinition | None
    undefined: bool = False


_FRAME: Final = frozenset({b"do", b"while"})
_PRAGMAS: Final = frozenset({b"__pragma", b"_Pragma"})


def is_frame(definition: MacroDefinition | None) -> bool:
    """Whether a macro is but one end of a loop around other statements: ``do``, or ``while (0)`` with pragmas."""
    if definition is None or definition.parameters is not None:
        return False
    depth, in_pragma, words = 0, False, 0
    for token in definition.body:
        if token.kind is Kind.IDENTIFIER and depth == 0:
            in_pragma = token.text in _PRAGMAS
        if token.text in (b"(", b")"):
            depth += 1 if token.text == b"(" else -1
        elif token.kind is Kind.IDENTIFIER and not in_pragma:
            if token.text not in _FRAME:
                return False
            words += 1
        elif not in_pragma and token.kind not in (Kind.IDENTIFIER, Kind.NUMBER):
            return False
    return words > 0


def definition_of(data: bytes, body: int, path: str, start: int, end: int) -> MacroDefinition | None:
    """Read the ``#define`` at ``start`` whose text begins at ``body``; ``None`` if it is malformed."""
    tokens = tokens_of(data, body, end)
    if not tokens or tokens[0].kind is not Kind.IDENTIFIER:
        return None
    name = name_of(tokens[0].text)
    if len(tokens) < 2 or tokens[1].text != b"(" or tokens[1].space:
        return MacroDefinition(name, None, variadic=False, body=tuple(tokens[1:]), path=path, start=start, end=end)
    return _function_like(name, tokens, path, start, end)


def _function_like(name: str, tokens: list[Token], path: str, start: int, end: int) -> MacroDefinition | None:
    parameters: list[str] = []
    variadic = False
    for number, token in enumerate(tokens[2:], start=2):
        if token.text == b")":
            body = tuple(tokens[number + 1 :])
            return MacroDefinition(name, tuple(parameters), variadic, body, path, start, end)
        if token.text == b"...":
            variadic = True
            if tokens[number - 1].kind is not Kind.IDENTIFIER:
                parameters.append("__VA_ARGS__")
        elif token.kind is Kind.IDENTIFIER:
            parameters.append(name_of(token.text))
        elif token.text != b",":
            return None
    return None


def given_definition(name: str, value: str) -> MacroDefinition:
    """The definition that ``-D name=value`` makes. ``name`` may bear parameters: ``F(x)``."""
    data = name.encode("utf-8", "surrogateescape") + b" " + value.encode("utf-8", "surrogateescape")
    found = definition_of(data, 0, COMMAND_LINE, 0, len(data))
    if found is None:
        return MacroDefinition(
            name, None, variadic=False, body=tuple(tokens_of(bytes_of(value))), path=COMMAND_LINE, start=0, end=0
        )
    return found


@dataclass(slots=True)
class Call:
    """One invocation. ``token`` is the macro's name where it stands, ``end`` the offset after the whole invocation,
    ``arguments`` the tokens of each argument (``None`` for an object-like macro), ``hidden`` what the result may not
    expand again, and ``expanded`` gives an argument with its macros expanded. ``rest_omitted``: no variable arguments
    were given, not even an empty one, so that GNU's ``, ##`` takes the comma away."""

    definition: MacroDefinition
    token: Token
    end: int
    arguments: list[list[Token]] | None
    hidden: frozenset[bytes]
    expanded: Callable[[int], list[Token]]
    rest_omitted: bool = False

    @property
    def chain(self) -> tuple[str, ...]:
        """The macros that a token of the body came through."""
        return (*self.token.macros, self.definition.name)


def substitute(call: Call) -> list[Token]:
    """The replacement of an invocation, before it is scanned again."""
    result = [token for token in _substitute(call, call.definition.body) if token.kind is not Kind.PLACE]
    hidden = call.hidden
    result = [token._replace(hidden=token.hidden | hidden if token.hidden else hidden) for token in result]
    if result:
        result[0] = result[0]._replace(space=call.token.space)
    return result


def _substitute(call: Call, body: Sequence[Token]) -> list[Token]:
    result: list[Token] = []
    position, pasting = 0, False
    while position < len(body):
        token = body[position]
        if token.text == b"##" and 0 < position < len(body) - 1:
            pasting = True
            position += 1
            continue
        pasted_next = position + 1 < len(body) - 1 and body[position + 1].text == b"##"
        piece, width = _operand(call, body, position, raw=pasting or pasted_next)
        if pasting and result and result[-1].text == b"," and _is_rest(call, token):
            if call.rest_omitted:
                result.pop()
            result.extend(piece)
        elif pasting and result:
            _paste(result, piece)
        else:
            result.extend(piece)
        pasting = False
        position += width
    return result


def _parameter(call: Call, token: Token) -> int | None:
    parameters = call.definition.parameters
    if parameters is None or token.kind is not Kind.IDENTIFIER:
        return None
    name = name_of(token.text)
    return parameters.index(name) if name in parameters else None


def _is_rest(call: Call, token: Token) -> bool:
    """Whether the token names the variable arguments."""
    parameters = call.definition.parameters
    return call.definition.variadic and parameters is not None and _parameter(call, token) == len(parameters) - 1


def _operand(call: Call, body: Sequence[Token], position: int, *, raw: bool) -> tuple[list[Token], int]:
    """What stands for the body's token at ``position``, and how many body tokens that took."""
    token = body[position]
    if token.text == b"#" and call.arguments is not None and position + 1 < len(body):
        number = _parameter(call, body[position + 1])
        if number is not None:
            return [_made(call, token, Kind.STRING, stringify(call.arguments[number]))], 2
    if token.text == b"__VA_OPT__" and call.definition.variadic and call.arguments is not None:
        return _optional(call, body, position)
    number = _parameter(call, token)
    if number is None or call.arguments is None:
        return [_made(call, token, token.kind, token.text)], 1
    argument = call.arguments[number] if raw else call.expanded(number)
    if not argument:
        return [_made(call, token, Kind.PLACE, b"")], 1
    passed = [_passed(call, entry) for entry in argument]
    passed[0] = passed[0]._replace(space=token.space)
    return passed, 1


def _optional(call: Call, body: Sequence[Token], position: int) -> tuple[list[Token], int]:
    """``__VA_OPT__ ( tokens )``: the tokens if there are variable arguments (C23 6.10.5.1)."""
    depth = 0
    for end in range(position + 1, len(body)):
        depth += (body[end].text == b"(") - (body[end].text == b")")
        if depth == 0:
            break
    else:
        return [_made(call, body[position], Kind.IDENTIFIER, body[position].text)], 1
    inner = body[position + 2 : end]
    place = [_made(call, body[position], Kind.PLACE, b"")]
    if call.arguments is None or not call.expanded(len(call.arguments) - 1):
        return place, end - position + 1
    return _substitute(call, inner) or place, end - position + 1


def _made(call: Call, token: Token, kind: Kind, text: bytes) -> Token:
    return Token(kind, text, call.token.start, call.end, token.space, frozenset(), call.chain, call.definition)


def _passed(call: Call, token: Token) -> Token:
    """An argument's token on its way through a macro."""
    outer = call.token.macros
    inner = token.macros[len(outer) :] if token.macros[: len(outer)] == outer else token.macros
    return token._replace(macros=(*outer, call.definition.name, *inner))


def _paste(result: list[Token], piece: list[Token]) -> None:
    """``##``: join the last token of the result and the first of the piece (C11 6.10.3.3)."""
    left, right = result[-1], piece[0]
    if left.kind is Kind.PLACE:
        result[-1:] = [right._replace(space=left.space), *piece[1:]]
        return
    if right.kind is Kind.PLACE:
        result.extend(piece[1:])
        return
    joined = tokens_of(left.text + right.text)
    if len(joined) == 1 and joined[0].end == len(left.text) + len(right.text):
        result[-1] = left._replace(kind=joined[0].kind, text=joined[0].text, hidden=left.hidden & right.hidden)
        result.extend(piece[1:])
    else:
        result.append(right._replace(space=0))
        result.extend(piece[1:])


def stringify(argument: list[Token]) -> bytes:
    """``#``: the argument's spelling as a string literal (C11 6.10.3.2)."""
    pieces: list[bytes] = []
    for token in argument:
        if token.space and pieces:
            pieces.append(b" ")
        quoted = token.kind in (Kind.STRING, Kind.CHARACTER)
        pieces.append(token.text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') if quoted else token.text)
    return b'"' + b"".join(pieces) + b'"'


def call_in(body: Sequence[Token], callee: bytes) -> tuple[int, int] | None:
    """The byte range of the first call of a name in a macro's body, ``None`` if it calls no such name."""
    for number, token in enumerate(body[:-1]):
        if token.text == callee and body[number + 1].text == b"(":
            depth = 0
            for last in body[number + 1 :]:
                depth += (last.text == b"(") - (last.text == b")")
                if depth == 0:
                    return token.start, last.end
    return None
