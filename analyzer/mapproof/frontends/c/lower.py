"""Functions and initializers of a chunk, lowered to the IR."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c import branch, initializer, lvalue, statement, value
from mapproof.frontends.c.call import call_constructor
from mapproof.frontends.c.context import Context, LocalScope, Pending, Place, Static, Traffic, Value
from mapproof.frontends.c.ctype import INT, VOID, CType, Shape, pointer, record, unknown
from mapproof.frontends.c.declaration import around, qualified, specifier_words
from mapproof.frontends.c.declarator import Declared, TypeReader, plain, template_parameters
from mapproof.frontends.c.elsewhere import Elsewhere
from mapproof.frontends.c.exception import leave_scopes
from mapproof.frontends.c.fault import faults
from mapproof.frontends.c.havoc import havoc
from mapproof.frontends.c.local import Redeclared, enter_parameter
from mapproof.frontends.c.object import destroy, is_destroyed
from mapproof.frontends.c.parse import parse
from mapproof.frontends.c.place import forget, store
from mapproof.frontends.c.structor import construct_members, destroy_members
from mapproof.frontends.c.summary import summarize
from mapproof.frontends.c.survey import nodes, survey
from mapproof.model.ir import Edge, Function, Symbol, SymbolKind, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import tree_sitter

    from mapproof.frontends.c.scope import OriginView, ReadingView, Scope
    from mapproof.frontends.c.survey import Survey
    from mapproof.model.ir import Operand
    from mapproof.model.location import Span

LIMITS: Final = (120, 40, 8, 0)
"""Levels of nested syntax that are lowered; fewer are tried where Python's own stack is too short for more."""

_WRAPPING: Final = b"int x = "
"""What makes a declaration, and so something to parse, of an expression."""


class StaticLocal:
    """A ``static`` local. Its initializer may be a large table that nobody asks for, so it is lowered when it is asked
    for; ``symbol`` is the object's, ``<function symbol>::<name>``."""

    def __init__(self, context: Lowering, static: Static) -> None:
        self._context = context
        self._static = static
        self.symbol = static.name
        self.type = static.type
        self.path = context.span(static.node).path

    def covers(self, offset: int) -> bool:
        """Whether the initializer stands around an offset of the original file."""
        node, reading = self._static.node, self._context.reading
        ends = reading.origin(node.start_byte), reading.origin(max(node.start_byte, node.end_byte - 1))
        return min(end.start for end in ends) <= offset < max(end.end for end in ends)

    @cached_property
    def function(self) -> Function:
        """The code that fills the object in before the program runs."""
        return self._context.static(self._static)


@dataclass(frozen=True, slots=True)
class LoweredFunction:
    """A function and what its body does, in short.

    ``locals``: its ``static`` locals. ``is_static``: other files cannot name it. ``calls``: symbols called
    directly. ``address_taken``: functions and objects whose address is a value somewhere. ``stores_members`` and
    ``stores_objects``: members and objects stored to. ``silent``: stretches of the file (start and end offset) that do
    nothing when the program runs. ``traffic``: what it does to whole records.
    """

    function: Function
    locals: tuple[StaticLocal, ...]
    is_static: bool
    address_taken: frozenset[str]
    stores_members: frozenset[str]
    stores_objects: frozenset[str]
    calls: frozenset[str]
    silent: frozenset[tuple[int, int]]
    traffic: Traffic

    @property
    def statics(self) -> tuple[Function, ...]:
        """For each ``static`` local the code that fills it in."""
        return tuple([local.function for local in self.locals])


def lower_function(reading: ReadingView, scope: Scope, *, symbol_of: Callable[[str], str]) -> list[LoweredFunction]:
    """Lower every function that a reading defines, lambdas and nested functions included.

    ``symbol_of`` gives a qualified name's symbol in the program. Never raises on broken or deeply nested syntax.
    """
    return [found for definition in _definitions(reading, scope) for found in _lower(definition, symbol_of)]


def lower_initializer(reading: ReadingView, name: str, scope: Scope, *, symbol: str = "") -> Function | None:
    """Lower the initializer of an object to a function without parameters that stores every cell it fills in.

    ``symbol`` is the object's symbol; without it the scope is asked. ``None`` when the reading has no initializer of
    that name.
    """
    if not symbol:
        known = scope.identifier(name)
        symbol = known.name if isinstance(known, Symbol) else name
    for node in nodes(reading.root):
        if node.type not in ("declaration", "field_declaration"):
            continue
        types = TypeReader(reading.text, scope, cpp=reading.cpp, enclosing=_enclosing(reading, node))
        for declared, given in _initialized(types, node):
            if qualified(types, declared.name) == name or declared.name == name:
                return _initializer(reading, types, declared.type, given, symbol, name)
    return None


