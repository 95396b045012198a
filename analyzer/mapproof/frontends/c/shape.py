"""What a run of tokens looks like from outside: whether it may stand where an expression may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.frontends.c.lexeme import Token

PRECEDENCE: Final = {
    b"||": 1, b"&&": 2, b"|": 3, b"^": 4, b"&": 5, b"==": 6, b"!=": 6, b"<": 7, b">": 7, b"<=": 7, b">=": 7,
    b"<<": 8, b">>": 8, b"+": 9, b"-": 9, b"*": 10, b"/": 10, b"%": 10,
}  # fmt: skip
"""Binary operators by how tightly they bind (C11 6.5)."""

_PREFIX: Final = frozenset({b"-", b"+", b"!", b"~", b"&", b"*", b"++", b"--", b"sizeof", b"__extension__"})
_POSTFIX: Final = frozenset({b"(", b"[", b".", b"->", b"++", b"--"})
_BEFORE: Final = frozenset({
    b"(", b"[", b"{", b",", b"=", b";", b"}", b"return", b"|=", b"&=", b"^=", b"+=", b"-=", b"*=", b"/=", b"%=",
    b"<<=", b">>=",
})  # fmt: skip
_AFTER: Final = frozenset({b")", b"]", b"}", b",", b";"})
_ASSOCIATIVE: Final = frozenset({b"|", b"&", b"^", b"+", b"*", b"&&", b"||"})
_OPENERS: Final = {b"(": b")", b"[": b"]"}
_KEYWORDS: Final = frozenset(
    b"auto break case char const continue default do double else enum extern float for goto if inline int long register"
    b" restrict return short signed static struct switch typedef union unsigned void volatile while asm __asm__"
    b" __asm __attribute__ __declspec class namespace template typename using".split()
)
_LINKAGE: Final = frozenset(
    b"static extern inline __inline __inline__ __forceinline _Noreturn noreturn __extension__ __cdecl __stdcall"
    b" __fastcall __vectorcall constexpr explicit virtual".split()
)
_EFFECTIVE: Final = frozenset({b"static", b"extern", b"asm", b"__asm__", b"__asm"})
_ATTRIBUTES: Final = frozenset(b"__attribute__ __attribute __declspec alignas _Alignas __asm__ __asm asm".split())


def closing(tokens: Sequence[Token], position: int) -> int:
    """The index of the bracket that closes the one at ``position``, or -1."""
    expected: list[bytes] = []
    for index in range(position, len(tokens)):
        text = tokens[index].text
        if tokens[index].kind is not Kind.PUNCTUATOR:
            continue
        if text in _OPENERS:
            expected.append(_OPENERS[text])
        elif text in (b")", b"]"):
            if not expected or expected.pop() != text:
                return -1
            if not expected:
                return index
    return -1


class Expression:
    """Tokens seen as an expression: ``valid``, ``precedence`` of its loosest operator (11 for a unary expression, 12
    for a postfix or primary one), and ``loosest``, the operators of that precedence."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.precedence = 12
        self.loosest: frozenset[bytes] = frozenset()
        self.valid = bool(tokens) and self._read()

    def fits(self, before: Token | None, after: Token | None) -> bool:
        """Whether putting the tokens between these two means the same as putting one parenthesised operand there."""
        if not self.valid:
            return False
        return self._fits_after(before) and self._fits_before(after)

    def _fits_after(self, before: Token | None) -> bool:
        if before is None or before.text in _BEFORE or before.kind is Kind.MARK or self.precedence >= 11:
            return True
        level = PRECEDENCE.get(before.text)
        if level is None or before.text in (b"-", b"*", b"&", b"+"):
            return False
        return level < self.precedence or (self.loosest == {before.text} and before.text in _ASSOCIATIVE)

    def _fits_before(self, after: Token | None) -> bool:
        if after is None or after.text in _AFTER or after.kind is Kind.MARK or self.precedence >= 12:
            return True
        level = PRECEDENCE.get(after.text)
        if level is None:
            return self.precedence >= 11 and after.text not in _POSTFIX and after.kind is Kind.PUNCTUATOR
        return level <= self.precedence

    def _read(self) -> bool:
        """Operand, operator, operand, …; sets precedence on the way."""
        position = 0
        operators: list[bytes] = []
        while True:
            after = self._operand(position)
            if after < 0:
                return False
            if after == len(self.tokens):
                break
            operator = self.tokens[after]
            if operator.kind is not Kind.PUNCTUATOR or operator.text not in PRECEDENCE:
                return False
            operators.append(operator.text)
            position = after + 1
        if operators:
            self.precedence = min(PRECEDENCE[text] for text in operators)
            self.loosest = frozenset(text for text in operators if PRECEDENCE[text] == self.precedence)
        return True

    def _operand(self, position: int) -> int:
        """The index after a unary expression, -1 if there is none."""
        tokens = self.tokens
        while position < len(tokens):
            first = tokens[position]
            if first.text in _PREFIX:
                position += 1
                self.precedence = min(self.precedence, 11)
            elif first.kind is not Kind.PUNCTUATOR:
                return self._primary(position)
            else:
                position = closing(tokens, position) + 1 if first.text == b"(" else 0
                if position == 0:
                    return -1
                cast = position < len(tokens) and _starts_operand(tokens[position])
                if cast or (position < len(tokens) and tokens[position].text == b"("):
                    self.precedence = min(self.precedence, 11)
                if not cast:
                    return self._postfix(position)
        return -1

    def _primary(self, position: int) -> int:
        """The index after a name or literal and what is applied to it."""
        tokens, first = self.tokens, self.tokens[position]
        if first.kind is Kind.OTHER or first.text in _KEYWORDS:
            return -1
        position += 1
        while first.kind is Kind.STRING and position < len(tokens) and tokens[position].kind is Kind.STRING:
            position += 1
        return self._postfix(position)

    def _postfix(self, position: int) -> int:
        tokens = self.tokens
        while position < len(tokens):
            text = tokens[position].text
            if text in _OPENERS:
                position = closing(tokens, position) + 1
                if position == 0:
                    return -1
            elif text in (b".", b"->") and position + 1 < len(tokens):
                position += 2
            elif text in (b"++", b"--"):
                position += 1
            else:
                break
        return position


