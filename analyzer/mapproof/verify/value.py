"""Rules about values in C: expressions, macros, variables, parameters, results. Flow and configurations are ignored:
a variable may hold whatever anything in scope ever gives it, and a macro mean whatever any definition says."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mapproof.verify.claim import Claim, Conclusion, open_conclusion
from mapproof.verify.effect import IGNORED, effect, value_end
from mapproof.verify.expression import OddError, evaluate, number
from mapproof.verify.layout import (
    Certainty,
    braces,
    declares,
    declaring,
    guess,
    header,
    header_before,
    parameter_name,
    statement,
)
from mapproof.verify.scope import TYPES, WIDE, arguments, is_typeish
from mapproof.verify.shape import keeps, of_definitions, parameter_shape, splits
from mapproof.verify.word import NOTHING, binary, known, narrowed, unknown

if TYPE_CHECKING:
    from mapproof.verify.claim import Ask, Rule
    from mapproof.verify.effect import Effect
    from mapproof.verify.layout import Header
    from mapproof.verify.scope import Scope
    from mapproof.verify.text import Definition, Text, Token
    from mapproof.verify.word import Word

MOST_MENTIONS: Final = 3000
"""Mentions of one name that are looked at."""

_ROUNDS: Final = 40

_NEAR: Final = 300
"""Bytes around a function's name within which an attribute of its own stands."""

CLOSED_WORLD: Final = "closed-world"
SET_BEFORE_USE: Final = "set-before-use"


def value_rules(scope: Scope) -> dict[str, Rule]:
    """The rules, by the kind of claim."""
    rules = _Values(scope)
    return {
        "expression": rules.expression,
        "constant": rules.constant,
        "macro": rules.macro,
        "macro-result": rules.macro_result,
        "macro-argument": rules.macro_argument,
        "variable": rules.variable,
        "parameter": rules.parameter,
        "argument": rules.argument,
        "global": rules.global_variable,
        "returns": rules.returns,
    }


class _Heard:
    """What a rule was told, summed up: its assumptions travel up with the values."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.assumes: set[str] = set()

    def word(self, claim: Claim) -> Word:
        found = self._ask(claim)
        self.assumes |= set(found.assumes)
        return found.word if found.word is not None else unknown(f"what {claim.name} is")

    def conclude(self, word: Word, text: str) -> Conclusion:
        return Conclusion(word, (), tuple(sorted(self.assumes)), text)


def split_index(name: str) -> tuple[str, int]:
    """``f#2`` as name and number."""
    found, _, index = name.rpartition("#")
    return found, int(index) if index.isdecimal() else 0


def is_declaration(scope: Scope, text: Text, offset: int, name: str) -> bool:
    """Whether ``name(`` at an offset declares or defines a function, beyond doubt."""
    if text.directive_at(offset) is not None:
        return False
    before = text.before(offset, 12)
    first = max((n + 1 for n, t in enumerate(before) if t.text in {";", "}", "{"} and t.kind == "mark"), default=0)
    before = before[first:]
    if not before or not all(_prefix(scope, token) for token in before):
        return False
    if len(before) > 1 and before[1].text == "*" and before[0].text not in TYPES and len(before) == 2:
        opening = text.token_at(offset + len(name))
        spans = arguments(text, opening.start) if opening is not None and opening.text == "(" else None
        return spans is not None and any(_is_declared(text, start, end) for start, end in spans)
    return is_typeish(before[0])


def _prefix(scope: Scope, token: Token) -> bool:
    if token.kind == "word":
        if scope.is_macro(token.text):
            return all(_harmless(scope, definition) for definition in scope.macros(token.text))
        return is_typeish(token)
    return token.text in {"*", "&", "::", "(", ")", "__attribute__"} or token.kind == "text"


def _harmless(scope: Scope, definition: Definition) -> bool:
    """Whether a macro's body may be part of a declaration's head and of nothing else."""
    text = scope.text(definition.path)
    return all(
        is_typeish(token) or token.kind in {"text", "number"} or token.text in {"*", "(", ")", "[", "]", ","}
        for token in text.tokens(definition.body, definition.end)
    )