def _initialized(types: TypeReader, node: tree_sitter.Node) -> Iterator[tuple[Declared, tree_sitter.Node]]:
    base = types.specifier(node)
    for index, child in enumerate(node.children):
        if node.field_name_for_child(index) == "declarator":
            given = child.child_by_field_name("value") or node.child_by_field_name("default_value")
            if given is not None:
                yield types.declarator(child, base), given


def _initializer(
    reading: ReadingView, types: TypeReader, ctype: CType, node: tree_sitter.Node, symbol: str, name: str
) -> Function:
    looked = survey(node, reading.text, types.scope.prototypes, cpp=reading.cpp)

    def attempt(limit: int) -> Function:
        context = Lowering(reading, types, looked, name=name, symbol=symbol, limit=limit)
        context.fill(ctype, node)
        return context.finish(name, (), exported=False, location=context.span(node))

    return _within_limits(attempt)


def _within_limits(attempt: Callable[[int], Function]) -> Function:
    """Try with less and less nesting until Python's stack is long enough."""
    for limit in LIMITS[:-1]:
        try:
            return attempt(limit)
        except RecursionError:
            continue
    return attempt(LIMITS[-1])


# Definitions.


@dataclass(frozen=True, slots=True)
class _Definition:
    """A function definition, and what stands around it."""

    reading: ReadingView
    scope: Scope
    node: tree_sitter.Node
    enclosing: tuple[str, ...]
    opaque: frozenset[str]
    internal: bool


def _definitions(reading: ReadingView, scope: Scope) -> Iterator[_Definition]:
    stack = [reading.root]
    while stack:
        node = stack.pop()
        if node.type == "function_definition":
            if node.child_by_field_name("body") is not None:
                enclosing = _enclosing(reading, node)
                internal = "" in enclosing
                yield _Definition(reading, scope, node, enclosing, _opaque(reading, node), internal)
        elif (
            node.type not in ("declaration", "expression_statement", "type_definition")
            or node.has_error
            or any(child.type in ("struct_specifier", "class_specifier") for child in node.children)
        ):
            stack.extend(reversed(node.named_children))


def _enclosing(reading: ReadingView, node: tree_sitter.Node) -> tuple[str, ...]:
    """Names of the namespaces and classes around a node, anonymous ones empty."""
    inner: list[str] = []
    outer = node.parent
    while outer is not None:
        if outer.type in ("namespace_definition", "class_specifier", "struct_specifier", "union_specifier"):
            name = outer.child_by_field_name("name")
            spelled = (
                reading.text[name.start_byte : name.end_byte].decode("utf-8", "replace") if name is not None else ""
            )
            inner[:0] = plain(spelled).split("::")
        outer = outer.parent
    return (*around(reading.chunk), *inner)


def _opaque(reading: ReadingView, node: tree_sitter.Node) -> frozenset[str]:
    found = set[str]()
    outer = node.parent
    while outer is not None:
        if outer.type == "template_declaration":
            found |= template_parameters(outer, reading.text)
        outer = outer.parent
    return frozenset(found)


def _lower(definition: _Definition, symbol_of: Callable[[str], str]) -> list[LoweredFunction]:
    reading = definition.reading
    types = TypeReader(reading.text, definition.scope, cpp=reading.cpp, enclosing=definition.enclosing)
    types.opaque |= definition.opaque
    declared = types.declarator(definition.node.child_by_field_name("declarator"), types.specifier(definition.node))
    name = qualified(types, declared.name)
    symbol = symbol_of(name)
    scope_of_name = plain(declared.name).split("::")[:-1]
    types.enclosing = (*definition.enclosing, *scope_of_name)
    words = specifier_words(types, definition.node)
    in_class = _is_in_class(definition)
    static = ("static" in words and not in_class) or definition.internal
    looked = survey(definition.node, reading.text, definition.scope.prototypes, cpp=reading.cpp)
    body = _Body(definition, types, declared, name, symbol, "static" in words)
    function, context = _lower_body(body, looked)
    found = [_summarized(function, context, is_static=static)]
    pending = list(context.pending)
    while pending:
        inner = pending.pop(0)
        function, below = _lower_pending(inner, body, looked)
        found.append(_summarized(function, below, is_static=True))
        pending.extend(below.pending)
    return found