def _starts_operand(token: Token) -> bool:
    """Whether the token after ``)`` makes the parentheses a cast for sure."""
    if token.kind is Kind.PUNCTUATOR:
        return token.text in (b"~", b"!")
    return token.kind is not Kind.OTHER


def is_linkage(tokens: Sequence[Token]) -> bool:
    """Whether the tokens only say how a name is linked or called: ``static``, ``__declspec(dllexport)``, nothing."""
    position = 0
    while position < len(tokens):
        text = tokens[position].text
        if text in _ATTRIBUTES and position + 1 < len(tokens) and tokens[position + 1].text == b"(":
            position = closing(tokens, position + 1) + 1
            if position == 0:
                return False
        elif text in _LINKAGE or _is_language(tokens, position):
            position += 1
        else:
            return False
    return True


def _is_language(tokens: Sequence[Token], position: int) -> bool:
    """Whether the token is the string of ``extern "C"``."""
    return tokens[position].kind is Kind.STRING and position > 0 and tokens[position - 1].text == b"extern"


def is_attribute(tokens: Sequence[Token]) -> bool:
    """Whether the tokens, not none, only advise the compiler: ``__attribute__((fallthrough));``, ``inline``."""
    if tokens and tokens[-1].text == b";":
        tokens = tokens[:-1]
    return bool(tokens) and is_linkage(tokens) and not {token.text for token in tokens} & _EFFECTIVE


def is_statement(tokens: Sequence[Token]) -> bool:
    """Whether the tokens have balanced brackets, so that they may be a statement before its ``;``."""
    expected: list[bytes] = []
    pairs = {b"(": b")", b"[": b"]", b"{": b"}"}
    for token in tokens:
        if token.kind is not Kind.PUNCTUATOR:
            continue
        if token.text in pairs:
            expected.append(pairs[token.text])
        elif token.text in (b")", b"]", b"}") and (not expected or expected.pop() != token.text):
            return False
    return not expected
