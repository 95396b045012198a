"""Macro expansion with several definitions in force at once.

Expansion follows C11 6.10.3 with Prosser's hide sets ("Complete Macro Algorithm", X3J11/86-196). Where a name has more
than one meaning in the builds at hand, each is expanded by itself and the results become one
``__mapproof_choice(N, e0, e1, ...)`` if all are expressions, arms of statements if they stand as statements; else
:class:`Fork` asks for one reading per meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.argument import Arguments, is_rest_omitted, no_arguments, split_arguments
from mapproof.frontends.c.lexeme import Kind, Token, name_of
from mapproof.frontends.c.macro import Call, substitute
from mapproof.frontends.c.marks import arm_mark, choice_mark, end_mark, group_of, partition
from mapproof.frontends.c.shape import Expression, is_attribute, is_linkage, is_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.frontends.c.macro import Alternative, MacroDefinition
    from mapproof.model.condition import Condition

MOST_TOKENS: Final = 200_000
"""More tokens than this are not produced for one chunk."""
MOST_NESTED: Final = 40
"""Invocations inside arguments or alternatives of one another, beyond which a name is left as it is."""


class Fork(Exception):  # noqa: N818  not an error: a request to read once per condition
    """The text can't be read in one go: it must be read once under each of ``conditions``."""

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        super().__init__()
        self.conditions = conditions


@dataclass(slots=True)
class Expander:
    """Expands the tokens of one text.

    ``lookup`` gives the alternatives of a name at an offset. ``groups`` collects the conditions of every mark made.
    In ``testing`` mode (the text of an ``#if``) operands of ``defined`` stay, and undefined names become 0.
    ``faults`` collects offset, message and kind (``macro``, ``limit``) of what had to be left unexpanded;
    once a limit is reached all later names are left as they are.
    """

    lookup: Callable[[bytes, int], Sequence[Alternative]]
    groups: dict[int, tuple[Condition, ...]]
    testing: bool = False
    most_tokens: int = MOST_TOKENS
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    exhausted: bool = False
    _produced: int = 0
    _nested: int = 0

    def expand(self, tokens: Sequence[Token], context: Condition) -> list[Token]:
        """Expand macros in the builds for which ``context`` holds. Raises :class:`Fork`."""
        return _Run(self, list(reversed(tokens)), context, level=0).run()

    def live(self, token: Token, context: Condition) -> Sequence[Alternative]:
        """The meanings of a name that some build in ``context`` gives it."""
        found = self.lookup(token.text, token.start)
        if len(found) > 1:
            found = [entry for entry in found if (context & entry.presence).satisfiable]
        return found

    def spend(self, count: int, token: Token) -> bool:
        """Take ``count`` tokens off the budget; false, and a fault, when it is used up."""
        self._produced += count
        if self._produced > self.most_tokens:
            self.give_up(token, "the text becomes too long")
        return not self.exhausted

    def give_up(self, token: Token, why: str) -> None:
        """Leave this name and all later ones as they are."""
        if not self.exhausted:
            self.faults.append((token.start, f"macro {name_of(token.text)} was left as it is: {why}", "limit"))
        self.exhausted = True

    def nested(self, tokens: Sequence[Token], context: Condition, *, level: int) -> list[Token] | None:
        """Expand tokens by themselves, ``level`` brackets deep; ``None`` when that is nested too deep."""
        if self._nested >= MOST_NESTED:
            return None
        self._nested += 1
        try:
            return _Run(self, list(reversed(tokens)), context, level=level).run()
        finally:
            self._nested -= 1

    def new_group(self, conditions: tuple[Condition, ...]) -> int:
        """A new mark number for these conditions."""
        number = len(self.groups)
        self.groups[number] = conditions
        return number