def _is_declared(text: Text, start: int, end: int) -> bool:
    """Whether a span reads as a parameter's declaration, which no expression does."""
    tokens = list(text.tokens(start, end))
    if any(token.text in TYPES for token in tokens):
        return True
    return any(one.kind == two.kind == "word" for one, two in pairwise(tokens))


class _Here:
    """What names mean at one place. See :class:`mapproof.verify.expression.Names`."""

    def __init__(self, scope: Scope, text: Text, heard: _Heard) -> None:
        self._scope = scope
        self._text = text
        self._heard = heard

    def name(self, token: Token) -> Word:
        scope, text, name = self._scope, self._text, token.text
        within = text.definition_at(token.start)
        if within is not None and within.parameters is not None and name in within.parameters:
            index = within.parameters.index(name)
            if not keeps(scope, text, token.start, token.end, parameter_shape(scope, within, name)):
                raise _torn(text, token)
            return self._heard.word(Claim("macro-argument", f"{within.name}#{index}"))
        found: Word | None = None
        if scope.is_macro(name) and (within is None or within.name != name):
            plain = [definition for definition in scope.macros(name) if definition.parameters is None]
            found = self._heard.word(Claim("macro", name))
            if not keeps(scope, text, token.start, token.end, of_definitions(scope, plain)):
                raise _torn(text, token)
        declared, certain = (None, False) if within is not None else self._local(token)
        if declared is not None:
            found = declared if found is None else found | declared
        if not certain and name in scope.table.constants:
            constant = self._heard.word(Claim("constant", name))
            found = constant if found is None else found | constant
        elif not certain and (found is None or declared is not None):
            outside = self._heard.word(Claim("global", name))
            found = outside if found is None else found | outside
        return found if found is not None else unknown(f"what {name} is")

    def _local(self, token: Token) -> tuple[Word | None, bool]:
        """What the function around a mention makes of a name, and whether it surely is that function's own."""
        text, name = self._text, token.text
        head = header(text, token.start)
        floor = head.body if head is not None else guess(text, token.start)
        arms = text.arms(token.start)
        found: Word | None = None
        for offset, certainty in declaring(text, name, floor, token.start):
            around = braces(text, offset)
            if around is None:
                return unknown(f"braces around {text.place(offset)} differ between builds"), True
            if not around or around[-1][1] < token.start:
                continue
            start, end = around[-1]
            word = self._heard.word(Claim("variable", name, text.path, start, end))
            found = word if found is None else found | word
            own = text.arms(offset)
            macro = any(self._scope.is_macro(word) for word in text.words(_line_start(text, offset, floor), offset))
            if certainty is Certainty.YES and own == arms[: len(own)] and not macro:
                return found, True
        index = _parameter_index(text, head, name)
        if head is not None and index is not None:
            claim = Claim("parameter", f"{head.name}#{index}", text.path, head.start, head.end)
            word = self._heard.word(claim)
            return (word if found is None else found | word), True
        return found, False

    def call(self, token: Token) -> Word:
        name = token.text
        within = self._text.definition_at(token.start)
        if self._scope.is_macro(name) and (within is None or within.name != name):
            opening = self._text.token_at(token.end)
            spans = arguments(self._text, opening.start) if opening is not None and opening.text == "(" else None
            end = spans[-1][1] + 1 if spans else token.end
            if spans is None or not keeps(
                self._scope, self._text, token.start, end, of_definitions(self._scope, self._scope.macros(name))
            ):
                raise _torn(self._text, token)
            return self._heard.word(Claim("macro-result", name))
        return self._heard.word(Claim("returns", name))

    def member(self, token: Token) -> Word:
        return unknown(f"what a member {token.text} holds")

    def is_type(self, name: str) -> bool:
        scope = self._scope
        return name.endswith("_t") or not (
            scope.is_macro(name) or name in scope.table.constants or self._is_value(name)
        )

    def is_declared_type(self, name: str) -> bool:
        return any(
            (before := statement(text, offset, 0)) and before[0].text == "typedef"
            for text, offset in self._scope.mentions(name)[:200]
            if text.directive_at(offset) is None
        )

    def _is_value(self, name: str) -> bool:
        """Whether a name is declared as a value anywhere; who is not, and stands before an operand, is a type."""
        return any(
            declares(text, offset, name, 0) is not Certainty.NO or _is_parameter(text, offset, name)
            for text, offset in self._scope.mentions(name)[:200]
        )


