"""Rules about code that comes to be beside all mapping calls: files that are loaded, names of a process's memory.

Each concludes that nothing in scope is seen to do so, or that anything may be asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.model.procfs import own_files, own_memory
from mapproof.verify.claim import EVERY_RIGHT, Claim, Conclusion
from mapproof.verify.layout import declaring, header, parameter_name
from mapproof.verify.scope import arguments
from mapproof.verify.value import is_declaration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.verify.claim import Ask, Rule
    from mapproof.verify.scope import Scope
    from mapproof.verify.text import Text

LOADED: Final = "loaded-file"
"""A file that is loaded as code is none that the program maps or makes."""

_DEPTH: Final = 4
"""Callers of callers that a name is followed through."""

_WORDS: Final = ("/proc", 'mem"', "'m'", "GNU-stack")
"""One of these stands in each file that has such a literal."""

_ESCAPED: Final = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|([0-7]{3}))")
_NOTE: Final = re.compile(rb"\.note\.GNU-stack(?!\\?\"?\s*(?:,\s*\\\"[^\"x]*\\\"|\\n|;|\Z))")
_LETTERS: Final = re.compile(rb"'([^'\\])'(?:\s*,\s*'([^'\\])')+")


def loaded_rules(scope: Scope) -> dict[str, Rule]:
    """The rules, by the kind of claim."""
    rules = _Loaded(scope)
    return {"texts": rules.texts, "loads": rules.loads}


class _Loaded:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def texts(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Every literal: none names the process's own memory, or asks for an executable stack."""
        for text in dict.fromkeys(text for word in _WORDS for text in self._scope.holding(word)):
            found = list(_literals(text))
            named = own_memory(found) or next((place for place in found if _NOTE.search(place[1])), None)
            if named is not None:
                shown = named[1][:60].decode("latin-1")
                return Conclusion(None, EVERY_RIGHT, (), f"{shown!r} at {text.place(named[0])} may undo protections")
        return Conclusion(None, (), (), "no literal names the process's own memory, or asks for an executable stack")

    def loads(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """Every call that loads a file as code: nothing shows that it is one of the program's own."""
        assumes: set[str] = set()
        lost: list[str] = []
        for name, index in sorted(self._scope.table.files.load.items()):
            for text, offset in self._scope.mentions(name):
                if text.directive_at(offset) is None and is_declaration(self._scope, text, offset, name):
                    continue
                assumes.add(f"{LOADED} by {name} at {text.place(offset)}")
                given = _argument(text, offset, name, index)
                if self._is_own(text, offset, given):
                    lost.append(f"a file that may be the program's own is loaded at {text.place(offset)}")
        rights = EVERY_RIGHT if lost else ()
        return Conclusion(
            None, rights, tuple(sorted(assumes)), f"files loaded as code{': ' if lost else ''}{'; '.join(lost[:3])}"
        )

    def _is_own(self, text: Text, offset: int, given: str | None) -> bool:
        """Whether what is loaded may be a file that is open, or one whose name is given to who makes files, too."""
        if given in {"NULL", "0", "nullptr"}:
            return False
        if given is not None and not _is_local(text, offset, given) and any(True for _ in self._made_as(given)):
            return True
        if given is not None and given.startswith('"'):
            return False
        if any(own_files(list(_literals(other))) is not None for other in self._scope.holding("fd")):
            return True
        return given is not None and self._is_handed(text, offset, given, _DEPTH)

    def _is_handed(self, text: Text, offset: int, given: str, depth: int) -> bool:
        """Whether the function around a place hands the same words to one that makes files, or its callers do."""
        head = header(text, offset)
        if head is None or depth == 0:
            return False
        body = text.data[head.body : head.end]
        words = r"\s*".join(re.escape(word) for word in given.split(" "))
        for found in re.finditer(rf"\b(\w+)\s*\([^;{{}}]*(?<![\w.>\"]){words}(?!\w)".encode(), body):
            if any(self._makes(word) for word in re.findall(rb"\b(\w+)\s*\(", found[0])):
                return True
        for index, span in enumerate(head.parameters):
            named = parameter_name(text, *span)
            if named is not None and named[0] == given:
                for other, place in self._scope.mentions(head.name):
                    passed = _argument(other, place, head.name, index)
                    if passed is not None and place != head.start and self._is_handed(other, place, passed, depth - 1):
                        return True
        return False

    def _makes(self, word: bytes) -> bool:
        """Whether a name is that of a function that makes files, or of one in scope whose text mentions one."""
        name = word.decode("latin-1")
        makers = self._scope.table.files.make
        if name in makers or self._scope.is_macro(name):
            return name in makers or any(
                maker in self._scope.text(d.path).words(d.body, d.end)
                for d in self._scope.macros(name)
                for maker in makers
            )
        for text, offset in self._scope.mentions(name):
            head = header(text, text.data.find(b"{", offset) + 1)
            if head is not None and head.start == offset and makers.keys() & set(text.words(head.body, head.end)):
                return True
        return False

    def _made_as(self, given: str) -> Iterator[tuple[Text, int]]:
        for name, index in sorted(self._scope.table.files.make.items()):
            for text, offset in self._scope.mentions(name):
                if _argument(text, offset, name, index) == given:
                    yield text, offset


def _is_local(text: Text, offset: int, given: str) -> bool:
    """Whether an argument is a parameter or local of the function around it: another one's name is another thing."""
    head = header(text, offset)
    if head is None or not given.isidentifier():
        return False
    parameters = [parameter_name(text, *span) for span in head.parameters]
    return any(one is not None and one[0] == given for one in parameters) or bool(
        declaring(text, given, head.body, offset)
    )


def _argument(text: Text, offset: int, name: str, index: int) -> str | None:
    """The text of an argument, where the name is called."""
    opening = text.token_at(offset + len(name))
    spans = arguments(text, opening.start) if opening is not None and opening.text == "(" else None
    if spans is None or index >= len(spans):
        return None
    return " ".join(token.text for token in text.tokens(*spans[index]))


def _literals(text: Text) -> Iterator[tuple[int, bytes]]:
    """Strings without quotes, those that stand together as one, and lists of characters."""
    place, whole, last = -1, b"", 0
    for start, literal in text.literals():
        if place < 0 or text.data[last:start].strip(b" \t\r\n\\"):
            if place >= 0:
                yield place, whole
            place, whole = start, b""
        whole += _plain(literal.partition(b'"')[2][:-1])
        last = start + len(literal)
    if place >= 0:
        yield place, whole
    for letters in _LETTERS.finditer(text.data):
        yield letters.start(), bytes(re.sub(rb"'([^'])'[\s,]*", rb"\1", letters[0]))


def _plain(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16) if found[1] else int(found[2], 8) & 0xFF]), content)
