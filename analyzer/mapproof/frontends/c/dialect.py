"""Words that compilers know and the grammar does not: attributes, linkage macros, calling conventions.

They say nothing about values. Where a text has errors they are left out and the text is parsed again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.lexeme import Kind, Token
from mapproof.frontends.c.shape import closing

if TYPE_CHECKING:
    from collections.abc import Sequence

_WITH_ARGUMENT: Final = frozenset(b"__attribute__ __attribute __declspec __asm__ __asm asm __pragma _Pragma".split())
_ASSEMBLY: Final = frozenset({b"__asm__", b"__asm", b"asm"})
_WORDS: Final = frozenset(
    b"__extension__ __restrict __restrict__ __inline __inline__ __forceinline __cdecl __stdcall __fastcall"
    b" __thiscall __vectorcall __ptr32 __ptr64 __unaligned __volatile __volatile__ _Noreturn __noreturn__ __const"
    b" __signed __w64".split()
)
_TYPES: Final = frozenset(
    b"void char short int long float double signed unsigned _Bool bool _Complex __int128 __int64 auto".split()
)
_TAGS: Final = frozenset(b"struct union enum class typename goto".split())
_SPECIFIERS: Final = frozenset(
    b"static extern inline register typedef const volatile restrict _Thread_local __thread thread_local constexpr"
    b" virtual explicit friend mutable".split()
)
_STATEMENTS: Final = frozenset(
    b"return case else do if while for switch break continue default sizeof new delete throw operator using namespace"
    b" template public private protected co_return co_await".split()
)
_MACRO_LIKE: Final = re.compile(rb"[A-Z_][A-Z0-9_]+|__\w+")


def plain(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without the words of compilers and without macros that seem to be such words."""
    return _without_stray(_without_known(tokens))


def _without_known(tokens: Sequence[Token]) -> list[Token]:
    result: list[Token] = []
    position = level = 0
    while position < len(tokens):
        token = tokens[position]
        if token.kind is Kind.PUNCTUATOR:
            level += (token.text in (b"(", b"[", b"{")) - (token.text in (b")", b"]", b"}"))
        if token.kind is Kind.IDENTIFIER and token.text in _WITH_ARGUMENT:
            after = position + 1
            while after < len(tokens) and tokens[after].text in (b"volatile", b"__volatile__", b"goto", b"inline"):
                after += 1
            if after < len(tokens) and tokens[after].text == b"(":
                end = closing(tokens, after)
                assembly = token.text in _ASSEMBLY and not _names_symbol(tokens, position, level)
                if end > 0 and not assembly:
                    position = end + 1
                    continue
        if token.kind is Kind.IDENTIFIER and token.text in _WORDS:
            position += 1
            continue
        result.append(token)
        position += 1
    return result


def _names_symbol(tokens: Sequence[Token], position: int, level: int) -> bool:
    """Whether ``asm`` only names a symbol or register after a declarator. As a statement it has effects and stays."""
    before = tokens[position - 1] if position else None
    if before is None:
        return False
    word = before.kind is Kind.IDENTIFIER and before.text not in _STATEMENTS
    return word or (level == 0 and before.text == b")")


def _without_stray(tokens: list[Token]) -> list[Token]:
    """Leave out unknown words in places where only a word of the compiler makes sense."""
    dropped: set[int] = set()
    level = 0
    head: list[int] = []
    for number, token in enumerate(tokens):
        if token.kind is Kind.IDENTIFIER:
            if level == 0:
                head.append(number)
            elif _is_stray(tokens, number):
                dropped.add(number)
            continue
        if token.kind is Kind.PUNCTUATOR and token.text == b"*" and level == 0:
            continue
        if level == 0 and head:
            dropped |= _stray_in_head(tokens, head, after=tokens[head[0] - 1].text if head[0] else b";")
            head = []
        if token.kind is Kind.PUNCTUATOR:
            level += (token.text in (b"(", b"[", b"{")) - (token.text in (b")", b"]", b"}"))
    return [token for number, token in enumerate(tokens) if number not in dropped]


def _stray_in_head(tokens: list[Token], head: list[int], *, after: bytes) -> set[int]:
    """Words of a run at top level that are neither the type nor the name declared."""
    if after == b")":
        follows = tokens[head[-1] + 1].text if head[-1] + 1 < len(tokens) else b""
        alone = follows in (b"{", b";", b"(") and len(head) == 1
        return set(head) if alone and _MACRO_LIKE.fullmatch(tokens[head[0]].text) else set()
    if after not in (b";", b"}", b"{") and not after.startswith(b'"'):  # extern "C"
        return set()
    named = _stray_before_name(tokens, head)
    if named:
        return named
    words = [
        number
        for index, number in enumerate(head[:-1])
        if tokens[number].text not in _SPECIFIERS | _TAGS | _TYPES | _STATEMENTS
        and not (index and tokens[head[index - 1]].text in _TAGS)
    ]
    if any(tokens[number].text in _TYPES | _TAGS for number in head[:-1]):
        return set(words)
    lower = [number for number in words if not _MACRO_LIKE.fullmatch(tokens[number].text)]
    keep = lower[-1:] or words[:1]
    return set(words) - set(keep)


def _stray_before_name(tokens: list[Token], head: list[int]) -> set[int]:
    """Words between ``class`` and the name of what is defined, as in ``class EXPORTED name {``."""
    words = [tokens[number].text for number in head]
    follows = tokens[head[-1] + 1].text if head[-1] + 1 < len(tokens) else b""
    if follows not in (b"{", b":") or words[0] not in _TAGS:
        return set()
    name = len(words) - (2 if words[-1] == b"final" else 1)
    return {number for number in head[1:name] if _MACRO_LIKE.fullmatch(tokens[number].text)}


def _is_stray(tokens: list[Token], number: int) -> bool:
    """Whether a word inside brackets can only be a macro that a compiler extension hides behind."""
    word = tokens[number].text
    if not _MACRO_LIKE.fullmatch(word) or word in _TYPES or number == 0 or number + 1 >= len(tokens):
        return False
    before, after = tokens[number - 1], tokens[number + 1]
    if before.text == b"(" and after.text == b"*":
        rest = [token.text for token in tokens[number + 2 : number + 5]]
        return rest[1:] == [b")", b"("] or rest[:2] == [b")", b"("]
    follows = after.text == b"*" or after.kind is Kind.IDENTIFIER
    if before.text == b"*":
        return after.kind is Kind.IDENTIFIER and after.text not in _STATEMENTS
    known = before.kind is Kind.IDENTIFIER and before.text not in _TAGS | _SPECIFIERS | _STATEMENTS
    return known and follows
