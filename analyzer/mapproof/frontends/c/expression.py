"""The expressions of ``#if`` as conditions (C11 6.10.1).

A value is a list of guarded terms: under which condition it is a number, a symbol that the build sets, or a text that
nothing is known about. Comparing one free symbol with a number is exact; whatever else speaks of free symbols becomes
an opaque condition under its normalised text.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from mapproof.frontends.c.lexeme import Kind, Token, name_of, spelling
from mapproof.frontends.c.marks import CHOICE
from mapproof.frontends.c.shape import PRECEDENCE
from mapproof.frontends.c.standpoint import is_large
from mapproof.model.condition import FALSE, TRUE, Condition, at_least, equals, nonzero, opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST_TERMS: Final = 64
"""A value with more guarded terms than this is given up."""
MOST_NESTED: Final = 40
"""Parentheses and operators nested deeper than this are given up."""


class NotUnderstoodError(Exception):
    """The text is no expression that can be evaluated."""


class _Number(NamedTuple):
    value: int
    unsigned: bool = False

    def __str__(self) -> str:
        return str(self.value)


class _Free(NamedTuple):
    """A symbol that the build sets, plus a number."""

    name: str
    offset: int = 0

    def __str__(self) -> str:
        return f"({self.name} {'-' if self.offset < 0 else '+'} {abs(self.offset)})" if self.offset else self.name


class _Text(NamedTuple):
    text: str

    def __str__(self) -> str:
        return f"({self.text})" if " " in self.text else self.text


_Term = _Number | _Free | _Text
_Value = dict[_Term, Condition]

_NUMBER: Final = re.compile(
    r"(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)"
    r"((?:[uU](?:ll|LL|[lLzZ])?|(?:ll|LL|[lLzZ])[uU]?)?)"
)
_CHARACTER: Final = re.compile(
    rb"(?:u8|[uUL])?'(?:([^\\'])|\\(?:([abefnrtv?'\"\\])|([0-7]{1,3})|x([0-9a-fA-F]+)))'", re.DOTALL
)
_ESCAPES: Final = {
    b"a": 7, b"b": 8, b"e": 27, b"f": 12, b"n": 10, b"r": 13, b"t": 9, b"v": 11, b"?": 63, b"'": 39, b'"': 34,
    b"\\": 92,
}  # fmt: skip
_COMPARISONS: Final[dict[bytes, Callable[[int, int], bool]]] = {
    b"==": operator.eq, b"!=": operator.ne, b"<": operator.lt, b"<=": operator.le, b">": operator.gt,
    b">=": operator.ge,
}  # fmt: skip
_MIRRORED: Final = {b"==": b"==", b"!=": b"!=", b"<": b">", b"<=": b">=", b">": b"<", b">=": b"<="}
_WORDS: Final = {
    b"and": b"&&", b"or": b"||", b"not": b"!", b"bitand": b"&", b"bitor": b"|", b"xor": b"^", b"compl": b"~",
    b"not_eq": b"!=",
}  # fmt: skip
_PLACE_DEPENDENT: Final = frozenset({b"__LINE__", b"__COUNTER__", b"__FILE__", b"__INCLUDE_LEVEL__", b"__func__"})


@dataclass(slots=True)
class Evaluator:
    """Evaluates expanded tokens. ``groups`` holds the conditions of the choices in them, ``defined`` tells when a name
    is defined; ``cpp`` turns on the words of C++."""

    tokens: Sequence[Token]
    groups: Mapping[int, tuple[Condition, ...]]
    defined: Callable[[bytes], Condition]
    cpp: bool = False
    position: int = 0
    depth: int = 0

    def condition(self) -> Condition:
        """When the expression is not zero. Raises :class:`NotUnderstoodError`."""
        value = self._ternary()
        if self.position != len(self.tokens):
            raise NotUnderstoodError
        return self._truth(value)

    def _peek(self) -> bytes:
        if self.position >= len(self.tokens):
            return b""
        token = self.tokens[self.position]
        if self.cpp and token.kind is Kind.IDENTIFIER:
            return _WORDS.get(token.text, token.text)
        return token.text

    def _take(self, text: bytes) -> None:
        if self._peek() != text:
            raise NotUnderstoodError
        self.position += 1

    def _truth(self, value: _Value) -> Condition:
        result = FALSE
        for term, condition in value.items():
            result = _bounded(result | (condition & self._holds(term)))
        return result

    def _holds(self, term: _Term) -> Condition:
        if isinstance(term, _Number):
            return TRUE if term.value else FALSE
        if isinstance(term, _Free):
            always = self.cpp and term == _Free("__cplusplus")
            return TRUE if always else ~equals(term.name, -term.offset) if term.offset else nonzero(term.name)
        return opaque(term.text)

    def _ternary(self) -> _Value:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise NotUnderstoodError
        value = self._binary(1)
        if self._peek() == b"?":
            self.position += 1
            test = self._truth(value)
            then = self._ternary()
            self._take(b":")
            otherwise = self._ternary()
            value = {}
            for branch, condition in ((then, test), (otherwise, ~test)):
                for term, guard in branch.items():
                    _add(value, term, _bounded(condition & guard))
        self.depth -= 1
        return value

    def _binary(self, least: int) -> _Value:
        left = self._unary()
        while PRECEDENCE.get(self._peek(), 0) >= least:
            symbol = self._peek()
            self.position += 1
            self.depth += 1
            if self.depth > MOST_NESTED:
                raise NotUnderstoodError
            right = self._binary(PRECEDENCE[symbol] + 1)
            self.depth -= 1
            left = self._apply(symbol, left, right)
        return left

    def _apply(self, symbol: bytes, left: _Value, right: _Value) -> _Value:
        if symbol == b"&&":
            return _boolean(_bounded(self._truth(left) & self._truth(right)))
        if symbol == b"||":
            return _boolean(_bounded(self._truth(left) | self._truth(right)))
        if len(left) * len(right) > MOST_TERMS * 4:
            raise NotUnderstoodError
        result: _Value = {}
        for first, guard in left.items():
            for second, other in right.items():
                both = guard & other
                if not both.satisfiable:
                    continue
                for term, condition in _combine(symbol, first, second).items():
                    _add(result, term, _bounded(both & condition))
        if len(result) > MOST_TERMS:
            raise NotUnderstoodError
        return result

    def _unary(self) -> _Value:
        prefixes: list[bytes] = []
        while self._peek() in (b"!", b"-", b"+", b"~"):
            prefixes.append(self._peek())
            self.position += 1
        value = self._primary()
        for prefix in reversed(prefixes):
            if prefix == b"!":
                value = _boolean(~self._truth(value))
            elif prefix != b"+":
                value = {_signed(prefix, term): guard for term, guard in value.items()}
        return value

    def _primary(self) -> _Value:
        if self.position >= len(self.tokens):
            raise NotUnderstoodError
        token = self.tokens[self.position]
        self.position += 1
        if token.kind is Kind.NUMBER:
            return {_number(token.text): TRUE}
        if token.kind is Kind.CHARACTER:
            return {_character(token.text): TRUE}
        if token.kind is Kind.MARK and token.text == CHOICE:
            return self._choice()
        if token.text == b"(":
            value = self._ternary()
            self._take(b")")
            return value
        if token.kind is Kind.IDENTIFIER:
            return self._name(token)
        raise NotUnderstoodError

    def _name(self, token: Token) -> _Value:
        if token.text == b"defined":
            return _boolean(self.defined(self._operand_of_defined()))
        if token.text in token.hidden:
            return {_Number(0): TRUE}
        if token.text in _PLACE_DEPENDENT:
            raise NotUnderstoodError
        if self._peek() == b"(":
            return {_Text(self._call(token)): TRUE}
        if self.cpp and token.text in (b"true", b"false"):
            return {_Number(int(token.text == b"true")): TRUE}
        return {_Free(name_of(token.text)): TRUE}

    def _operand_of_defined(self) -> bytes:
        bracket = self._peek() == b"("
        self.position += bracket
        if self.position >= len(self.tokens) or self.tokens[self.position].kind is not Kind.IDENTIFIER:
            raise NotUnderstoodError
        name = self.tokens[self.position].text
        self.position += 1
        if bracket:
            self._take(b")")
        return name

    def _call(self, token: Token) -> str:
        """The text of a call of something built in: ``__has_include(<x.h>)``."""
        start, depth = self.position, 0
        while self.position < len(self.tokens):
            text = self.tokens[self.position].text
            depth += (text == b"(") - (text == b")")
            self.position += 1
            if depth == 0:
                break
        else:
            raise NotUnderstoodError
        return name_of(token.text + spelling([entry._replace(space=0) for entry in self.tokens[start : self.position]]))

    def _choice(self) -> _Value:
        self._take(b"(")
        number = int(self.tokens[self.position].text)
        self.position += 1
        value: _Value = {}
        for condition in self.groups[number]:
            self._take(b",")
            for term, guard in self._ternary().items():
                _add(value, term, condition & guard)
        self._take(b")")
        return value


def _bounded(condition: Condition) -> Condition:
    """The condition, if it has a size that is worked with: it is looked at after every step, before it can explode."""
    if is_large(condition):
        raise NotUnderstoodError
    return condition


def _add(value: _Value, term: _Term, condition: Condition) -> None:
    if condition.satisfiable:
        value[term] = value.get(term, FALSE) | condition


def _boolean(condition: Condition) -> _Value:
    value: _Value = {}
    _add(value, _Number(1), condition)
    _add(value, _Number(0), ~condition)
    return value


def _signed(prefix: bytes, term: _Term) -> _Term:
    if isinstance(term, _Number):
        return _wrap(-term.value if prefix == b"-" else ~term.value, unsigned=term.unsigned)
    return _Text(f"{prefix.decode()}{term}")


def _combine(symbol: bytes, left: _Term, right: _Term) -> _Value:
    """``left symbol right`` for any operator but ``&&`` and ``||``. Division by 0 may stand where it isn't reached."""
    divides = symbol in (b"/", b"%") and isinstance(right, _Number) and right.value == 0
    if isinstance(left, _Number) and isinstance(right, _Number) and not divides:
        return {_calculate(symbol, left, right): TRUE}
    if symbol in _COMPARISONS:
        if isinstance(left, _Free) and isinstance(right, _Number) and not right.unsigned:
            return _boolean(_compare(left.name, symbol, right.value - left.offset))
        if isinstance(left, _Number) and isinstance(right, _Free) and not left.unsigned:
            return _boolean(_compare(right.name, _MIRRORED[symbol], left.value - right.offset))
    if symbol in (b"+", b"-") and isinstance(left, _Free) and isinstance(right, _Number) and not right.unsigned:
        return {left._replace(offset=left.offset + (right.value if symbol == b"+" else -right.value)): TRUE}
    if symbol == b"+" and isinstance(left, _Number) and isinstance(right, _Free) and not left.unsigned:
        return {right._replace(offset=right.offset + left.value): TRUE}
    return {_Text(f"{left} {symbol.decode()} {right}"): TRUE}