@dataclass(frozen=True, slots=True)
class _Body:
    """What is needed to lower a definition, perhaps more than once."""

    definition: _Definition
    types: TypeReader
    declared: Declared
    name: str
    symbol: str
    static: bool


def _is_in_class(definition: _Definition) -> bool:
    if definition.reading.chunk.member:
        return True
    outer = definition.node.parent
    return outer is not None and outer.type == "field_declaration_list"


def _lower_body(body: _Body, looked: Survey) -> tuple[Function, Lowering]:
    made: list[Lowering] = []
    widened = set[str]()

    def attempt(limit: int) -> Function:
        while True:
            context = Lowering(
                body.definition.reading, body.types, looked, name=body.name, symbol=body.symbol, limit=limit
            )
            context.widened = widened
            made.append(context)
            try:
                return context.definition(body)
            except Redeclared as redeclared:
                widened.add(redeclared.args[0])

    return _within_limits(attempt), made[-1]


def _lower_pending(inner: Pending, body: _Body, looked: Survey) -> tuple[Function, Lowering]:
    made: list[Lowering] = []

    def attempt(limit: int) -> Function:
        context = Lowering(body.definition.reading, body.types, looked, name=inner.name, symbol=inner.name, limit=limit)
        made.append(context)
        return context.inner(inner, _record_of(body))

    return _within_limits(attempt), made[-1]


def _record_of(body: _Body) -> str:
    """The class that a definition belongs to, or nothing."""
    prefix = body.name.rpartition("::")[0]
    return prefix if prefix and body.types.find_record(prefix) is not None else ""


def _summarized(function: Function, context: Lowering, *, is_static: bool) -> LoweredFunction:
    found = summarize(function.blocks)
    locals_ = tuple([StaticLocal(context, static) for static in context.statics])
    if is_static and function.exported:
        function = _internal(function)
    return LoweredFunction(
        function, locals_, is_static, found.address_taken, found.stores_members, found.stores_objects, found.calls,
        frozenset(context.silent), context.traffic,
    )  # fmt: skip


def _internal(function: Function) -> Function:
    return Function(
        function.symbol, function.name, function.parameters, function.blocks, function.location,
        function.presence, exported=False, incomplete=function.incomplete,
    )  # fmt: skip


