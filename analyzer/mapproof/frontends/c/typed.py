"""Which functions may store to a whole record of some type, or hand one to code that does not know the type: a look at
the text, no parsing. The answer only saves work, so it names too many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.mention import Mention, Mentions

_DECLARED: Final = re.compile(rb"\s*((?:const\b|volatile\b|restrict\b|\s|\*|&)*+)(\w+)\s*(?=([(\[;,=:){]))")
"""What a type's name declares: whether a pointer, the name, and what stands after it."""
_MORE: Final = re.compile(rb"(?:\[[^\]]*\]|=[^,;]*)?\s*,\s*(\**)\s*(\w+)\s*(?=[\[;,=])")
_TYPEDEF: Final = re.compile(rb"typedef\b[^;{}()]*\Z")
_CALLED: Final = re.compile(rb"([A-Za-z_$][\w$]*)\s*\Z")
_HEAD: Final = re.compile(rb"([A-Za-z_$][\w$]*)\s*\(([^()]*)\Z")
_CAST: Final = re.compile(rb"\(([\w\s*]*)\)\s*\Z")
_UNTYPED: Final = re.compile(rb"\b(?:void|char|u?int8_t|u?intptr_t|size_t|long|int|BYTE|u8|LPVOID|PVOID)\b")
_ASSIGNED: Final = re.compile(rb"(?<![\w.>])([A-Za-z_]\w*)(?:\s*\[[^\]]*\])?(?:\s*\.\s*\w+)*\s*=\s*\Z")
_LISTED: Final = re.compile(rb"(?:=|\))\s*\{(?:[^;{}=]*,)?\s*(?:\.\s*\w+\s*=\s*)?&?\s*\Z")
"""What stands before an element of a list in braces that begins an object."""
_WORD: Final = re.compile(rb"[A-Za-z_$][\w$]*")
_NEXT_WORD: Final = re.compile(rb"\s*[A-Za-z_$][\w$]*")
_MEMBER: Final = re.compile(rb"(?:->|\.)\s*\Z")
_SIZE: Final = re.compile(rb"\bsizeof\s*\(?\s*\*?\Z")
_ZERO: Final = re.compile(rb"\s*,\s*0\s*,")
_PRINTED: Final = re.compile(rb'\s*"[^"\n]*%p')
"""A list of arguments that begins with a format which prints addresses."""
_PARTED: Final = (b"->", b".", b"?", b"==", b"!=", b"&&", b"||")
"""What stands after a pointer of which a member is used, or which is only tested."""
_RECORD: Final = re.compile(rb"\s*(?:(?:const|volatile|struct|union)\s+)*(\w+)\s*(?:const\s*)?\*\s*(?:const\s*)?")
_OPENING: Final = 0x28
_CLOSING: Final = 0x29
_COMMA: Final = 0x2C
_DECLARES: Final = re.compile(rb"\w\s*\*+\s*\Z")
_STORED: Final = re.compile(rb"\s*=(?!=)")
_POINTER_CAST: Final = re.compile(rb"\s*(?:const\s*)?\*+\s*\)")
_KEYWORDS: Final = frozenset({b"if", b"while", b"for", b"switch", b"return", b"sizeof", b"typeof", b"__typeof__"})
_BLANK: Final = b" \t\r\n\f\v\\"

_NEAR: Final = 300


@dataclass(slots=True)
class _Types:
    """Names of types; of what is declared with them outside of functions, by kind, with how many stars at least; of
    functions in scope that take them as such, with the arguments; of functions that are declared to return them, and
    that do in scope."""

    names: list[str]
    objects: dict[str, int] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)
    takers: dict[bytes, set[int]] = field(default_factory=dict)
    givers: set[bytes] = field(default_factory=set)
    makers: set[bytes] = field(default_factory=set)


@dataclass(slots=True)
class _Body:
    """A function that mentions the types, and the variables that it declares with them."""

    place: Mention
    own: dict[str, int] = field(default_factory=dict)
    copied: bool = False
    """A parameter is a whole record."""


Bodies = dict[tuple[str, "Chunk"], _Body]