def _compare(name: str, symbol: bytes, value: int) -> Condition:
    if symbol in (b"==", b"!="):
        same = equals(name, value)
        return same if symbol == b"==" else ~same
    if symbol in (b"<", b">="):
        least = at_least(name, value)
        return least if symbol == b">=" else ~least
    more = at_least(name, value + 1)
    return more if symbol == b">" else ~more


def _calculate(symbol: bytes, left: _Number, right: _Number) -> _Number:
    """Arithmetic of (u)intmax_t, 64 bits (C11 6.10.1p4)."""
    unsigned = left.unsigned or right.unsigned
    first, second = (_wrap(side.value, unsigned=unsigned).value for side in (left, right))
    if symbol in _COMPARISONS:
        return _Number(int(_COMPARISONS[symbol](first, second)))
    if symbol in (b"<<", b">>"):
        if not 0 <= right.value < 64:
            raise NotUnderstoodError
        shifted = left.value << right.value if symbol == b"<<" else left.value >> right.value
        return _wrap(shifted, unsigned=left.unsigned)
    if symbol in (b"/", b"%"):
        quotient = abs(first) // abs(second) * (1 if (first < 0) == (second < 0) else -1)
        return _wrap(quotient if symbol == b"/" else first - quotient * second, unsigned=unsigned)
    return _wrap(_ARITHMETIC[symbol](first, second), unsigned=unsigned)


