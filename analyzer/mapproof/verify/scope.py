"""Everything that a C proof may speak of: the files, the macros in them, the platform's numbers. Searched by bytes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mapproof.model.callee import Role
from mapproof.verify.text import WORD_BYTES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mapproof.model.callee import CalleeTable
from mapproof.verify.text import Definition, Token

_FREE: Final = re.compile(rb"(?<![\w$.>])[A-Za-z_$\x80-\xff][\w$\x80-\xff]*|(?<=[^-]>)[A-Za-z_$][\w$]*")
"""A word that no ``.`` or ``->`` stands before."""

_KEYWORDS = (
    "return else do case goto sizeof if while for switch break continue default throw delete new typeof "
    "__typeof__ and or not xor co_return co_yield co_await _Alignof alignof _Generic __extension__ __typeof using "
    "namespace catch"
)
KEYWORDS: Final = frozenset(_KEYWORDS.split())
"""Words that stand before an expression or a statement, never before a declared name."""

_TYPES = (
    "void char short int long signed unsigned float double _Bool bool const volatile struct union enum static "
    "extern register inline __inline __inline__ auto restrict __restrict __const _Thread_local thread_local "
    "constexpr size_t ssize_t off_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t DWORD"
)
TYPES: Final = frozenset(_TYPES.split())
"""Words that only a declaration or a cast begins with."""

CPP_SUFFIXES: Final = (
    ".cc", ".cpp", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".tcc", ".mm", ".C", ".H", ".tpp", ".txx",
)  # fmt: skip
"""Names of C++ files."""

_WIDE = (
    "int long signed unsigned const volatile static register size_t ssize_t int32_t int64_t uint32_t uint64_t "
    "DWORD ULONG LONG UINT INT auto vm_prot_t off_t inline __inline extern restrict"
)
WIDE: Final = frozenset(_WIDE.split())
"""Types that hold any mask whole, and words beside them."""


ASKING: Final = frozenset({Role.MAP, Role.PROTECT, Role.REMAP, Role.OBJECT, Role.PERSONALITY, Role.SYSCALL})
"""Roles whose calls have a say in what memory may be."""

_STEM: Final = 5


def _stems(table: CalleeTable) -> list[bytes]:
    """A few short words such that every function's name contains one: fewer searches than names."""
    left = {name for name, spec in table.callees.items() if spec.role is not Role.UNMAP}
    stems: list[bytes] = []
    while left:
        counts: dict[str, int] = {}
        for name in left:
            size = min(_STEM, len(name)) if len(name) >= _STEM else len(name)
            for part in {name[at : at + size] for at in range(len(name) - size + 1)}:
                counts[part] = counts.get(part, 0) + 1
        best = max(sorted(counts), key=lambda part: counts[part])
        stems.append(best.encode())
        left = {name for name in left if best not in name}
    return stems


