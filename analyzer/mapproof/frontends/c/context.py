"""What the parts of lowering share: the blocks under construction, values and places, and the way back to the source.

Nothing here knows syntax. :class:`Context` is abstract: ``lower.py`` ties expressions, statements and initializers
together, so that none of them has to import another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapproof.frontends.c.ctype import Shape, unknown
from mapproof.model.condition import TRUE
from mapproof.model.ir import (
    CallSyntax,
    Const,
    Edge,
    Field,
    FunctionBuilder,
    Opcode,
    Operand,
    Operation,
    Symbol,
    SymbolKind,
    Unknown,
    Var,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    import tree_sitter

    from mapproof.frontends.c.ctype import CType, Record
    from mapproof.frontends.c.declarator import TypeReader
    from mapproof.frontends.c.scope import ReadingView, Scope
    from mapproof.frontends.c.survey import Survey
    from mapproof.model.condition import Condition
    from mapproof.model.location import Span


@dataclass(frozen=True, slots=True)
class Value:
    """The result of an expression. For a record or an array ``operand`` is the address where it lives."""

    operand: Operand
    type: CType


@dataclass(frozen=True, slots=True)
class UnionStep:
    """A union on the way to a place: storing to member number ``index`` changes the others, which share its bytes."""

    address: Operand
    record: Record
    index: int


@dataclass(frozen=True, slots=True)
class Place:
    """What an lvalue names: a variable of the function, or memory at an address. ``bits``: width of a bit-field."""

    type: CType
    var: Var | None = None
    address: Operand | None = None
    bits: int | None = None
    unions: tuple[UnionStep, ...] = ()


@dataclass(slots=True)
class LocalScope:
    """The declarations of one block. ``cleanups`` are the objects (type, address) that end when control leaves it."""

    names: dict[str, Place] = field(default_factory=dict)
    types: dict[str, CType] = field(default_factory=dict)
    constants: dict[str, Const] = field(default_factory=dict)
    cleanups: list[tuple[CType, Operand]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Jump:
    """Where ``break`` or ``continue`` goes, and how many local scopes stay open there."""

    block: int
    depth: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A body found inside the function that is lowered as a function of its own: a lambda or a nested function.

    ``visible``: names of the locals around it.
    """

    node: tree_sitter.Node
    name: str
    visible: frozenset[str]


@dataclass(slots=True)
class Traffic:
    """What a body does to whole records, by their tags.

    ``loosened``: temporaries that hold the address of a record and no longer say so in their type. ``recast``: pairs of
    tags of which one record's address became the other's. ``copied``: records stored whole. ``clobbered``: those of
    which that could not be written out member by member. ``passed``: callee, argument number and tag of an address that
    is passed on as what it is. ``received``: callee and tag of a record, or of its address, that a call returns.
    ``taken``: records that arrive whole as parameters.
    """

    loosened: dict[Var, str] = field(default_factory=dict)
    recast: set[tuple[str, str]] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)
    clobbered: set[str] = field(default_factory=set)
    passed: set[tuple[str, int, str]] = field(default_factory=set)
    received: set[tuple[str, str]] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Static:
    """A ``static`` local: its object's name, its type, and its initializer's node (or, without one, its own name's)."""

    name: str
    type: CType
    node: tree_sitter.Node
    scopes: tuple[LocalScope, ...]
    initialized: bool


