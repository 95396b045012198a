"""What names mean in one file: its own declarations, those of what it includes, the platform's, then the tree's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar, cast

from mapproof.frontends.c.ctype import Prototype, record, unknown
from mapproof.frontends.c.namespace import Usings, spellings, usings
from mapproof.model.condition import FALSE
from mapproof.model.ir import Const, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mapproof.frontends.c.chunk import Chunk
    from mapproof.frontends.c.ctype import CType, Record
    from mapproof.frontends.c.declaration import Declarations
    from mapproof.frontends.c.mention import Mentions
    from mapproof.frontends.c.source import Source
    from mapproof.model.callee import CalleeTable
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Operand

_T = TypeVar("_T")

_SYSTEM_CALL: Final = re.compile(r"(?:SYS|__NR3?|__NR_arm|TARGET_NR)_(\w+)")
_FORWARD: Final = re.compile(rb"typedef\s+(?:struct|union)\s+(\w+)\s+(\w+)\s*;\s*")
_WORD: Final = re.compile(rb"[\w$]+")
_STRUCTURE: Final = re.compile(rb"[={}]")

MAX_DECLARING: Final = 40
"""Declarations parsed in search of one name; names that stand in more are too common to be told apart."""


MAX_TYPES: Final = 12
"""Types looked up inside one another: what a parameter of a member of a parameter is matters little in the end."""


@dataclass(slots=True)
class Nesting:
    """How many types are being looked up inside one another, over all files."""

    depth: int = 0


class Wanted(StrEnum):
    """What kind of declaration is looked for."""

    VALUE = "value"
    OBJECT = "object"
    FUNCTION = "function"
    TYPEDEF = "typedef"
    RECORD = "record"


_FOLLOWS: Final = {
    Wanted.VALUE: re.compile(rb"\s*(?:[=;,\[()}:{]|[A-Z_]\w*\s*\(|\Z)"),
    Wanted.OBJECT: re.compile(rb"\s*(?:[=;,\[){(]|[A-Z_]\w*\s*\(|__attribute__|asm|__asm)"),
    Wanted.FUNCTION: re.compile(rb"\s*(?:<[^;{}()]*>\s*)?\)*\s*\("),
    Wanted.TYPEDEF: re.compile(rb"\s*(?:[;,\[()={:]|final\b|__attribute__)"),
    Wanted.RECORD: re.compile(rb"\s*(?:final\s*)?(?:<[^>]*>\s*)?[:{]"),
}
"""What may stand after a name where it is declared; it only saves parsing, so it admits too much."""

_OPERATOR: Final = re.compile(r"operator([^\w\s]+)")
"""An operator function's name; only its first word is an identifier."""

_TYPES: Final = re.compile(rb"\b(?:typedef|using|class|struct|union|enum)\b")


def declaring(source: Source, name: str, wanted: Wanted = Wanted.VALUE) -> tuple[Chunk, ...]:
    """The chunks that may declare a name in the wanted way, by place, once each."""
    key = (name, wanted)
    if key not in source.declaring:
        source.declaring[key] = tuple(_declaring(source, name, wanted))
    return source.declaring[key]


def _declaring(source: Source, name: str, wanted: Wanted) -> Iterator[Chunk]:
    word = name.encode()
    cpp = source.cpp or source.path.endswith(".h")
    symbol = _OPERATOR.fullmatch(name)
    if symbol is not None:
        spelled = re.compile(rb"operator\s*" + re.escape(symbol.group(1).encode()) + rb"\s*\(")
        for chunk, offset in source.outlined(b"operator") if wanted in {Wanted.FUNCTION, Wanted.VALUE} else ():
            if spelled.match(source.data, offset) is not None:
                yield chunk
        return
    last: Chunk | None = None
    for chunk, offset in source.outlined(word):
        if chunk == last or _FOLLOWS[wanted].match(source.data, offset + len(word)) is None:
            continue
        if _declares(source, chunk, offset, wanted, cpp=cpp):
            last = chunk
            yield chunk