_ARITHMETIC: Final[dict[bytes, Callable[[int, int], int]]] = {
    b"+": operator.add, b"-": operator.sub, b"*": operator.mul, b"&": operator.and_, b"|": operator.or_,
    b"^": operator.xor,
}  # fmt: skip


def _wrap(value: int, *, unsigned: bool) -> _Number:
    value &= (1 << 64) - 1
    return _Number(value if unsigned or value < 1 << 63 else value - (1 << 64), unsigned)


def _number(text: bytes) -> _Number:
    found = _NUMBER.fullmatch(text.decode("utf-8", "replace"))
    if found is None:
        raise NotUnderstoodError
    digits = found.group(1).replace("'", "").lower()
    octal = digits.startswith("0") and digits.isdigit()
    try:
        value = int(digits, 8) if octal else int(digits, 0)
    except ValueError:
        raise NotUnderstoodError from None
    unsigned = "u" in found.group(2).lower() or value >= 1 << 63
    return _wrap(value, unsigned=unsigned)


def _character(text: bytes) -> _Number:
    found = _CHARACTER.fullmatch(text)
    if found is None:
        raise NotUnderstoodError
    plain, escape, octal, hexadecimal = found.groups()
    if plain:
        return _Number(plain[0] if plain[0] < 128 else plain[0] - 256)
    if escape:
        return _Number(_ESCAPES[escape])
    value = int(octal, 8) if octal else int(hexadecimal, 16)
    return _Number(value if value < 128 else value - 256)
