"""Readings of plain text and a scope over its own declarations, for tests that need no preprocessor."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace

from mapproof.frontends.c.declaration import Declarations, declarations
from mapproof.frontends.c.lower import LoweredFunction, lower_function, lower_initializer
from mapproof.frontends.c.parse import parse
from mapproof.model.condition import TRUE, Condition
from mapproof.model.ir import Const, Function, Operand, Symbol, SymbolKind
from mapproof.model.location import Span


@dataclass(frozen=True)
class PlainSource:
    """A file whose expanded text is its own."""

    data: bytes
    path: str = "plain.c"

    def span(self, start: int, end: int) -> Span:
        """See ``SourceView``."""
        before = self.data[:start]
        line, column = before.count(b"\n") + 1, start - (before.rfind(b"\n") + 1) + 1
        return Span(self.path, line, column, self.data[:end].count(b"\n") + 1, start, end)


@dataclass(frozen=True)
class PlainReading:
    """A reading in which every byte stands for itself; ``macros`` maps stretches of it to macro names."""

    text: bytes
    groups: dict[int, tuple[Condition, ...]] = field(default_factory=dict)
    cpp: bool = False
    presence: Condition = TRUE
    chunk: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(scope=(), member=False))
    macros: tuple[tuple[int, int, str], ...] = ()

    @cached_property
    def source(self) -> PlainSource:
        """The file itself."""
        return PlainSource(self.text)

    @cached_property
    def root(self):
        """Its tree."""
        return parse(self.text, cpp=self.cpp).root_node

    def defined_at(self, callee: int, parenthesis: int) -> None:
        """No call here comes out of a definition that was read."""

    def origin(self, offset: int) -> SimpleNamespace:
        """Where it stands."""
        for start, end, name in self.macros:
            if start <= offset < end:
                return SimpleNamespace(start=start, end=end, macros=(name,), definition=None)
        start = end = offset
        while end < len(self.text) and chr(self.text[end]).isalnum():
            end += 1
        return SimpleNamespace(start=start, end=max(end, offset + 1), macros=(), definition=None)


class PlainScope:
    """What a text declares itself, and the constants given."""

    def __init__(self, constants: dict[str, int] | None = None) -> None:
        self.constants = constants or {}
        self.declared = Declarations()
        self.externals: dict[str, tuple] = {}

    def identifier(self, name: str) -> Operand | None:
        """See ``Scope``."""
        if name in self.constants:
            return Const(self.constants[name], 4, name)
        constant = self.declared.constants.get(name)
        if constant is not None and constant.value is not None:
            return Const(constant.value, 4, name)
        if any(made.name == name for made in self.declared.prototypes):
            return Symbol(SymbolKind.FUNCTION, name)
        return Symbol(SymbolKind.OBJECT, name) if name in self.declared.objects else None

    def object_type(self, name: str):
        """See ``Scope``."""
        found = self.declared.objects.get(name)
        return None if found is None else found.type

    def typedef(self, name: str):
        """See ``Scope``."""
        return self.declared.typedefs.get(name)

    def record(self, tag: str):
        """See ``Scope``."""
        return self.declared.records.get(tag)

    def prototypes(self, name: str) -> tuple:
        """See ``Scope``."""
        if name.startswith("*::"):
            last = name.removeprefix("*")
            return tuple(made for made in self.declared.prototypes if made.name.endswith(last))
        return tuple(made for made in self.declared.prototypes if made.name == name) + self.externals.get(name, ())


@dataclass
class Program:
    """Everything in a text, lowered."""

    lowered: list[LoweredFunction]
    initializers: list[Function]

    def function(self, name: str) -> Function:
        """A function by its symbol."""
        return self.entry(name).function

    def entry(self, name: str) -> LoweredFunction:
        """A lowered function by its symbol."""
        return next(entry for entry in self.lowered if entry.function.symbol == name)


def lower_text(
    text: str,
    *,
    cpp: bool = False,
    constants: dict[str, int] | None = None,
    groups: dict[int, tuple[Condition, ...]] | None = None,
    macros: tuple[tuple[int, int, str], ...] = (),
) -> Program:
    """Lower a whole text as one chunk."""
    reading = PlainReading(text.encode(), groups or {}, cpp, macros=macros)
    scope = PlainScope(constants)
    scope.declared = declarations(reading, scope)
    lowered = lower_function(reading, scope, symbol_of=lambda name: name)
    given = [name for name, found in scope.declared.objects.items() if found.has_initializer]
    made = [lower_initializer(reading, name, scope) for name in given]
    return Program(lowered, [function for function in made if function is not None])
