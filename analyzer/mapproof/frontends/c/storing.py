"""Which places of a name may store to what it names, or take its address: a look at the text around, no parsing.

The answer only saves work, so anything unusual may store.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.frontends.c.mention import MacroMention, Mention, Mentions

_STORES: Final = re.compile(rb"=(?!=)|[-+*/%&|^]=|<<=|>>=|\+\+|--|\.\s*\w+\s*\(")
"""What stores to the name before it; a C++ member function may."""
_TAKEN: Final = re.compile(rb"(?:(?<!&)&(?!&)|&&&|\+\+|--)\s*\(*\s*[\w$\s.>()\[\]-]*\Z")
_OPERAND: Final = re.compile(rb'"[=+&%\w]*"\s*\([\w$\s.>()\[\]-]*\Z')
"""What stands before an operand of inline assembly."""
_CALLED: Final = re.compile(rb"([A-Za-z_$][\w$]*)\s*\Z")
_POINTERS: Final = re.compile(
    rb"(?:\s|const\b|volatile\b)*+\*(?:\s|\*|const\b|volatile\b|restrict\b)*+(?:\)|[A-Za-z_$][\w$]*\s*(?:\)|;|=[^,;{}]*;))"
)
"""What stands after the type of pointers only: a cast, or one declarator without anything that may hold an object."""
_QUALIFIED: Final = re.compile(rb"&\s*(?:[\w$]+\s*(?:<[^<>;{}]*>\s*)?::\s*)+\Z")
_PART: Final = re.compile(rb"\.\s*[A-Za-z_$][\w$]*+(?!\s*\()")
_READ: Final = re.compile(rb"==|!=|<=|>=|<(?!<)|>(?!>)|&&|\|\||[-+*/%|^&?](?!=)")
"""What stands after a number that is read, and after no name that a reference is bound to."""
_CLOSES: Final = re.compile(rb"\s*\)")
_ENDS_WITH_BRACE: Final = re.compile(rb"\}\s*;\Z")
_SIZE: Final = re.compile(rb"\bsizeof\s*\(\s*(?:(?:const|struct|union)\s+)*\Z")
_FUNCTION_CAST: Final = re.compile(rb"\(\s*[\w\s]*\*\s*\)\s*\([^()]*\)\s*\)(?:[\w\s.\[\]]|->)*\Z")
_BLANK: Final = frozenset(b" \t\r\n\f\v\\")
_CLOSING: Final = {0x28: 0x29, 0x5B: 0x5D}

NEAR: Final = 400
"""Bytes before and after a name that are looked at; what goes on beyond may be anything."""


class Named(Protocol):
    """What is known of the thing that a name stands for."""

    @property
    def member(self) -> bool:
        """It is a member: it stands after ``.`` or ``->`` in C, except where a macro puts that before it."""
        ...

    @property
    def aggregate(self) -> bool:
        """It may be an array or a record, which is used by its address where it stands bare."""
        ...

    def is_read(self, path: bytes) -> bool:
        """Whether the name followed by this text is one number or pointer, as far as is known; only then reading it
        shows no address."""
        ...


def storing(mentions: Mentions, name: str, named: Named) -> list[Mention]:
    """Places in code, macros included through which they come, that may store to ``name`` or hand its address on."""
    risky = _storing_macros(mentions, name, named)
    return [
        place
        for word in _reaching(mentions, name, risky)
        for place in mentions.code(word)
        if word in risky or _may_store(mentions, place, word, named, direct=word == name)
    ]


def is_pointed_to(mentions: Mentions, member: str) -> bool:
    """Whether ``&type::member`` stands somewhere: a pointer to the member, through which code may store."""
    return any(_QUALIFIED.search(data, max(0, offset - NEAR), offset) for data, offset in _everywhere(mentions, member))


def is_offset_taken(mentions: Mentions, member: str) -> bool:
    """Whether ``offsetof``, or a macro that is made of it, is given a member (as tables of options do)."""
    names = [*mentions.closure("offsetof"), *mentions.closure("__builtin_offsetof")]
    before = re.compile(rb"\b(?:" + b"|".join([re.escape(name.encode()) for name in names]) + rb")\s*\([^;{}()]*\Z")
    return any(
        _CLOSES.match(data, offset + len(member)) and before.search(data, max(0, offset - NEAR), offset)
        for data, offset in _everywhere(mentions, member)
    )


def _everywhere(mentions: Mentions, name: str) -> Iterator[tuple[bytes, int]]:
    """Places of a name in code and in directives, each with the bytes of its file."""
    for place in mentions.code(name):
        yield place.source.uncommented, place.offset
    for source in mentions.sources(name):
        for offset in source.occurrences_in_directives(name.encode()):
            yield source.uncommented, offset


def making(mentions: Mentions, name: str) -> list[Mention]:
    """Places in code, macros included through which they come, that may declare or make an object of a type and not
    only speak of pointers to one, or of its size. In C a parameter is no new object either."""
    macros = {
        found.macro
        for word in mentions.closure(name)
        for found in mentions.macros(word)
        if any(
            _may_make(found.directive.text, 0, *place.span()) for place in _words(found.directive.text, word.encode())
        )
    }
    return [
        place
        for word in mentions.closure(name)
        for place in mentions.code(word)
        if word in macros or (word == name and _makes(place, word))
    ]


def _makes(place: Mention, name: str) -> bool:
    source, chunk, start = place.source, place.chunk, place.offset
    if not source.path.endswith(".c"):
        return True
    if place.in_body and start < source.head_end(chunk):
        return False
    if not place.in_body and _declares_types_only(source.uncommented[chunk.start : chunk.end], name):
        return False
    return _may_make(source.uncommented, chunk.start, start, start + len(name))


def _declares_types_only(text: bytes, name: str) -> bool:
    """Whether a C declaration is a ``typedef`` or says no more than what members the record of that name has."""
    if text.startswith(b"typedef"):
        return True
    head = re.match(rb"(?:struct|union)\s+" + re.escape(name.encode()) + rb"\s*\{", text)
    return head is not None and b"=" not in text and _ENDS_WITH_BRACE.search(text) is not None


def _may_make(data: bytes, first: int, start: int, end: int) -> bool:
    if _POINTERS.match(data, end) is not None:
        return False
    return _SIZE.search(data[max(first, start - NEAR) : start]) is None


def _reaching(mentions: Mentions, name: str, risky: set[str]) -> list[str]:
    """The name, and the macros that may stand for something that can be stored to."""
    found = [name]
    for word in found:
        for mention in mentions.macros(word):
            if mention.macro in found or (mention.macro not in risky and _gives_function(mention, word)):
                continue
            found.append(mention.macro)
    return found


def _gives_function(mention: MacroMention, word: str) -> bool:
    """Whether a C macro is one expression in parentheses that casts what the word leads to to a pointer to a function:
    that is a value to be called, through which nothing can be stored."""
    body = mention.directive.text[len(mention.macro) :].strip()
    if not mention.source.path.endswith(".c") or b"{" in body or not body.startswith(b"("):
        return False
    if _closed(body, 0, len(body)) != len(body):
        return False
    return all(_FUNCTION_CAST.search(body[: found.start()]) is not None for found in _words(body, word.encode()))


def _storing_macros(mentions: Mentions, name: str, named: Named) -> set[str]:
    """Macros whose body itself stores to what the name stands for."""
    risky: set[str] = set()
    size = -1
    while size != len(risky):
        size = len(risky)
        for word in mentions.closure(name):
            for mention in mentions.macros(word):
                if mention.macro not in risky and (word in risky or _stores(mentions, mention, word, named)):
                    risky.add(mention.macro)
    return risky


def _stores(mentions: Mentions, mention: MacroMention, word: str, named: Named) -> bool:
    text = mention.directive.text
    return any(
        _around(text, 0, *found.span(), named)
        or _shows(text, *found.span(), named, cpp=False)
        or _handed(mentions, text, 0, found.start(), set())
        for found in _words(text, word.encode())
    )


def _may_store(mentions: Mentions, place: Mention, word: str, named: Named, *, direct: bool) -> bool:
    data, end = place.source.uncommented, place.offset + len(word)
    c = place.source.path.endswith(".c")
    if not (direct and named.member and c and not place.is_member()):
        if _around(data, place.chunk.start, place.offset, end, named):
            return True
        if _shows(data, place.offset, end, named if direct else None, cpp=not c):
            return True
    return _handed(mentions, data, place.chunk.start, place.offset, set())


def _around(data: bytes, first: int, start: int, end: int, named: Named | None = None) -> bool:
    """Whether an operator stands before or after the bytes from ``start`` to ``end`` that may store to them."""
    after = _operand_end(data, end, parts=named is not None and not named.member)
    if after is None or _STORES.match(data, after) is not None:
        return True
    before = data[max(first, start - NEAR) : start]
    return _TAKEN.search(before) is not None or _OPERAND.search(before) is not None


def _shows(data: bytes, start: int, end: int, named: Named | None, *, cpp: bool) -> bool:
    """Whether what stands there is more than the value of a number or pointer that is read: an array or a record, or in
    C++ something that a reference may be bound to. ``named`` is ``None`` where a macro stands for the name."""
    if _SIZE.search(data[max(0, start - NEAR) : start]) is not None:
        return False
    after = _operand_end(data, end, parts=True)
    if after is None:
        return True
    if cpp:
        return _READ.match(data, after) is None or data[max(0, start - 2) : start].strip().endswith(b">>")
    return named is not None and named.aggregate and not named.is_read(data[end:after])


def _operand_end(data: bytes, position: int, *, parts: bool = False) -> int | None:
    """Past subscripts, arguments and closing parentheses, and with ``parts`` past names of members; ``None`` where they
    go on for too long."""
    stop = min(len(data), position + NEAR)
    while position < stop:
        byte = data[position]
        if byte in _BLANK or byte == 0x29:
            position += 1
        elif parts and (part := _PART.match(data, position, stop)) is not None:
            position = part.end()
        elif byte in _CLOSING:
            closed = _closed(data, position, stop)
            if closed is None:
                return None
            position = closed
        else:
            return position
    return position if position == len(data) else None


def _closed(data: bytes, position: int, stop: int) -> int | None:
    waiting: list[int] = []
    while position < stop:
        byte = data[position]
        position += 1
        if byte in _CLOSING:
            waiting.append(_CLOSING[byte])
        elif waiting and byte == waiting[-1]:
            waiting.pop()
            if not waiting:
                return position
    return None


def _handed(mentions: Mentions, data: bytes, first: int, offset: int, seen: set[tuple[bytes, int]]) -> bool:
    """Whether a place is an argument of a macro that may store to that argument."""
    first = max(first, offset - NEAR)
    depth = argument = 0
    for position in range(offset - 1, first - 1, -1):
        byte = data[position]
        if byte in b";{}":
            break
        if byte in b")]":
            depth += 1
        elif depth:
            depth -= byte in b"(["
        elif byte == 0x2C:
            argument += 1
        elif byte in b"([":
            called = _CALLED.search(data, max(0, position - 100), position)
            if called is not None and _changes(mentions, called.group(1), argument, seen):
                return True
            argument = 0
    return False


def _changes(mentions: Mentions, name: bytes, argument: int, seen: set[tuple[bytes, int]]) -> bool:
    """Whether a macro of that name may store to its argument of that number."""
    if (name, argument) in seen:
        return False
    seen.add((name, argument))
    for text in function_like(mentions, name):
        parameters, _, body = text[len(name) + 1 :].partition(b")")
        names = [parameter.strip() for parameter in parameters.split(b",")]
        word = names[min(argument, len(names) - 1)]
        word = b"__VA_ARGS__" if word == b"..." else word.removesuffix(b"...").strip()
        for found in _words(body, word):
            if _around(body, 0, *found.span()) or _handed(mentions, body, 0, found.start(), seen):
                return True
    return False


def takes_apart(text: bytes, name: bytes, argument: int) -> bool:
    """Whether a function-like macro uses an argument of that number for its members only."""
    parameters, _, body = text[len(name) + 1 :].partition(b")")
    names = [parameter.strip() for parameter in parameters.split(b",")]
    if argument >= len(names) or names[argument].endswith(b"..."):
        return False
    return all(
        (after := _operand_end(body, found.end())) is not None and body.startswith(b"->", after)
        for found in _words(body, names[argument])
    )


def function_like(mentions: Mentions, name: bytes) -> Iterator[bytes]:
    """The texts of a function-like macro's definitions, from its name on."""
    for source in mentions.declaring_sources(name.decode("utf-8", "replace")):
        for number in source.definitions.get(name, ()):
            directive = source.directive(number)
            if directive.kind == "define" and directive.text[len(name) : len(name) + 1] == b"(":
                yield directive.text


def _words(text: bytes, word: bytes) -> Iterator[re.Match[bytes]]:
    return re.finditer(rb"(?<![\w$])" + re.escape(word) + rb"(?![\w$])", text)