class Context(ABC):
    """The state of lowering one function body."""

    def __init__(
        self,
        reading: ReadingView,
        types: TypeReader,
        survey: Survey,
        *,
        name: str,
        symbol: str,
        limit: int,
    ) -> None:
        self.reading = reading
        self.scope: Scope = types.scope
        self.types = types
        types.variable_type = self._variable_type
        self.survey = survey
        self.name = name
        """The function's qualified name."""
        self.symbol = symbol
        self.limit = limit
        """Syntax nested deeper than this is not lowered but treated as unknown."""
        self.depth = 0
        self.builder = FunctionBuilder()
        self.scopes: list[LocalScope] = [LocalScope()]
        self.result: CType | None = None
        self.record: str = ""
        """The class whose member function this is."""
        self.breaks: list[Jump] = []
        self.continues: list[Jump] = []
        self.cases: dict[int, int] = {}
        self.labels: dict[str, int] = {}
        self.computed_gotos: list[int] = []
        self.handlers: list[int] = []
        self.incomplete: dict[str, None] = {}
        self.silent: set[tuple[int, int]] = set()
        """Stretches of the original file that were understood and do nothing when the program runs."""
        self.ending: list[tuple[tree_sitter.Node, CType, Operand]] = []
        """Unnamed objects with destructors that the statement has made so far."""
        self.pending: list[Pending] = []
        self.statics: list[Static] = []
        self.outer: frozenset[str] = frozenset()
        """Names of an enclosing function's locals, visible here (in a lambda) but of unknown value."""
        self.traffic = Traffic()
        self.widened: set[str] = set()
        """Variables that arms of one group declare with different types."""
        self.rebound: set[str] = set()
        """Names that arms of the groups around give to different objects."""
        self._used: dict[tuple[str, str], int] = {}
        self._temporaries = 0
        self._spans: dict[tuple[int, int], Span] = {}

    # What the other parts provide.

    @abstractmethod
    def temporary_object(self, node: tree_sitter.Node, ctype: CType, address: Operand) -> None:
        """An unnamed object was made, which ends with the statement or before."""

    @abstractmethod
    def value(self, node: tree_sitter.Node) -> Value:
        """Evaluate an expression, effects included."""

    @abstractmethod
    def place(self, node: tree_sitter.Node) -> Place:
        """Evaluate an lvalue down to what it names."""

    @abstractmethod
    def test(self, node: tree_sitter.Node, then: int, otherwise: int) -> None:
        """Evaluate a condition and leave the current block for one of two."""

    @abstractmethod
    def statement(self, node: tree_sitter.Node) -> None:
        """Lower one statement."""

    @abstractmethod
    def statements(self, nodes: Sequence[tree_sitter.Node]) -> Value | None:
        """Lower a list of statements, marks included; the value of the last one if it is an expression."""

    @abstractmethod
    def initialize(self, place: Place, node: tree_sitter.Node, *, zero: bool) -> CType:
        """Store an initializer; with ``zero`` also what it leaves out. The type, its length now known."""

    @abstractmethod
    def elsewhere(self, node: tree_sitter.Node, text: bytes) -> AbstractContextManager[tree_sitter.Node | None]:
        """Read a text that stands elsewhere (a default argument) on behalf of ``node``: the expression that it is,
        valid inside the ``with``; ``None`` if it is none. The function's locals are out of sight."""

    @abstractmethod
    def again(self, start: int, end: int, before: bytes) -> AbstractContextManager[tree_sitter.Node | None]:
        """Read a stretch of the text again as an expression, with ``before`` put in front."""

    def foreign(self, node: tree_sitter.Node, text: bytes) -> Value:
        """The value of an expression that stands elsewhere."""
        with self.elsewhere(node, text) as expression:
            return Value(Unknown("syntax", 8), unknown("")) if expression is None else self.value(expression)

    @abstractmethod
    def foreign_type(self, text: bytes) -> CType:
        """The type that a text names where the grammar did not see one (``va_arg``)."""

    # Text and places in it.

    @property
    def cpp(self) -> bool:
        """The text is C++."""
        return self.reading.cpp

    def text(self, node: tree_sitter.Node) -> str:
        """The node's expanded text."""
        return self.reading.text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def span(self, node: tree_sitter.Node) -> Span:
        """Where the node stands in the original file."""
        key = (node.start_byte, node.end_byte)
        found = self._spans.get(key)
        if found is None:
            first = self.reading.origin(node.start_byte)
            last = self.reading.origin(max(node.start_byte, node.end_byte - 1))
            found = self._spans[key] = self.reading.source.span(first.start, max(first.end, last.end))
        return found

    def note(self, node: tree_sitter.Node, what: str) -> None:
        """Record that something could not be lowered."""
        self.incomplete[f"line {self.span(node).line}: {what}"] = None

    def skip(self, node: tree_sitter.Node) -> None:
        """Record that a node was understood and that no operation comes of it."""
        span = self.span(node)
        self.silent.add((span.start, span.end))

    # Operations.

    def temporary(self, size: int) -> Var:
        """A variable that no source name can be."""
        self._temporaries += 1
        return Var(f"%{self._temporaries}", size)

    def emit(self, node: tree_sitter.Node, opcode: Opcode, size: int, *inputs: Operand) -> Var:
        """An operation into a new temporary."""
        output = self.temporary(size)
        self.builder.emit(Operation(opcode, output, inputs, self.span(node)))
        return output

    def effect(self, node: tree_sitter.Node, opcode: Opcode, *inputs: Operand) -> None:
        """An operation without output."""
        self.builder.emit(Operation(opcode, None, inputs, self.span(node)))

    def assign(self, node: tree_sitter.Node, target: Var, value: Operand) -> None:
        """COPY into a variable."""
        self.builder.emit(Operation(Opcode.COPY, target, (value,), self.span(node)))

    def call(
        self,
        location: Span,
        size: int | None,
        callee: Operand,
        arguments: Sequence[Operand],
        syntax: CallSyntax | None,
    ) -> Var | None:
        """A CALL; inside ``try`` the block is cut before it, since it may throw. ``size`` None: no result."""
        if self.handlers:
            self._may_throw_midway(location, arguments)
        output = None if size is None else self.temporary(size)
        self.builder.emit(Operation(Opcode.CALL, output, (callee, *arguments), location, syntax))
        return output

    def _may_throw_midway(self, location: Span, arguments: Sequence[Operand]) -> None:
        """A callee may throw when it has changed some of what it can reach, and not yet the rest."""
        thrown, after = self.builder.new_block(), self.builder.new_block()
        self.builder.link(Edge(after))
        self.builder.link(Edge(thrown))
        self.builder.current = thrown
        self.builder.emit(Operation(Opcode.CALLOTHER, None, tuple(arguments), location))
        for handler in self.handlers:
            self.builder.link(Edge(handler))
        self.builder.current = after

    def may_throw(self) -> None:
        """Control may leave here for every handler that is in force."""
        if self.handlers:
            after = self.builder.new_block()
            self.builder.link(Edge(after))
            for handler in self.handlers:
                self.builder.link(Edge(handler))
            self.builder.current = after

    # Control flow.

    def goto(self, block: int, presence: Condition = TRUE) -> None:
        """Leave the current block for another; the current block stays current."""
        self.builder.link(Edge(block, presence=presence))

    def branch(self, test: Operand, then: int, otherwise: int) -> None:
        """Leave the current block for one of two; a constant decides at once."""
        if isinstance(test, Const):
            self.goto(then if test.value else otherwise)
            return
        if isinstance(test, Symbol):
            self.goto(then)
            return
        self.builder.link(Edge(then, test))
        self.builder.link(Edge(otherwise, test, nonzero=False))

    def dead(self) -> None:
        """What follows is not reached from here."""
        self.builder.current = self.builder.new_block()

    def fork(self, conditions: Sequence[Condition], arm: Callable[[int], None]) -> None:
        """Lower each arm under its presence condition, then go on after all of them."""
        start, join = self.builder.current, self.builder.new_block()
        for index, condition in enumerate(conditions):
            if condition.excludes(self.reading.presence):
                continue
            self.builder.current = start
            block = self.builder.new_block()
            self.goto(block, condition)
            self.builder.current = block
            arm(index)
            self.goto(join)
        self.builder.current = join

    def maybe(self, action: Callable[[], None]) -> None:
        """Something that happens or does not, nobody knows."""
        inside, join = self.builder.new_block(), self.builder.new_block()
        self.goto(inside)
        self.goto(join)
        self.builder.current = inside
        action()
        self.goto(join)
        self.builder.current = join

    @contextmanager
    def discarded(self) -> Iterator[None]:
        """Lower something whose operations are thrown away again, with all that was noted meanwhile."""
        before = (self.builder, dict(self.incomplete), list(self.pending), list(self.statics), self.handlers)
        labels, gotos, ending = dict(self.labels), list(self.computed_gotos), list(self.ending)
        self.builder, self.handlers = FunctionBuilder(), []
        try:
            yield
        finally:
            self.builder, self.incomplete, self.pending, self.statics, self.handlers = before
            self.labels, self.computed_gotos, self.ending = labels, gotos, ending

    def label(self, name: str) -> int:
        """The block of a label, which may still be ahead."""
        found = self.labels.get(name)
        if found is None:
            found = self.labels[name] = self.builder.new_block()
        return found

    # Names.

    @contextmanager
    def block_scope(self) -> Iterator[LocalScope]:
        """A block of declarations."""
        scope = LocalScope()
        self.scopes.append(scope)
        try:
            yield scope
        finally:
            self.scopes.pop()

    def variable(self, name: str, size: int) -> Var:
        """A new variable; a name that an earlier declaration bears gets a number: ``x``, ``x#2``."""
        return Var(self._unique("var", name), size)

    def slot(self, name: str) -> Symbol:
        """A new piece of the function's stack."""
        return Symbol(SymbolKind.SLOT, self._unique("slot", name))

    def _unique(self, kind: str, name: str) -> str:
        count = self._used[kind, name] = self._used.get((kind, name), 0) + 1
        return name if count == 1 else f"{name}#{count}"

    def _variable_type(self, name: str) -> CType | None:
        found = self.local(name)
        return found.type if isinstance(found, Place) else None

    def visible(self) -> frozenset[str]:
        """Names of every local in force."""
        return self.outer.union(*(scope.names for scope in self.scopes)) - {"this"}

    def local(self, name: str) -> Place | Const | None:
        """The local variable or enumerator of that name, innermost first."""
        for scope in reversed(self.scopes):
            found = scope.names.get(name) or scope.constants.get(name)
            if found is not None:
                return found
        return None


def member_address(context: Context, node: tree_sitter.Node, address: Operand, name: str) -> Operand:
    """The address of a member."""
    return context.emit(node, Opcode.PTRSUB, 8, address, Field(name))


def element_address(context: Context, node: tree_sitter.Node, array: Operand, index: Operand) -> Operand:
    """The address of an element of the array that lives at ``array``."""
    first = context.emit(node, Opcode.PTRSUB, 8, array, Const(0, 8))
    return context.emit(node, Opcode.PTRADD, 8, first, index)


def no_value(ctype: CType, reason: str) -> Unknown:
    """An unknown of the type's width."""
    return Unknown(reason, ctype.width if ctype.shape is not Shape.VOID else 8)