def moving(
    mentions: Mentions,
    names: Iterable[str],
    reads: Callable[[str, int], bool],
    clears: Callable[[str], bool],
    overlays: Callable[[str], bool],
) -> list[Mention]:
    """A place in each function that may move records of the types ``names`` as a whole. ``reads``: whether a function
    or macro stores nothing through its argument of a number; ``clears``: whether it fills what the first leads to with
    the second; ``overlays``: whether a pointer to a record of that type, to one of these, may change what is asked for.
    """
    types = _Types(list(dict.fromkeys(word for name in names for word in mentions.closure(name))))
    bodies: Bodies = {}
    for name in types.names:
        for place in mentions.code(name):
            _learn(place, name, types, bodies)
    for name in sorted({*types.objects, *types.members, *(giver.decode("utf-8", "replace") for giver in types.givers)}):
        for place in mentions.code(name):
            if place.in_body and (name not in types.members or name in types.objects or place.is_member()):
                bodies.setdefault((place.source.path, place.chunk), _Body(place))
    look = _Look(types, reads, clears, overlays)
    return [body.place for body in bodies.values() if look.moves(body)]


def _learn(place: Mention, name: str, types: _Types, bodies: Bodies) -> None:  # noqa: C901  one branch per case
    """What one mention of a type says: a variable, a member or object, a function's result or parameter, a name."""
    source, chunk, end = place.source, place.chunk, place.offset + len(name)
    data = source.data
    in_head = chunk.is_function and place.offset < source.head_end(chunk)
    before = data[max(chunk.start, place.offset - _NEAR) : place.offset]
    head = _HEAD.search(before) if in_head or not chunk.is_function else None
    body = bodies.setdefault((source.path, chunk), _Body(place)) if chunk.is_function else None
    if in_head and head is not None:
        types.takers.setdefault(head.group(1), set()).add(head.group(2).count(b","))
    found = _DECLARED.match(data, end, min(chunk.end, end + _NEAR))
    if found is None:
        return
    word, after = found.group(2).decode("utf-8", "replace"), found.group(3)
    if body is None and _TYPEDEF.search(before) is not None:
        if word not in types.names:
            types.names.append(word)
        return
    if after == b"(" and head is None and not _in_block(place):
        if body is None:
            types.givers.add(word.encode())
        else:
            types.makers.add(word.encode())
        return
    if body is not None and head is not None and b"*" not in found.group(1) and b"&" not in found.group(1):
        body.copied = True
    if body is not None:
        known = body.own
    elif head is not None:
        return
    else:
        known = types.members if _in_block(place) else types.objects
    for each, stars in ((word, found.group(1).count(b"*")), *_further(data, found.end(), chunk.end)):
        known[each] = min(known.get(each, stars), stars)


def _in_block(place: Mention) -> bool:
    """Whether a place is inside braces of its declaration."""
    before = place.source.uncommented[place.chunk.start : place.offset]
    return before.count(b"{") > before.count(b"}")


def _further(data: bytes, position: int, stop: int) -> Iterator[tuple[str, int]]:
    """The other names that one declaration declares, and how many stars each has."""
    while (found := _MORE.match(data, position, min(stop, position + _NEAR))) is not None:
        yield found.group(2).decode("utf-8", "replace"), len(found.group(1))
        position = found.end()