def _is_member(text: Text, offset: int) -> bool:
    """Whether a declaration stands in a record, whose objects may be filled in without naming the member."""
    around = braces(text, offset)
    if not around:
        return around is None
    words = {token.text for token in text.before(around[-1][0], 12)}
    return bool(words & {"struct", "class", "union"})


def _is_old_parameter(text: Text, offset: int) -> bool:
    """Whether a declaration may be that of a parameter between a function's head and its body."""
    for token in text.tokens(offset, min(len(text.data), offset + 2000)):
        if token.text == "{":
            return True
        if token.kind == "mark" and token.text not in {";", ",", "*", "[", "]"}:
            return False
    return False


def _torn(text: Text, token: Token) -> OddError:
    """A macro's text may not keep together here, so the expression around it is not what it looks like."""
    return OddError(f"{token.text} at {text.place(token.start)} is not in parentheses")


def _is_parameter(text: Text, offset: int, name: str) -> bool:
    following = text.token_at(offset + len(name))
    before = text.before(offset, 1)
    return bool(before) and is_typeish(before[-1]) and following is not None and following.text in {",", ")"}


def _line_start(text: Text, offset: int, floor: int) -> int:
    return max(floor, text.data.rfind(b"\n", 0, offset) + 1)


def _parameter_index(text: Text, head: Header | None, name: str) -> int | None:
    for index, (start, end) in enumerate(head.parameters if head is not None else ()):
        found = parameter_name(text, start, end)
        if found is not None and found[0] == name:
            return index
    return None