class _Run:
    """One pass over a list of tokens. ``stack`` holds what is still to be read, the next token last; ``level`` is how
    many brackets are open, 1 too many inside an initializer that stands outside of all brackets. With ``alternative`` a
    wrong number of arguments is no fault: the build in question would not compile."""

    def __init__(self, owner: Expander, stack: list[Token], context: Condition, *, level: int) -> None:
        self.owner = owner
        self.stack = stack
        self.context = context
        self.outer: list[Condition] = []
        self.out: list[Token] = []
        self.level = level
        self.initializer = False
        self.alternative = False

    def run(self) -> list[Token]:
        stack = self.stack
        while stack:
            token = stack.pop()
            if token.kind is Kind.IDENTIFIER and token.text not in token.hidden:
                self._identifier(token)
            else:
                if token.kind is Kind.MARK:
                    self._mark(token)
                elif token.kind is Kind.PUNCTUATOR:
                    self._bracket(token.text)
                self.out.append(token)
        return self.out

    def _bracket(self, text: bytes) -> None:
        if text in _LEVELS:
            self.level += _LEVELS[text]
        elif text in (b"=", b";") and self.level == 0:
            self.initializer = text == b"="

    def _mark(self, token: Token) -> None:
        """Enter or leave an arm: the context changes."""
        found = group_of(token)
        if found is None:
            return
        number, arm = found
        if arm is None:
            self.context = self.outer.pop()
            return
        if arm == 0:
            self.outer.append(self.context)
        self.context = self.outer[-1] & self.owner.groups[number][arm]

    def _identifier(self, token: Token) -> None:
        owner = self.owner
        if owner.testing and token.text in _UNEVALUATED:
            self._unevaluated(token)
            return
        if owner.exhausted:
            self.out.append(token)
            return
        live = owner.live(token, self.context)
        if len(live) == 1:
            self._single(token, live[0])
        elif not live:
            self.out.append(token)
        else:
            self._several(token, live)

    def _unevaluated(self, token: Token) -> None:
        """``defined X``, ``__has_include(...)``: the operand is not expanded."""
        self.out.append(token)
        stack = self.stack
        if stack and stack[-1].text == b"(":
            depth = 0
            while stack:
                self.out.append(stack.pop())
                depth += (self.out[-1].text == b"(") - (self.out[-1].text == b")")
                if depth == 0:
                    return
        elif stack:
            self.out.append(stack.pop())

    def _single(self, token: Token, meaning: Alternative) -> None:
        definition = meaning.definition
        if definition is None:
            undefined = self.owner.testing and meaning.undefined
            self.out.append(token._replace(kind=Kind.NUMBER, text=b"0") if undefined else token)
            return
        replacement = self._replacement(token, definition)
        if replacement is None:
            self.out.append(token)
        else:
            self.stack.extend(reversed(replacement))

    def _replacement(self, token: Token, definition: MacroDefinition) -> list[Token] | None:
        """What the invocation at ``token`` stands for, its arguments taken off the stack; ``None`` if it is none."""
        owner = self.owner
        if definition.parameters is None:
            call = Call(definition, token, token.end, None, token.hidden | {token.text}, no_arguments)
        else:
            taken = self._take_arguments()
            if taken is None:
                return None
            arguments = split_arguments(taken[1:-1], definition)
            if arguments is None:
                self.stack.extend(reversed(taken))
                if not self.alternative:
                    message = f"macro {definition.name} is used with too few or too many arguments"
                    owner.faults.append((token.start, message, "macro"))
                return None
            hidden = (token.hidden & taken[-1].hidden) | {token.text}
            end = taken[-1].end if not token.macros else token.end
            expanded = Arguments(owner, arguments, self.context)
            omitted = is_rest_omitted(taken[1:-1], arguments, definition)
            call = Call(definition, token, end, arguments, hidden, expanded, omitted)
        result = substitute(call)
        if isinstance(call.expanded, Arguments) and call.expanded.too_deep:
            owner.give_up(token, "it is nested too deep")
            self.stack.extend(reversed(taken or ()))
            return None
        if not owner.spend(len(result) + 1, token):
            self.stack.extend(reversed(taken or ()) if definition.parameters is not None else ())
            return None
        return result

    def _take_arguments(self) -> list[Token] | None:
        """Take ``( ... )`` off the stack, parentheses included; ``None`` (and nothing taken) if it isn't there."""
        stack = self.stack
        if not self._parenthesis_follows():
            return None
        taken: list[Token] = []
        depth = 0
        while stack:
            token = stack.pop()
            taken.append(token)
            if token.kind is Kind.MARK and (found := group_of(token)) is not None:
                raise Fork(self.owner.groups[found[0]])
            if token.kind is Kind.PUNCTUATOR:
                depth += (token.text == b"(") - (token.text == b")")
                if depth == 0:
                    return taken
        stack.extend(reversed(taken))
        return None

    def _parenthesis_follows(self) -> bool:
        """Whether the next token is ``(``. Raises :class:`Fork` if that depends on an ``#if``."""
        first: int | None = None
        for token in reversed(self.stack):
            found = group_of(token) if token.kind is Kind.MARK else None
            if found is None:
                if token.text == b"(" and first is not None:
                    raise Fork(self.owner.groups[first])
                return token.text == b"("
            first = found[0] if first is None else first
        return False

    def _several(self, token: Token, live: Sequence[Alternative]) -> None:
        """The name means different things in different builds."""
        functions = any(entry.definition is not None and entry.definition.parameters is not None for entry in live)
        if not functions or not self._parenthesis_follows():
            results = [self._alone(token, meaning, []) for meaning in live]
            if self._ends_in_function(results, live) and self._parenthesis_follows():
                taken = self._take_arguments() or []
                results = [self._alone(token, meaning, taken) for meaning in live]
                self._merge(token, live, results, taken)
            else:
                self._merge(token, live, results, [])
            return
        taken = self._take_arguments() or []
        self._merge(token, live, [self._alone(token, meaning, taken) for meaning in live], taken)

    def _alone(self, token: Token, meaning: Alternative, taken: list[Token]) -> list[Token]:
        """What the name, with the arguments after it, becomes for one meaning."""
        context = self.context & meaning.presence
        if meaning.definition is None and self.owner.testing and meaning.undefined:
            head = token._replace(kind=Kind.NUMBER, text=b"0")
        elif meaning.definition is None:
            head = token if self.owner.testing else token._replace(hidden=token.hidden | {token.text})
        else:
            run = _Run(self.owner, list(reversed(taken)), context, level=self.level)
            run.alternative = True
            replacement = run._replacement(token, meaning.definition)
            if replacement is not None:
                rest = [*replacement, *reversed(run.stack)]
                return self._nested(token, rest, context)
            head = token._replace(hidden=token.hidden | {token.text})
        return self._nested(token, [head, *taken], context)

    def _nested(self, token: Token, tokens: list[Token], context: Condition) -> list[Token]:
        result = self.owner.nested(tokens, context, level=self.level + self.initializer)
        if result is None:
            self.owner.give_up(token, "it is nested too deep")
            return tokens
        return result

    def _ends_in_function(self, results: list[list[Token]], live: Sequence[Alternative]) -> bool:
        """Whether some result ends in the name of a function-like macro, which may take what follows."""
        for result, meaning in zip(results, live, strict=True):
            if result and result[-1].kind is Kind.IDENTIFIER and result[-1].text not in result[-1].hidden:
                inner = self.owner.live(result[-1], self.context & meaning.presence)
                if any(entry.definition is not None and entry.definition.parameters is not None for entry in inner):
                    return True
        return False

    def _merge(self, token: Token, live: Sequence[Alternative], results: list[list[Token]], taken: list[Token]) -> None:
        """Put the results of several meanings into the output."""
        distinct: dict[tuple[bytes, ...], list[int]] = {}
        for number, result in enumerate(results):
            distinct.setdefault(tuple(entry.text for entry in result), []).append(number)
        if len(distinct) == 1:
            self.out.extend(results[0])
            return
        bodies = [results[numbers[0]] for numbers in distinct.values()]
        conditions = []
        for numbers in distinct.values():
            condition = live[numbers[0]].presence
            for number in numbers[1:]:
                condition = condition | live[number].presence
            conditions.append(condition)
        arms = partition(conditions, self.context)
        end = taken[-1].end if taken and not token.macros else token.end
        if not self.owner.spend(sum(map(len, bodies)), token):
            raise Fork(arms)
        self._emit(token, end, bodies, arms)

    def _emit(self, token: Token, end: int, bodies: list[list[Token]], arms: tuple[Condition, ...]) -> None:
        before = self.out[-1] if self.out else None
        after = self.stack[-1] if self.stack else None
        if not self.owner.testing and self._only_advice(token, bodies):
            return
        outside = self.level == 0 and not self.initializer and not self.owner.testing
        if outside and self._linkage(token, bodies):
            return
        made = token._replace(end=end, macros=(*token.macros, name_of(token.text)), hidden=frozenset())
        if all(Expression(body).fits(before, after) for body in bodies):
            number = self.owner.new_group(arms)
            self.out.extend(_choice(made, number, bodies))
        elif not self.owner.testing and (_starts_statement(before) and all(map(is_statement, bodies))):
            self._emit_statements(made, bodies, arms)
        else:
            raise Fork(arms)

    def _emit_statements(self, made: Token, bodies: list[list[Token]], arms: tuple[Condition, ...]) -> None:
        """Arms of whole statements: each ends by itself, or all end with the ``;`` that follows."""
        last: list[Token] = []
        if any(body and body[-1].text not in (b";", b"}") for body in bodies):
            if not self.stack or self.stack[-1].text != b";":
                raise Fork(arms)
            last = [self.stack.pop()]
        number = self.owner.new_group(arms)
        for arm, body in enumerate(bodies):
            self.out.extend((arm_mark(made, number, arm), *body, *last))
        self.out.append(end_mark(made, number))

    def _only_advice(self, token: Token, bodies: list[list[Token]]) -> bool:
        """A name that the build may set and that else stands for an attribute or nothing is no more than that."""
        written = [body for body in bodies if [entry.text for entry in body] != [token.text]]
        if len(written) == len(bodies) or not any(map(is_attribute, written)):
            return False
        return all(not body or is_attribute(body) for body in written)

    def _linkage(self, token: Token, bodies: list[list[Token]]) -> bool:
        """Outside of all braces, meanings that only differ in linkage are read as one: the one that shows most.

        An external object or function is one that code out of scope may reach, so ``extern`` is preferred, then
        nothing, and ``static`` is believed only if every build says so.
        """
        written = [body for body in bodies if [entry.text for entry in body] != [token.text]]
        if not written or not all(map(is_linkage, written)):
            return False
        ranked = sorted(written, key=_visibility)
        if _visibility(ranked[0]) > 0 and len(written) < len(bodies):
            return True
        self.out.extend(ranked[0])
        return True


_LEVELS: Final = {b"(": 1, b"[": 1, b"{": 1, b")": -1, b"]": -1, b"}": -1}
_UNEVALUATED: Final = frozenset(
    b"defined __has_include __has_include_next __has_attribute __has_cpp_attribute __has_c_attribute __has_builtin"
    b" __has_feature __has_extension __has_embed __has_declspec_attribute __has_warning".split()
)


def _choice(made: Token, number: int, bodies: list[list[Token]]) -> list[Token]:
    tokens = [choice_mark(made), _punctuator(made, b"("), made._replace(kind=Kind.NUMBER, text=b"%d" % number, space=0)]
    for body in bodies:
        tokens.append(_punctuator(made, b","))
        tokens.extend(body)
    tokens.append(_punctuator(made, b")"))
    return tokens


def _punctuator(made: Token, text: bytes) -> Token:
    return made._replace(kind=Kind.PUNCTUATOR, text=text, space=0)


def _starts_statement(before: Token | None) -> bool:
    return before is None or before.text in (b";", b"{", b"}") or before.kind is Kind.MARK


def _visibility(body: list[Token]) -> int:
    texts = {token.text for token in body}
    return 0 if b"extern" in texts else 2 if b"static" in texts else 1