class _Look:
    """Looks for uses of whole records in functions."""

    def __init__(
        self,
        types: _Types,
        reads: Callable[[str, int], bool],
        clears: Callable[[str], bool],
        overlays: Callable[[str], bool],
    ) -> None:
        self.overlays = overlays
        self.names = {name.encode() for name in types.names}
        self.types = types
        self.reads = reads
        self.clears = clears

    def moves(self, body: _Body) -> bool:
        """Whether a function may use a record as a whole."""
        if body.copied:
            return True
        source, chunk = body.place.source, body.place.chunk
        text = source.uncommented[source.head_end(chunk) : chunk.end]
        objects = {**self.types.objects, **body.own}
        variables = {name.encode(): stars for name, stars in objects.items()}
        members = {name.encode(): stars for name, stars in self.types.members.items()}
        for found in _WORD.finditer(text):
            word, start, end = found.group(), found.start(), found.end()
            if word in self.types.givers and word not in self.types.makers:
                return True
            is_member = word in members and _MEMBER.search(text, max(0, start - 40), start) is not None
            if is_member or word in variables:
                stars = members[word] if is_member else variables[word]
                if self._is_moved(text, start, end, variables, stars):
                    return True
            elif word in self.names and (cast := _POINTER_CAST.match(text, end)) is not None:
                opening = text.rfind(b"(", 0, start)
                before = text[max(0, opening - _NEAR) : opening].rstrip(_BLANK)
                after = _operand_end(text, _past_word(text, cast.end()))
                if not text.startswith(_PARTED, after) and (
                    before.endswith(b"*") or self._is_handed(text, opening, after)
                ):
                    return True
        return False

    def _is_moved(  # noqa: PLR0911  one answer per case
        self, body: bytes, start: int, end: int, variables: Mapping[bytes, int], stars: int
    ) -> bool:
        """Whether what is named there is used as a whole, and not for one of its members."""
        after = _operand_end(body, end)
        if body.startswith(_PARTED, _operand_end(body, end, closing=False)):
            return False
        before = body[max(0, start - _NEAR) : start].rstrip(_BLANK)
        if _SIZE.search(before):
            return False
        whole = not stars or (stars == 1 and (before.endswith(b"*") or b"[" in body[end:after]))
        if whole and _STORED.match(body, after) is not None and not _DECLARES.search(before):
            return True
        cast = _CAST.search(before)
        if cast is not None and cast.group(1).strip() != b"void":
            other = _RECORD.fullmatch(cast.group(1))
            if other is not None and not self.overlays(other.group(1).decode("utf-8", "replace")):
                return False
            unlike = self.names.isdisjoint(re.findall(rb"\w+", cast.group(1)))
            if unlike and (b"*" in cast.group(1) or _UNTYPED.search(cast.group(1))):
                return True
        if body.startswith(_PARTED, after):
            return False
        assigned = _ASSIGNED.search(before.rstrip(b"&*"))
        if (assigned is not None and assigned.group(1) not in variables) or _LISTED.search(before):
            return True
        return self._is_handed(body, start, after)

    def _is_handed(self, body: bytes, start: int, end: int) -> bool:
        """Whether a stretch is an argument, or part of one, of a function that may store through it."""
        depth = argument = 0
        for position in range(start - 1, max(-1, start - _NEAR), -1):
            byte = body[position]
            if byte in b";{}[" and not depth:
                return False
            if byte in b")]":
                depth += 1
            elif depth:
                depth -= byte in b"(["
            elif byte == _COMMA:
                argument += 1
            elif byte == _OPENING and not _PRINTED.match(body, position + 1):
                called = _CALLED.search(body, max(0, position - 100), position)
                if called is not None:
                    return self._may_store(called.group(1), body[position + 1 : start], body[end : end + 20], argument)
                if body[:position].rstrip(_BLANK).endswith((b")", b"]")):
                    return True
            elif byte == _OPENING:
                return False
        return False

    def _may_store(self, name: bytes, before: bytes, after: bytes, argument: int) -> bool:
        if name in _KEYWORDS or argument in self.types.takers.get(name, ()):
            return False
        called = name.decode("utf-8", "replace")
        zero = _ZERO.match(after) is not None and not before.strip(_BLANK + b"&")
        return not (self.reads(called, argument) or (zero and self.clears(called)))


def _past_word(body: bytes, position: int) -> int:
    found = _NEXT_WORD.match(body, position)
    return found.end() if found is not None else position


def _operand_end(body: bytes, position: int, *, closing: bool = True) -> int:
    """Past blanks, subscripts, arguments and, unless not ``closing``, closing parentheses."""
    while position < len(body):
        byte = body[position]
        if byte in _BLANK or (closing and byte == _CLOSING):
            position += 1
        elif byte in b"[(":
            depth = 0
            while position < len(body):
                depth += body[position] in b"[("
                depth -= body[position] in b"])"
                position += 1
                if not depth:
                    break
        else:
            break
    return position
