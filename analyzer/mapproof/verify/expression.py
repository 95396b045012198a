"""The value of a C expression, from its tokens and from what its names stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from mapproof.verify.scope import TYPES, WIDE
from mapproof.verify.word import Word, binary, known, narrowed, unary, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.verify.text import Token

_LEVELS: Final = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_FLOATING: Final = frozenset({"float", "double", "_Float16", "_Float32", "_Float64", "_Float128", "__float128"})
_STATIC_CASTS: Final = frozenset({"static_cast", "const_cast", "implicit_cast"})


class Names(Protocol):
    """What an expression's names mean."""

    def name(self, token: Token) -> Word:
        """The value of a name that stands alone."""
        ...

    def call(self, token: Token) -> Word:
        """The value of ``name(...)``."""
        ...

    def member(self, token: Token) -> Word:
        """The value of a member, by its name."""
        ...

    def is_type(self, name: str) -> bool:
        """Whether a name in parentheses before an operand is a type, as far as can be told; not if it is a value."""
        ...

    def is_declared_type(self, name: str) -> bool:
        """Whether a name is declared as a type in scope."""
        ...


class OddError(Exception):
    """An expression that can't be read for what it is; it may be worth anything. The message says why."""


def evaluate(tokens: Sequence[Token], names: Names) -> Word:
    """What the tokens may be worth. What is no expression this reader knows may be worth anything."""
    reader = _Reader(list(tokens), names)
    try:
        found = reader.comma()
        if reader.at < len(reader.tokens):
            return unknown(f"{reader.tokens[reader.at].text} is not followed here")
    except OddError as odd:
        return unknown(str(odd))
    except RecursionError:
        return unknown("an expression nested too deep")
    return found


class _Reader:
    def __init__(self, tokens: list[Token], names: Names) -> None:
        self.tokens = tokens
        self.names = names
        self.at = 0

    def _peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead].text if self.at + ahead < len(self.tokens) else ""

    def _next(self) -> Token:
        if self.at >= len(self.tokens):
            message = "an expression that ends too soon"
            raise OddError(message)
        self.at += 1
        return self.tokens[self.at - 1]

    def _expect(self, mark: str) -> None:
        found = self._next()
        if found.text != mark:
            message = f"{found.text} is not followed here"
            raise OddError(message)

    def comma(self) -> Word:
        found = self.conditional()
        while self._peek() == ",":
            self._next()
            found = self.conditional()
        return found

    def conditional(self) -> Word:
        found = self._level(0)
        if self._peek() != "?":
            return found
        self._next()
        first = found if self._peek() == ":" else self.comma()
        self._expect(":")
        return first | self.conditional()

    def _level(self, level: int) -> Word:
        if level == len(_LEVELS):
            return self._unary()
        found = self._level(level + 1)
        while self._peek() in _LEVELS[level]:
            operator = self._next().text
            found = binary(operator, found, self._level(level + 1))
        return found

    def _unary(self) -> Word:
        mark = self._peek()
        if mark in {"+", "-", "~", "!"}:
            self._next()
            return unary(mark, self._unary())
        if mark in {"*", "&"}:
            self._next()
            self._unary()
            return unknown("what an address leads to" if mark == "*" else "an address")
        if mark in {"sizeof", "_Alignof", "alignof"}:
            self._next()
            if self._peek() == "(":
                self._skip()
            else:
                self._unary()
            return unknown("a size")
        if mark == "(":
            cast = self._cast()
            if cast is not None:
                return _converted(self._unary(), cast)
        return self._postfix()

    def _cast(self) -> list[str] | None:
        """The words of a type in parentheses before an operand, which are then read; ``None`` if there is none."""
        end = self.at + 1
        words: list[str] = []
        while end < len(self.tokens) and (self.tokens[end].kind == "word" or self.tokens[end].text == "*"):
            words.append(self.tokens[end].text)
            end += 1
        if end + 1 >= len(self.tokens) or self.tokens[end].text != ")" or not words or words[0] == "*":
            return None
        after = self.tokens[end + 1]
        operand = after.kind in {"word", "number"} or after.text in {"(", "~", "!"}
        if not operand and not (after.text in {"-", "+", "&", "*"} and words[0] in TYPES):
            return None
        if len(words) == 1 and words[0] not in TYPES:
            if after.text == "(" and not self.names.is_declared_type(words[0]):
                return None  # it may as well be a call
            if not self.names.is_type(words[0]):
                return None
        self.at = end + 1
        return words

    def _postfix(self) -> Word:
        token = self._next()
        if token.text == "(" and token.kind == "mark":
            found = self.comma()
            self._expect(")")
        elif token.kind == "number":
            found = number(token.text)
        elif token.kind == "text":
            found = _character(token.text)
        elif token.kind == "word":
            found = self._word(token)
        else:
            message = f"{token.text} is not followed here"
            raise OddError(message)
        return self._suffixes(found)

    def _word(self, token: Token) -> Word:  # noqa: PLR0911  one per kind of word
        if token.text in {"true", "false"}:
            return known([int(token.text == "true")])
        if token.text in {"NULL", "nullptr"}:
            return known([0])
        if token.text in _STATIC_CASTS and self._peek() == "<":
            return self._static_cast()
        if token.text == "__extension__":
            return self._unary()
        if self._peek() == "(":
            self._skip()
            return self.names.call(token)
        if self._peek() in {".", "->", "[", "::"}:
            return unknown(f"what {token.text} holds")
        return self.names.name(token)

    def _static_cast(self) -> Word:
        words: list[str] = []
        self._next()
        while self._peek() not in {">", ""}:
            words.append(self._next().text)
        self._expect(">")
        self._expect("(")
        found = self.comma()
        self._expect(")")
        return _converted(found, words)

    def _suffixes(self, found: Word) -> Word:
        while self._peek() in {".", "->", "[", "(", "++", "--", "::"}:
            mark = self._peek()
            if mark in {".", "->"}:
                self._next()
                token = self._next()
                found = self.names.member(token) if self._peek() != "(" else unknown(f"the result of {token.text}()")
            elif mark in {"[", "("}:
                self._skip()
                found = unknown("an element" if mark == "[" else "the result of a call through a pointer")
            else:
                self._next()
                found = unknown(f"{mark} is not followed")
        return found

    def _skip(self) -> None:
        """Past a bracketed group."""
        depth = 0
        while True:
            token = self._next()
            depth += (token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"})
            if depth == 0:
                return


def _converted(word: Word, words: list[str]) -> Word:
    """A word after a cast to the type that ``words`` spell."""
    if not _FLOATING.isdisjoint(words):
        return unknown("a number that is no integer")
    return word if all(word_ in WIDE for word_ in words) else narrowed(word)


def number(spelling: str) -> Word:
    """An integer literal."""
    digits = spelling.replace("'", "").rstrip("uUlLzZ")
    try:
        if digits.startswith("0") and digits[1:].isdigit():
            return known([int(digits, 8)])
        return known([int(digits, 0)])
    except ValueError:
        return unknown(f"{spelling} is no integer")


def _character(spelling: str) -> Word:
    if spelling.startswith("'") and len(spelling) == 3:
        return known([ord(spelling[1])])
    return unknown("an address of text" if spelling.startswith('"') else f"the number of {spelling}")