def _declares(source: Source, chunk: Chunk, offset: int, wanted: Wanted, *, cpp: bool) -> bool:  # noqa: PLR0911  one answer per case
    before = source.data[chunk.start : offset]
    if wanted in {Wanted.TYPEDEF, Wanted.RECORD}:
        if wanted is Wanted.TYPEDEF and not cpp:
            return not chunk.is_function and b"typedef" in before
        return not chunk.is_function and _TYPES.search(before) is not None
    if chunk.is_function:
        return b"{" not in before
    if wanted is not Wanted.VALUE and before.startswith(b"typedef"):
        return False
    depth = 0
    for found in _STRUCTURE.finditer(before):
        mark = found.group()
        if mark == b"{":
            depth += 1
        elif mark == b"}":
            depth -= 1
        elif depth == 0:
            return b"," in before[found.end() :] and b"{" not in before[found.end() :]
    if depth == 0 or chunk.scope:
        return True
    words = (b"enum", b"class") if wanted is Wanted.VALUE else (b"class",)
    return any(source.is_code(chunk.start + found.start()) for word in words for found in _word(word).finditer(before))


def _word(word: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\b" + word + rb"\b")


def is_weak(source: Source, name: str, mentions: Mentions) -> bool:
    """Whether a file's definition of a function or an object may give way to another file's: by a word of its own, or
    of a declaration anywhere."""
    macros = mentions.spelling("weak", "__weak__")
    if name.encode() in source.weak:
        return True
    last = name.rpartition("::")[2]
    for other in {source.path: source, **{each.path: each for each in mentions.declaring_sources(last)}}.values():
        if not other.speaks_of_weak and not any(other.occurrences(word) for word in macros):
            continue
        for chunk in {*declaring(other, last, Wanted.FUNCTION), *declaring(other, last, Wanted.OBJECT)}:
            head = other.data[chunk.start : other.head_end(chunk)].partition(b"=")[0]
            if b"weak" in head.lower() or not macros.isdisjoint(_WORD.findall(head)):
                return True
    return False


def _record_in(found: Declarations, tag: str) -> Record | None:
    """A record as one reading has it, marked where other builds may have it differently."""
    body = found.records.get(tag)
    return replace(body, exact=False) if body is not None and found.partial else body


class FileScope:
    """A :class:`mapproof.frontends.c.scope.Scope` for the code of one file."""

    def __init__(
        self,
        source: Source,
        reach: Callable[[], list[Source]],
        mentions: Mentions,
        declarations: Callable[[Source, Chunk], list[Declarations]],
        first_declarations: Callable[[Source, Chunk], list[Declarations]],
        alias: Callable[[str], str | None],
        table: CalleeTable,
        nesting: Nesting,
        beside: Callable[[], frozenset[str]],
    ) -> None:
        self._beside = beside
        self._alias = alias
        self._nesting = nesting
        self._source = source
        self._reach = reach
        self._mentions = mentions
        self._declarations = declarations
        self._first_declarations = first_declarations
        self._table = table
        self._identifiers: dict[str, Operand | None] = {}
        self._busy: set[str] = set()
        self._tangled = False
        self._found: dict[str, object] = {}
        self._usings: list[Usings] | None = None

    def identifier(self, name: str) -> Operand | None:
        """See :class:`mapproof.frontends.c.scope.Scope`."""
        if name not in self._identifiers:
            if name in self._busy:
                self._tangled = True
                return self._platform(name)
            self._busy.add(name)
            found = self._identify(name)
            self._busy.discard(name)
            self._tangled = self._tangled and bool(self._busy)
            if self._tangled:
                return found
            self._identifiers[name] = found
        return self._identifiers[name]

    @property
    def tangled(self) -> bool:
        """Whether what was asked since the outermost question needed the answer to a question still open: then it may
        be known better later."""
        return self._tangled

    def _identify(self, name: str) -> Operand | None:
        meant = self._alias(name)
        if meant is not None and meant != name:
            return self.identifier(meant) or Symbol(SymbolKind.FUNCTION, meant)
        near = self._declared(name, self._reach())
        if near is not None and not (self._is_platform(name) and isinstance(near, Symbol) and "::" not in near.name):
            return near
        platform = self._platform(name)
        if platform is not None:
            return platform
        if near is not None:
            return near
        others = self._spellings(name)
        found = (self._declared(other, self._reach()) or self._platform(other) for other in others)
        meant_near = next((operand for operand in found if operand is not None), None)
        if meant_near is not None or self._mentions.single:
            return meant_near
        far = (
            self._declared(each, self._mentions.declaring_sources(each.rpartition("::")[2])) for each in (name, *others)
        )
        return next((operand for operand in far if operand is not None), None)

    def _spellings(self, name: str) -> list[str]:
        """Other names by which C++ may find what ``name`` means."""
        if self._usings is None:
            cpp = [source for source in self._reach() if self._source.cpp or source.cpp]
            self._usings = [found for source in cpp if (found := usings(source)) != Usings()]
        return spellings(name, self._usings) if self._usings and not name.startswith(("*", "<")) else []

    def _is_platform(self, name: str) -> bool:
        return name in self._table.callees

    def _platform(self, name: str) -> Operand | None:
        if name in self._table.constants:
            value = self._table.constants[name]
            return Const(value, 8 if value >> 32 else 4, name)
        if name in self._table.callees:
            return Symbol(SymbolKind.FUNCTION, name)
        call = _SYSTEM_CALL.fullmatch(name)
        return Symbol(SymbolKind.FUNCTION, call.group(1)) if call is not None else None

    def _declared(self, name: str, sources: list[Source]) -> Operand | None:  # noqa: C901  one branch per kind
        """The first meaning among these files; a definition goes before a declaration.

        A static function of another file is meant where some file includes both, if there is only one.
        """
        declared: Operand | None = None
        beside: set[str] = set()
        for source, found in self._each(name, sources, Wanted.VALUE):
            constant = found.constants.get(name)
            if constant is not None:
                if constant.value is None or (isinstance(declared, Const) and declared.value != constant.value):
                    return Unknown(
                        f"unknown-name:{name} is an enumerator whose value is not the same in every build", 4
                    )
                declared = Const(constant.value, 4, name)
                continue
            if isinstance(declared, Const):
                continue
            for prototype in found.prototypes:
                if prototype.name == name:
                    if prototype.definition and (source in self._reach() or prototype.storage != "static"):
                        own = prototype.storage == "static" or (
                            source is self._source and not is_weak(source, name, self._mentions)
                        )
                        return Symbol(SymbolKind.FUNCTION, f"{source.path}::{name}" if own else name)
                    if prototype.definition and source.path in self._beside():
                        beside.add(f"{source.path}::{name}")
                    declared = declared or Symbol(SymbolKind.FUNCTION, self._linked(source, name))
            object_ = found.objects.get(name)
            if object_ is not None:
                if object_.storage == "static":
                    return Symbol(SymbolKind.OBJECT, f"{source.path}::{name}")
                declared = declared or Symbol(SymbolKind.OBJECT, name)
        return Symbol(SymbolKind.FUNCTION, beside.pop()) if len(beside) == 1 else declared

    def _linked(self, source: Source, name: str) -> str:
        """What the linker calls a function that is only declared: with C linkage a namespace has no part in it."""
        namespace, _, last = name.rpartition("::")
        if not namespace or not self._is_platform(last) or b'extern "C"' not in source.data:
            return name
        return name if self.record(namespace) is not None else last

    def _each(self, name: str, sources: list[Source], wanted: Wanted) -> Iterator[tuple[Source, Declarations]]:
        count = 0
        last = name.rpartition("::")[2]
        read = self._declarations if wanted is Wanted.VALUE else self._first_declarations
        for source in sources:
            for chunk in declaring(source, last, wanted):
                count += 1
                if count > MAX_DECLARING:
                    return
                for found in read(source, chunk):
                    yield source, found

    def _everywhere(self, name: str, wanted: Wanted) -> Iterator[Declarations]:
        """Declarations of the name: near ones first."""
        near = self._reach()
        for _source, found in self._each(name, near, wanted):
            yield found
        if self._mentions.single:
            return
        far = [source for source in self._mentions.declaring_sources(name.rpartition("::")[2]) if source not in near]
        for _source, found in self._each(name, far, wanted):
            yield found

    def object_type(self, name: str) -> CType | None:
        """See :class:`mapproof.frontends.c.scope.Scope`."""
        for each in (name, *self._spellings(name)):
            for declarations in self._everywhere(each, Wanted.OBJECT):
                if each in declarations.objects:
                    return declarations.objects[each].type
        return None

    def typedef(self, name: str) -> CType | None:
        """See :class:`mapproof.frontends.c.scope.Scope`."""
        forward = self._forward(name)
        if forward is not None:
            return forward
        return self._once(
            f"type {name}",
            lambda: (
                found.typedefs.get(each)
                for each in (name, *self._spellings(name))
                for found in self._everywhere(each, Wanted.TYPEDEF)
            ),
        )

    def _forward(self, name: str) -> CType | None:
        """``typedef struct tag name;`` in this file needs no parser, and is the most frequent of all."""
        for chunk in declaring(self._source, name, Wanted.TYPEDEF):
            found = _FORWARD.fullmatch(self._source.data, chunk.start, chunk.end)
            if found is not None and found.group(2) == name.encode():
                return record(found.group(1).decode())
        return None

    def record(self, tag: str) -> Record | None:
        """See :class:`mapproof.frontends.c.scope.Scope`."""
        if tag.startswith("<"):
            word = tag.strip("<>").split("::")[0]
            return self._once(
                f"record {tag}", lambda: (_record_in(found, tag) for found in self._everywhere(word, Wanted.VALUE))
            )
        return self._once(
            f"record {tag}",
            lambda: (
                _record_in(found, each)
                for each in (tag, *self._spellings(tag))
                for found in self._everywhere(each, Wanted.RECORD)
            ),
        )

    def records(self, tag: str) -> tuple[tuple[Condition, Record | None], ...]:
        """See :class:`mapproof.frontends.c.scope.Scope`."""
        word = tag.strip("<>").split("::")[0] if tag.startswith("<") else tag.rpartition("::")[2]
        wanted = Wanted.VALUE if tag.startswith("<") else Wanted.RECORD
        found: dict[Record | None, Condition] = {}
        for source in self._reach():
            for chunk in declaring(source, word, wanted):
                versions = self._declarations(source, chunk)
                if not any(tag in version.records for version in versions):
                    continue
                for version in versions:
                    body = version.records.get(tag) if version.understood else None
                    found[body] = found.get(body, FALSE) | version.presence
        return tuple((condition, body) for body, condition in found.items())

    def _once(self, key: str, search: Callable[[], Iterator[_T | None]]) -> _T | None:
        """The first answer of a search, remembered; a search inside itself, or inside too many, finds nothing."""
        if key in self._found:
            return cast("_T | None", self._found[key])
        if self._nesting.depth >= MAX_TYPES:
            return None
        self._found[key] = None
        self._nesting.depth += 1
        try:
            answer = next((item for item in search() if item is not None), None)
        finally:
            self._nesting.depth -= 1
        self._found[key] = answer
        return answer

    def prototypes(self, name: str) -> tuple[Prototype, ...]:
        """See :class:`mapproof.frontends.c.scope.Scope`."""
        for each in (name, *self._spellings(name)):
            found = self._prototypes(each)
            if found:
                return found
        return (Prototype(name, unknown(""), None, variadic=True),) if self._is_platform(name) else ()

    def _prototypes(self, name: str) -> tuple[Prototype, ...]:
        found: dict[Prototype, None] = {}
        suffix = name.removeprefix("*") if name.startswith("*::") else None
        for declarations in self._everywhere(name, Wanted.FUNCTION):
            for prototype in declarations.prototypes:
                if prototype.name == name or (suffix is not None and prototype.name.endswith(suffix)):
                    found[prototype] = None
        return tuple(found)