class Scope:
    """The files of one proof. ``defines`` are macros given on the command line; they count as definitions too."""

    def __init__(
        self, files: Mapping[str, bytes], table: CalleeTable, defines: Mapping[str, str] | None = None
    ) -> None:
        self.table = table
        self._files = files
        self._texts: dict[str, Text] = {}
        self._mentions: dict[str, list[tuple[Text, int]]] = {}
        self._reaching: dict[str, set[str]] = {}
        self.defines = dict(defines or {})

    @property
    def paths(self) -> list[str]:
        """Every file, in order."""
        return sorted(self._files)

    def text(self, path: str) -> Text:
        """A file; raises :class:`mapproof.verify.text.Ambiguous` where it can't be read beyond doubt."""
        if path not in self._texts:
            self._texts[path] = Text(path, self._files[path])
        return self._texts[path]

    def holding(self, word: str) -> list[Text]:
        """The files that contain the bytes of a word."""
        sought = word.encode()
        return [self.text(path) for path in self.paths if path in self._texts or sought in self._files[path]]

    def mentions(self, name: str) -> list[tuple[Text, int]]:
        """Where a name stands in code, in all files."""
        if name not in self._mentions:
            self._mentions[name] = [(text, offset) for text in self.holding(name) for offset in text.mentions(name)]
        return self._mentions[name]

    def callees(self) -> list[str]:
        """The table's functions that are mentioned in code, but those that only unmap."""
        candidates: set[str] = set()
        for stem in _stems(self.table):
            for text in self.holding(stem.decode()):
                data = text.code[0]
                at = data.find(stem)
                while at >= 0:
                    start, end = at, at + len(stem)
                    while start and data[start - 1] in WORD_BYTES:
                        start -= 1
                    while end < len(data) and data[end] in WORD_BYTES:
                        end += 1
                    candidates.add(data[start:end].decode("latin-1"))
                    at = data.find(stem, end)
        return sorted(name for name in candidates & self.table.callees.keys() if self._counts(name))

    def _counts(self, name: str) -> bool:
        return self.table.callees[name].role is not Role.UNMAP and bool(self.mentions(name))

    @cached_property
    def cpp(self) -> bool:
        """Whether some file is C++, whose calls may change what they are given."""
        return any(path.endswith(CPP_SUFFIXES) for path in self._files)

    @cached_property
    def _macros(self) -> dict[str, list[Definition]]:
        found: dict[str, list[Definition]] = {}
        for text in self.holding("define"):
            for definition in text.definitions:
                found.setdefault(definition.name, []).append(definition)
        return found

    def macros(self, name: str) -> list[Definition]:
        """Every definition of a macro."""
        return self._macros.get(name, [])

    def is_macro(self, name: str) -> bool:
        """Whether any file or the command line defines it as a macro."""
        return name in self._macros or name in self.defines

    def bodies_with(self, name: str) -> list[Definition]:
        """Macros whose body mentions a name, but as a member's, that is none of their parameters."""
        return [
            definition for definition in self._mentioning.get(name, ()) if name not in (definition.parameters or ())
        ]

    @cached_property
    def _mentioning(self) -> dict[str, list[Definition]]:
        """The macros by the words of their bodies."""
        found: dict[str, list[Definition]] = {}
        for definitions in self._macros.values():
            for definition in definitions:
                data = self.text(definition.path).data[definition.body : definition.end]
                for word in set(_FREE.findall(data)):
                    found.setdefault(word.decode("utf-8", "surrogateescape"), []).append(definition)
        return found

    def reaching(self, name: str) -> set[str]:
        """The macros whose expansion may mention a name, through any number of others."""
        if name in self._reaching:
            return self._reaching[name]
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for definition in self.bodies_with(waiting.pop()):
                if definition.name not in found:
                    found.add(definition.name)
                    waiting.append(definition.name)
        self._reaching[name] = found
        return found


def is_typeish(token: Token) -> bool:
    """Whether a declaration may have this word before the name it declares."""
    return token.kind == "word" and token.text not in KEYWORDS


def closing(tokens: Iterable[Token], opening: str = "(", close: str = ")") -> Token | None:
    """The token that closes the first opening one."""
    depth = 0
    for token in tokens:
        if token.text == opening:
            depth += 1
        elif token.text == close:
            depth -= 1
            if depth <= 0:
                return token
    return None


def arguments(text: Text, opening: int) -> list[tuple[int, int]] | None:
    """The spans of a call's arguments; ``opening`` is the offset of its parenthesis. ``None`` if it doesn't close, or a
    directive stands between."""
    end = len(text.data)
    inside = text.directive_at(opening)
    if inside is not None:
        end = inside[1]
    depth, start = 0, opening + 1
    found: list[tuple[int, int]] = []
    last = opening
    for token in text.tokens(opening, end):
        if token.text in {"(", "[", "{"} and token.kind == "mark":
            depth += 1
        elif token.text in {")", "]", "}"} and token.kind == "mark":
            depth -= 1
            if depth == 0:
                if inside is None and text.directives_between(opening, token.end):
                    return None
                if found or last != opening:
                    found.append((start, token.start))
                return found
        elif token.text == "," and depth == 1:
            found.append((start, token.start))
            start = token.end
        elif token.text == ";" and depth == 1:
            return None
        last = token.start
    return None