class Lowering(Context):
    """Ties statements, expressions and initializers together for one body."""

    def temporary_object(self, node: tree_sitter.Node, ctype: CType, address: Operand) -> None:
        """See :class:`Context`."""
        if self.cpp and is_destroyed(self, ctype):
            self.maybe(partial(destroy, self, node, ctype, address))
            self.ending.append((node, ctype, address))

    def value(self, node: tree_sitter.Node) -> Value:
        """See :class:`Context`."""
        self.depth += 1
        try:
            if self.depth > self.limit:
                havoc(self, node, "limit")
                return Value(Unknown("limit", 8), unknown(""))
            return value.lower_value(self, node)
        finally:
            self.depth -= 1

    def place(self, node: tree_sitter.Node) -> Place:
        """See :class:`Context`."""
        self.depth += 1
        try:
            if self.depth > self.limit:
                havoc(self, node, "limit")
                return Place(unknown(""), address=Unknown("limit", 8))
            return lvalue.lower_place(self, node)
        finally:
            self.depth -= 1

    def test(self, node: tree_sitter.Node, then: int, otherwise: int) -> None:
        """See :class:`Context`."""
        self.depth += 1
        try:
            if self.depth > self.limit:
                havoc(self, node, "limit")
                self.branch(Unknown("limit", 1), then, otherwise)
            else:
                branch.lower_test(self, node, then, otherwise)
        finally:
            self.depth -= 1

    def statement(self, node: tree_sitter.Node) -> None:
        """See :class:`Context`."""
        self.depth += 1
        try:
            if self.depth > self.limit:
                havoc(self, node, "limit")
            else:
                statement.lower_statement(self, node)
                self._end_temporaries()
        finally:
            self.depth -= 1

    def _end_temporaries(self) -> None:
        """Temporary objects end with the statement, where that is reached."""
        ending, self.ending = self.ending, []
        for node, ctype, address in ending:
            self.maybe(partial(destroy, self, node, ctype, address))

    def statements(self, nodes_: Sequence[tree_sitter.Node]) -> Value | None:
        """See :class:`Context`."""
        return statement.lower_statements(self, nodes_)

    def initialize(self, place: Place, node: tree_sitter.Node, *, zero: bool) -> CType:
        """See :class:`Context`."""
        self.depth += 1
        try:
            if self.depth > self.limit:
                havoc(self, node, "limit")
                forget(self, node, place, "limit")
                return place.type
            return initializer.initialize(self, place, node, zero=zero)
        finally:
            self.depth -= 1

    def foreign_type(self, text: bytes) -> CType:
        """See :class:`Context`."""
        wrapped = b"int x = sizeof(" + text + b");"
        root = parse(wrapped, cpp=self.cpp).root_node
        before, self.types.text = self.types.text, wrapped
        try:
            for node in nodes(root):
                if node.type == "type_descriptor" and not root.has_error:
                    return self.types.descriptor(node)
        finally:
            self.types.text = before
        spelled = text.decode("utf-8", "replace").strip()
        return self.types.named_type(spelled) or unknown(spelled)

    @contextmanager
    def elsewhere(self, node: tree_sitter.Node, text: bytes) -> Iterator[tree_sitter.Node | None]:
        """See :class:`Context`."""
        before = (self.scopes, self.outer)
        self.scopes, self.outer = [LocalScope()], frozenset()
        place = self.reading.origin(node.start_byte)
        try:
            with self._reread(text, lambda _offset: place) as expression:
                yield expression
        finally:
            self.scopes, self.outer = before

    @contextmanager
    def again(self, start: int, end: int, before: bytes) -> Iterator[tree_sitter.Node | None]:
        """See :class:`Context`."""
        outer = self.reading
        shift = start - len(before) - len(_WRAPPING)

        def origin(offset: int) -> OriginView:
            return outer.origin(min(max(offset + shift, start), end))

        with self._reread(before + outer.text[start:end], origin) as expression:
            yield expression

    @contextmanager
    def _reread(self, text: bytes, origin: Callable[[int], OriginView]) -> Iterator[tree_sitter.Node | None]:
        wrapped = _WRAPPING + text + b";"
        root = parse(wrapped, cpp=self.cpp).root_node
        here, types_text, spans = self.reading, self.types.text, self._spans
        self.reading = Elsewhere(here.presence, wrapped, root, here.groups, here.source, here.chunk, here.cpp, origin)
        self.types.text, self._spans = wrapped, {}
        found = [part.child_by_field_name("value") for part in nodes(root) if part.type == "init_declarator"]
        try:
            yield found[0] if found and not root.has_error else None
        finally:
            self.reading, self.types.text, self._spans = here, types_text, spans

    # Whole bodies.

    def definition(self, body: _Body) -> Function:
        """Lower a function definition."""
        node = body.definition.node
        ctype = body.declared.type
        self.result = ctype.target if ctype.shape is Shape.FUNCTION else INT
        if node.child_by_field_name("type") is None and self.cpp:
            self.result = VOID
        self.outer = body.definition.opaque
        self.record = _record_of(body)
        parameters = self._receiver(body)
        parameters += self._parameters(node, body.declared.function)
        inside = node.child_by_field_name("body")
        if inside is not None:
            construct_members(self, node)
            for each in self.survey.classes:
                havoc(self, each, "syntax", "a class that is declared in a function has functions of its own")
            self._body(inside)
        self._faults(node)
        exported = not body.static and not body.definition.internal
        return self.finish(body.name, tuple(parameters), exported=exported, location=self.span(node))

    def _receiver(self, body: _Body) -> list[Var]:
        """The variable of ``this``, for a member function that is not static."""
        prefix, _, last = body.name.rpartition("::")
        if not self.cpp or not prefix:
            return []
        if self.record:
            found = self.types.find_record(self.record)
            methods = found.method(last) if found is not None else ()
            if body.static or (methods and all(method.static for method in methods)):
                return []
        elif not self._looks_like_method(body, prefix, last):
            if body.definition.reading.chunk.member or "::" in plain(body.declared.name):
                self.note(body.definition.node, f"{body.name} may be a member function or not")
            return []
        this = self.variable("this", 8)
        self.scopes[-1].names["this"] = Place(pointer(record(prefix)), this)
        return [this]

    def _looks_like_method(self, body: _Body, prefix: str, last: str) -> bool:
        """A constructor, a destructor, a function declared ``const``, or one that stands in a class."""
        function = body.declared.function
        qualifiers = (
            [child for child in function.children if child.type == "type_qualifier"] if function is not None else []
        )
        structor = last.removeprefix("~") == prefix.rpartition("::")[2]
        return structor or bool(qualifiers) or (body.definition.reading.chunk.member and not body.static)

    def _parameters(self, node: tree_sitter.Node, function: tree_sitter.Node | None) -> list[Var]:
        listed = function.child_by_field_name("parameters") if function is not None else None
        older = {}
        for child in node.named_children:
            if child.type == "declaration":
                base = self.types.specifier(child)
                for one in child.children_by_field_name("declarator"):
                    declared = self.types.declarator(one, base)
                    older[declared.name] = declared
        found: list[Var] = []
        for child in listed.named_children if listed is not None else ():
            if child.type == "identifier":
                name = self.text(child)
                declared = older.get(name, Declared(name, INT, child))
            elif child.type in ("parameter_declaration", "optional_parameter_declaration"):
                declared = self.types.declarator(child.child_by_field_name("declarator"), self.types.specifier(child))
            elif child.type in ("comment", "variadic_parameter", "variadic_parameter_declaration"):
                continue
            else:
                declared = Declared("", unknown(self.text(child)))
            if declared.type.shape is Shape.VOID:
                continue
            found.append(self._variable_of(child, declared))
        return found

    def _variable_of(self, node: tree_sitter.Node, declared: Declared) -> Var:
        arrived = enter_parameter(self, node, declared)
        return arrived if isinstance(arrived, Var) else self.temporary(8)

    def _body(self, node: tree_sitter.Node) -> None:
        if self.depth >= self.limit:
            havoc(self, node, "limit")
        elif node.type == "compound_statement":
            with self.block_scope():
                self.statements(node.named_children)
                leave_scopes(self, node, len(self.scopes) - 1)
        else:
            self.statement(node)
        destroy_members(self, node)

    def inner(self, pending: Pending, record_tag: str) -> Function:
        """Lower a lambda or a nested function: locals around it are of unknown value."""
        self.outer = pending.visible
        self.record = record_tag
        if record_tag:
            self.scopes[-1].names["this"] = Place(pointer(record(record_tag)), self.variable("this", 8))
        node = pending.node
        declarator = node.child_by_field_name("declarator")
        parameters: list[Var] = []
        self.result = unknown("auto")
        if node.type == "function_definition":
            declared = self.types.declarator(declarator, self.types.specifier(node))
            self.result = declared.type.target or INT
            parameters = self._parameters(node, declared.function)
        elif declarator is not None:
            ctype = self.types.declarator(declarator, unknown("auto")).type
            self.result = ctype.target or unknown("auto")
            parameters = self._parameters(node, declarator)
        captured = node.child_by_field_name("captures")
        for child in nodes(captured) if captured is not None else ():
            if child.type == "lambda_capture_initializer" and child.named_children:
                self.outer |= {self.text(child.named_children[0])}
        body = node.child_by_field_name("body")
        if body is not None:
            self._body(body)
        name = pending.name.rpartition("::")[2]
        return self.finish(name, tuple(parameters), exported=False, location=self.span(node))

    def fill(self, ctype: CType, node: tree_sitter.Node) -> None:
        """Lower an object's initializer."""
        place = Place(ctype, address=Symbol(SymbolKind.OBJECT, self.symbol))
        if node.type == "argument_list":
            arguments = [child for child in node.named_children if child.type != "comment"]
            if len(arguments) == 1 and ctype.shape not in (Shape.RECORD, Shape.UNKNOWN):
                store(self, node, place, self.value(arguments[0]))
            else:
                call_constructor(self, node, ctype, Symbol(SymbolKind.OBJECT, self.symbol), arguments)
        else:
            self.initialize(place, node, zero=False)
        self._faults(node)

    def static(self, static: Static) -> Function:
        """What fills in a ``static`` local; nothing, if it has no initializer."""
        looked = self.survey

        def attempt(limit: int) -> Function:
            name = self.name + static.name.removeprefix(self.symbol)
            context = Lowering(self.reading, self.types, looked, name=name, symbol=static.name, limit=limit)
            context.scopes = list(static.scopes)
            if static.initialized:
                context.fill(static.type, static.node)
            return context.finish(name, (), exported=False, location=context.span(static.node))

        return _within_limits(attempt)

    def _faults(self, node: tree_sitter.Node) -> None:
        """Name what the parser itself could not read."""
        for fault in faults(node, self.reading.text):
            self.note(fault, "the parser could not read this")

    def finish(self, name: str, parameters: tuple[Var, ...], *, exported: bool, location: Span) -> Function:
        """Freeze the body."""
        for block in self.computed_gotos:
            self.builder.current = block
            for label in sorted(self.survey.labels):
                self.builder.link(Edge(self.label(label)))
        incomplete = tuple(self.incomplete)
        return Function(
            self.symbol, name, parameters, self.builder.blocks(), location, self.reading.presence,
            exported=exported, incomplete=incomplete,
        )  # fmt: skip