class _Values:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def expression(self, claim: Claim, ask: Ask) -> Conclusion:
        """The value of the text between two offsets, where it stands."""
        text = self._scope.text(claim.path)
        heard = _Heard(ask)
        tokens = list(text.tokens(claim.start, claim.end))
        word = evaluate(tokens, _Here(self._scope, text, heard))
        spelled = " ".join(token.text for token in tokens)
        return heard.conclude(word, f"{spelled} at {text.place(claim.start)}")

    def constant(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """The platform's number."""
        value = self._scope.table.constants.get(claim.name)
        if value is None:
            return open_conclusion(f"{claim.name} is no constant of the platform")
        for text, offset in self._scope.mentions(claim.name)[:MOST_MENTIONS]:
            if self._declared(text, offset, claim.name):
                return open_conclusion(f"{claim.name} is declared at {text.place(offset)} as something else")
        return Conclusion(known([value]), (), (), f"{claim.name} is {value:#x} on the platform")

    def macro(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a macro without parameters may mean: every definition in scope."""
        scope, heard, name = self._scope, _Heard(ask), claim.name
        word, places = NOTHING, []
        for definition in scope.macros(name):
            if definition.parameters is not None:
                continue
            if _may_come_from_outside(scope, definition) and name not in scope.table.constants:
                word |= unknown(
                    f"{name} may be defined outside, see {scope.text(definition.path).place(definition.start)}"
                )
            word |= heard.word(Claim("expression", "", definition.path, definition.body, definition.end))
            places.append(scope.text(definition.path).place(definition.start))
        if name in scope.defines:
            given = scope.defines[name]
            word |= number(given) if given[:1].isdigit() else unknown(f"-D{name}={given}")
            places.append("the command line")
        if not places:
            word = unknown(f"{name} takes arguments")
        return heard.conclude(word, f"{name} is defined at {', '.join(places)}, nowhere else")

    def macro_result(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a macro with parameters may give: every definition, with every argument that any use has."""
        scope, heard, name = self._scope, _Heard(ask), claim.name
        word, places = NOTHING, []
        for definition in scope.macros(name):
            if _may_come_from_outside(scope, definition):
                word |= unknown(f"{name} may be defined outside")
            word |= heard.word(Claim("expression", "", definition.path, definition.body, definition.end))
            places.append(scope.text(definition.path).place(definition.start))
        if name in scope.defines or not places:
            word |= unknown(f"what {name}() is")
        if any(is_declaration(scope, text, offset, name) for text, offset in scope.mentions(name)):
            word |= heard.word(Claim("returns", name))
        return heard.conclude(word, f"{name}() is defined at {', '.join(places)}, nowhere else")

    def macro_argument(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a macro's parameter may be: that argument of each use in scope."""
        scope, heard = self._scope, _Heard(ask)
        name, index = split_index(claim.name)
        word, uses = NOTHING, 0
        for text, offset in scope.mentions(name)[:MOST_MENTIONS]:
            directive = text.directive_at(offset)
            if directive is not None and (directive[2] in IGNORED or _names(text, directive[0], offset)):
                continue
            uses += 1
            opening = text.token_at(offset + len(name))
            spans = arguments(text, opening.start) if opening is not None and opening.text == "(" else None
            if spans is None or index >= len(spans):
                word |= unknown(f"{name} at {text.place(offset)} is no plain use of the macro")
            else:
                word |= heard.word(Claim("expression", "", text.path, *spans[index]))
        if any("..." in (definition.parameters or ()) for definition in scope.macros(name)):
            word = unknown(f"{name} takes any number of arguments")
        return heard.conclude(word, f"argument {index + 1} of the macro {name} in all {uses} uses")

    def _after(
        self, word: Word, text: Text, name: str, offsets: list[int], heard: _Heard, *, members: bool = False
    ) -> Word:
        """The word after all that these mentions of a variable may do to it, in any order, any number of times."""
        compounds: list[Effect] = []
        for offset in offsets:
            found = effect(self._scope, text, offset, name, members=members)
            if found is None:
                continue
            if found.lost:
                return word | unknown(f"{name}: {found.lost}")
            if found.operator == "=":
                word |= heard.word(Claim("expression", "", text.path, found.start, found.end))
            else:
                compounds.append(found)
        operands = [heard.word(Claim("expression", "", text.path, one.start, one.end)) for one in compounds]
        for _ in range(_ROUNDS):
            wider = word
            for one, operand in zip(compounds, operands, strict=True):
                wider |= binary(one.operator, word, operand)
            if wider == word:
                return word
            word = wider
        return unknown(f"{name} takes ever new values")

    def variable(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a local may hold: all that its block ever gives it."""
        scope, heard, name = self._scope, _Heard(ask), claim.name
        text = scope.text(claim.path)
        offsets = text.mentions(name, claim.start, claim.end)
        around = braces(text, claim.start + 1)
        if not around or around[-1] != (claim.start, claim.end):
            return open_conclusion(f"{text.place(claim.start)} begins no block that ends there")
        word = self._after(NOTHING, text, name, offsets, heard)
        narrow = False
        for offset in offsets:
            if declares(text, offset, name, claim.start) is Certainty.NO:
                continue
            before = text.before(offset, 6)
            following = text.token_at(offset + len(name))
            types = _type_words(before)
            narrow |= not types or not all(one in WIDE for one in types)
            if following is not None and following.text in {";", ","}:
                if "static" in types:
                    word |= known([0])
                heard.assumes.add(f"{SET_BEFORE_USE} {name} at {text.place(offset)}")
        word |= self._unseen(text, name, claim.start, claim.end)
        word = narrowed(word) if narrow else word
        return heard.conclude(word, f"{name} in the block at {text.place(claim.start)}: all {len(offsets)} mentions")

    def _unseen(self, text: Text, name: str, start: int, end: int) -> Word:
        """What macros and included files may do to a name between two offsets, where it does not stand."""
        for begin, _, kind in text.directives_between(start, end):
            if kind in {"include", "import", "include_next", "embed"}:
                return unknown(f"a file is included at {text.place(begin)}")
        macro = next((m for m in sorted(self._scope.reaching(name)) if text.mentions(m, start, end)), "")
        return unknown(f"the macro {macro} may change {name}") if macro else NOTHING

    def parameter(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a parameter may hold: what callers pass, and what the function itself gives it."""
        scope, heard = self._scope, _Heard(ask)
        function, index = split_index(claim.name)
        text = scope.text(claim.path)
        head = self._head(text, claim.start, function)
        found = parameter_name(text, *head.parameters[index]) if head and index < len(head.parameters) else None
        if head is None or found is None:
            return open_conclusion(f"parameter {index + 1} of {function}() is not plainly declared")
        name, declared = found
        word = heard.word(Claim("argument", claim.name))
        word = self._after(word, text, name, text.mentions(name, head.body, head.end), heard)
        types = text.words(head.parameters[index][0], declared)
        if "*" in text.data[head.parameters[index][0] : declared].decode("latin-1"):
            word = unknown(f"{name} is a pointer")
        if not types or not all(one in WIDE for one in types):
            word = narrowed(word)
        word |= self._unseen(text, name, head.body, head.end)
        return heard.conclude(word, f"{name}, parameter {index + 1} of {function}() at {text.place(head.start)}")

    def _head(self, text: Text, start: int, function: str) -> Header | None:
        opening = text.token_at(start + len(function))
        spans = arguments(text, opening.start) if opening is not None and opening.text == "(" else None
        if opening is None or spans is None:
            return None
        end = spans[-1][1] if spans else opening.end
        brace = text.data.find(b"{", end)
        if brace < 0:
            return None
        around = braces(text, brace + 1)
        if not around or around[-1][0] != brace:
            return None
        head = header_before(text, *around[-1])
        return head if head is not None and head.start == start else None

    def argument(self, claim: Claim, ask: Ask) -> Conclusion:
        """What all mentions of a function's name in scope pass as one of its arguments."""
        scope, heard = self._scope, _Heard(ask)
        function, index = split_index(claim.name)
        mentions = scope.mentions(function)
        word, callers, static = NOTHING, 0, False
        if len(mentions) > MOST_MENTIONS:
            return open_conclusion(f"{function} is mentioned too often")
        for text, offset in mentions:
            directive = text.directive_at(offset)
            if directive is not None and directive[2] in IGNORED:
                continue
            if directive is not None and (directive[2] != "define" or _names(text, directive[0], offset)):
                word |= unknown(f"{function} is a macro or in a pragma too, at {text.place(offset)}")
                continue
            before = text.before(offset, 1)
            if before and before[-1].text in {".", "->", "struct", "enum", "union", "goto"}:
                word |= unknown(f"{function} is another thing too, at {text.place(offset)}")
                continue
            if is_declaration(scope, text, offset, function):
                static |= any(token.text == "static" for token in text.before(offset, 6))
                continue
            opening = text.token_at(offset + len(function))
            spans = arguments(text, opening.start) if opening is not None and opening.text == "(" else None
            callers += 1
            if spans is None or index >= len(spans) or splits(scope, text, spans):
                word |= unknown(f"{function} at {text.place(offset)} is no plain call")
            else:
                word |= heard.word(Claim("expression", "", text.path, *spans[index]))
        word |= self._named_in_text(function)
        if not callers:
            word |= unknown(f"no caller of {function}() is in scope")
        if not static:
            heard.assumes.add(f"{CLOSED_WORLD} {function}")
        return heard.conclude(word, f"argument {index + 1} of {function}() in all {callers} calls in scope")

    def _named_in_text(self, name: str) -> Word:
        """A literal may give a name to the linker: an alias, an asm label, a function looked up."""
        sought = f'"{name}"'
        for text in self._scope.holding(sought):
            if any(literal.endswith(sought.encode()) for _, literal in text.literals()):
                return unknown(f"{text.path} has {sought}, which may give it another name")
        return NOTHING

    def global_variable(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a name outside functions may hold: all that any mention in scope gives it, whatever it names there."""
        scope, heard, name = self._scope, _Heard(ask), claim.name
        mentions = scope.mentions(name)
        if len(mentions) > MOST_MENTIONS:
            return open_conclusion(f"{name} is mentioned too often")
        word, declared, constant = NOTHING, False, False
        for text in {id(text): text for text, _ in mentions}.values():
            offsets = [offset for other, offset in mentions if other is text]
            word = self._after(word, text, name, offsets, heard, members=scope.cpp)
            for offset in offsets:
                kind = self._declared(text, offset, name)
                declared |= bool(kind)
                constant |= kind in {"enumerator", "const"}
                if kind in {"implicit", "parameter"}:
                    word |= unknown(f"{name} at {text.place(offset)} is declared without a value that is written there")
                elif kind == "zero":
                    word |= known([0])
        if not declared:
            return open_conclusion(f"{name} is declared nowhere in scope")
        word |= self._named_in_text(name)
        if scope.reaching(name) and not constant:
            word |= unknown(f"the macro {min(scope.reaching(name))} may change {name}")
        if not constant:
            heard.assumes.add(f"field-stores {name}")
        return heard.conclude(narrowed(word), f"{name}: all {len(mentions)} mentions in scope")

    def _declared(self, text: Text, offset: int, name: str) -> str:  # noqa: PLR0911  one per kind
        """What kind of declaration a mention is, if it is one."""
        if text.directive_at(offset) is not None:
            return ""
        before = text.before(offset, 6)
        following = text.token_at(offset + len(name))
        last, mark = before[-1].text if before else "", following.text if following is not None else ""
        if last in {"{", ","} and mark in {"=", ",", "}"}:
            around = braces(text, offset)
            if around and any(token.text == "enum" for token in text.before(around[-1][0], 4)):
                return "enumerator" if mark == "=" else "implicit"
        if _is_parameter(text, offset, name):
            return "parameter"
        if declares(text, offset, name, 0) is Certainty.NO:
            return ""
        types = _type_words(before)
        if "extern" in types or mark == "[" or _is_member(text, offset):
            return "implicit"
        if mark in {";", ","} and _is_old_parameter(text, offset):
            return "parameter"
        if mark == "=":
            return "const" if "const" in types and "*" not in {token.text for token in before} else "value"
        return "zero"

    def returns(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a function may return: each ``return`` in each of its definitions in scope."""
        scope, heard, name = self._scope, _Heard(ask), claim.name
        word, bodies = NOTHING, 0
        for text, offset in scope.mentions(name):
            if b"weak" in text.data[max(0, offset - _NEAR) : offset + _NEAR]:
                return open_conclusion(f"{name} at {text.place(offset)} may be weak: another may stand in its place")
            if text.directive_at(offset) is not None:
                continue
            if declares(text, offset, name, 0) is not Certainty.NO or _is_parameter(text, offset, name):
                return open_conclusion(f"{name} is a variable too, at {text.place(offset)}")
            head = self._head(text, offset, name) if is_declaration(scope, text, offset, name) else None
            if head is None:
                continue
            bodies += 1
            types = [token.text for token in text.before(offset, 4)]
            for at in text.mentions("return", head.body, head.end):
                end = value_end(text, at + 6)
                if end is None or text.directives_between(at, end):
                    return open_conclusion(f"the return at {text.place(at)} is not followed")
                word |= heard.word(Claim("expression", "", text.path, at + 6, end))
            if not any(one in WIDE for one in types):
                word = narrowed(word)
            word |= self._unseen(text, "return", head.body, head.end)
        if not bodies:
            return open_conclusion(f"{name}() is not defined in scope")
        return heard.conclude(word, f"what {name}() returns, in all {bodies} definitions in scope")


def _type_words(before: list[Token]) -> list[str]:
    """The words of the declaration's type, as far as they stand right before the name."""
    found: list[str] = []
    for token in reversed(before):
        if token.kind == "mark" and token.text in {";", "{", "}", ")", ":"}:
            break
        if token.kind == "word" and not (found and token.text == "="):
            found.append(token.text)
    return found


def _names(text: Text, start: int, offset: int) -> bool:
    """Whether an offset is that of the name that a ``#define`` defines."""
    return any(definition.start == offset for definition in text.definitions if definition.start >= start)


def _may_come_from_outside(scope: Scope, definition: Definition) -> bool:
    """Whether the definition stands under a question whether the macro is defined already."""
    text = scope.text(definition.path)
    for arm in text.arms(definition.start):
        directive = text.directive_at(arm)
        if directive is not None and definition.name in text.words(directive[0] + 1, directive[1]):
            return True
    return False
