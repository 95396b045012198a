"""One Python file: its tree, where each node stands, and what the names of each scope are bound to."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from mapproof.model.location import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FunctionNode = cst.FunctionDef | cst.Lambda


@dataclass(frozen=True, slots=True)
class Imported:
    """A name bound by an import: the module's dotted name (with leading dots), and the name in it, if any."""

    module: str
    name: str = ""


@dataclass(slots=True)
class Scope:
    """The names of a module, class or function. ``bound`` are those that the scope itself binds."""

    owner: cst.CSTNode
    qualified: str
    parent: Scope | None
    kind: str
    bound: set[str] = field(default_factory=set)
    imports: dict[str, list[Imported]] = field(default_factory=dict)
    functions: dict[str, list[cst.FunctionDef]] = field(default_factory=dict)
    classes: dict[str, list[cst.ClassDef]] = field(default_factory=dict)
    assigned: dict[str, int] = field(default_factory=dict)
    values: dict[str, cst.BaseExpression] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    """Names declared ``global`` or ``nonlocal``."""
    globals: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)
    annotated: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    """Names that nested scopes take from outside."""

    def is_variable(self, name: str) -> bool:
        """Whether the name stands for a value that the program computes, not for a module, function or class."""
        return name in self.assigned or not (name in self.imports or name in self.functions or name in self.classes)


class Module:
    """A parsed file. Raises :class:`libcst.ParserSyntaxError` for a text that is no Python."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        wrapper = MetadataWrapper(cst.parse_module(data), unsafe_skip_copy=True)
        self.tree = wrapper.module
        self._wrapper = wrapper
        self._lines = [0, *(index + 1 for index, byte in enumerate(data) if byte == 10)]
        self._made: dict[int, tuple[cst.CSTNode, cst.CSTNode]] = {}
        self.scopes: dict[int, Scope] = {}
        self.top = Scope(self.tree, "<module>", None, "module")
        self.scopes[id(self.tree)] = self.top
        _Binder(self).bind(self.tree.body, self.top)

    @cached_property
    def _spans(self) -> Mapping[cst.CSTNode, object]:
        return self._wrapper.resolve(ByteSpanPositionProvider)

    def stands_at(self, made: cst.CSTNode, node: cst.CSTNode) -> None:
        """A node that was made while lowering stands where another does."""
        self._made[id(made)] = (made, node)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands."""
        if id(node) in self._made:
            node = self._made[id(node)][1]
        found = self._spans.get(node)
        start = getattr(found, "start", 0)
        end = start + getattr(found, "length", 0)
        line = bisect_right(self._lines, start)
        end_line = max(line, bisect_right(self._lines, max(start, end - 1)))
        column = len(self.data[self._lines[line - 1] : start].decode(self.tree.encoding, "replace")) + 1
        return Span(self.path, line, column, end_line, start, end)

    def text(self, node: cst.CSTNode) -> str:
        """The node's text, blanks and all."""
        span = self.span(node)
        return self.data[span.start : span.end].decode(self.tree.encoding, "backslashreplace")

    def functions(self) -> Iterator[tuple[FunctionNode, Scope]]:
        """Every function with its own scope, in the order of the text."""
        for scope in list(self.scopes.values()):
            if isinstance(scope.owner, cst.FunctionDef | cst.Lambda):
                yield scope.owner, scope


def dotted(node: cst.CSTNode | None) -> str:
    """``a.b.c`` for a name or an attribute of names, else empty."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr.value}" if head else ""
    return ""


def parameters_of(node: FunctionNode) -> list[cst.Param]:
    """The parameters that arguments may be given to, in order: positional ones, then those of keywords only."""
    params = node.params
    return [*params.posonly_params, *params.params, *params.kwonly_params]


def positional_of(node: FunctionNode) -> int:
    """How many of them may be given by position."""
    return len(node.params.posonly_params) + len(node.params.params)


def starred_of(node: FunctionNode) -> list[str]:
    """The names of ``*args`` and ``**kwargs``."""
    given = (node.params.star_arg, node.params.star_kwarg)
    return [param.name.value for param in given if isinstance(param, cst.Param)]


def children(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The nodes right below."""
    return node.children


_COMPREHENSIONS: Final = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)


class _Binder:
    """Finds what each scope binds, and which names nested scopes take from outside."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def bind(self, node: cst.CSTNode | Iterable[cst.CSTNode], scope: Scope) -> None:
        """Look at code that runs in ``scope``."""
        if not isinstance(node, cst.CSTNode):
            for each in node:
                self.bind(each, scope)
            return
        if isinstance(node, cst.FunctionDef):
            self._function(node, scope)
        elif isinstance(node, cst.Lambda):
            self._lambda(node, scope)
        elif isinstance(node, cst.ClassDef):
            self._class(node, scope)
        elif isinstance(node, cst.Import | cst.ImportFrom):
            self._import(node, scope)
        elif isinstance(node, cst.Global | cst.Nonlocal):
            names = {item.name.value for item in node.names}
            scope.outside |= names
            if isinstance(node, cst.Global):
                scope.globals |= names
        else:
            self._other(node, scope)

    def _other(self, node: cst.CSTNode, scope: Scope) -> None:  # noqa: C901, PLR0912  one branch per kind of node
        if isinstance(node, cst.Annotation):
            return
        if isinstance(node, cst.Name):
            self._use(node.value, scope)
            return
        if isinstance(node, cst.Attribute):
            self.bind(node.value, scope)
            return
        if isinstance(node, cst.Arg):
            self.bind(node.value, scope)
            return
        if isinstance(node, cst.Assign):
            for target in node.targets:
                self._target(target.target, scope, node.value if len(node.targets) == 1 else None)
        elif isinstance(node, cst.AnnAssign):
            if isinstance(node.target, cst.Name):
                scope.annotated.add(node.target.value)
            if node.value is not None:
                self._target(node.target, scope, node.value)
        elif isinstance(node, cst.AugAssign | cst.For | cst.NamedExpr | cst.CompFor):
            self._target(node.target, scope, None)
        elif isinstance(node, cst.AsName):
            self._target(node.name, scope, None)
        elif isinstance(node, cst.MatchAs | cst.MatchStar):
            if node.name is not None:
                self._target(node.name, scope, None)
        elif isinstance(node, cst.MatchMapping) and node.rest is not None:
            self._target(node.rest, scope, None)
        self.bind(children(node), scope)

    def _target(self, node: cst.CSTNode, scope: Scope, value: cst.BaseExpression | None) -> None:
        if isinstance(node, cst.Name):
            name = node.value
            scope.assigned[name] = scope.assigned.get(name, 0) + 1
            if value is not None:
                scope.values[name] = value
            if name not in scope.outside:
                scope.bound.add(name)
            else:
                self._assigned_outside(name, scope)
        elif isinstance(node, cst.Tuple | cst.List):
            for element in node.elements:
                self._target(element.value, scope, None)
        elif isinstance(node, cst.StarredElement):
            self._target(node.value, scope, None)

    def _assigned_outside(self, name: str, scope: Scope) -> None:
        """``global`` and ``nonlocal`` names have more values than their own scope shows."""
        current = scope.parent
        while current is not None:
            if current.kind == "function" or current.parent is None:
                current.assigned[name] = current.assigned.get(name, 0) + 2
            if current.parent is None and name in scope.globals:
                current.bound.add(name)
            current = current.parent

    def _function(self, node: cst.FunctionDef, scope: Scope) -> None:
        name = node.name.value
        scope.bound.add(name)
        scope.functions.setdefault(name, []).append(node)
        self.bind([*node.decorators, *self._defaults(node)], scope)
        self._enter(node, name, scope, node.body)

    def _lambda(self, node: cst.Lambda, scope: Scope) -> None:
        self.bind(self._defaults(node), scope)
        self._enter(node, f"<lambda {self._module.span(node).start}>", scope, node.body)

    def _defaults(self, node: FunctionNode) -> list[cst.CSTNode]:
        return [param.default for param in parameters_of(node) if param.default is not None]

    def _enter(self, node: FunctionNode, name: str, scope: Scope, body: cst.CSTNode) -> None:
        prefix = "" if scope.kind == "module" else f"{scope.qualified}."
        inner = Scope(node, prefix + name, scope, "function")
        number = sum(other.qualified == inner.qualified for other in self._module.scopes.values())
        if number:
            inner.qualified += f"#{number + 1}"
        self._module.scopes[id(node)] = inner
        given = {param.name.value for param in parameters_of(node)} | set(starred_of(node))
        inner.bound |= given
        inner.assigned = dict.fromkeys(given, 2)  # a parameter is never just another name of what is assigned once
        self.bind(body, inner)
        self._settle(inner)

    def _class(self, node: cst.ClassDef, scope: Scope) -> None:
        name = node.name.value
        scope.bound.add(name)
        scope.classes.setdefault(name, []).append(node)
        self.bind([*node.decorators, *node.bases, *node.keywords], scope)
        prefix = "" if scope.kind == "module" else f"{scope.qualified}."
        inner = Scope(node, prefix + name, scope, "class")
        self._module.scopes[id(node)] = inner
        self.bind(node.body, inner)
        self._settle(inner)

    def _settle(self, inner: Scope) -> None:
        """Names that are used in a scope and not its own are taken from the nearest function or module around."""
        for name in sorted(inner.used | inner.outside):
            if name in inner.bound and name not in inner.outside and inner.kind != "class":
                continue
            outer = owner_of(inner, name)
            if outer is not None and outer is not inner:
                outer.used.add(f"{name} captured")

    def _use(self, name: str, scope: Scope) -> None:
        scope.used.add(name)

    def _import(self, node: cst.Import | cst.ImportFrom, scope: Scope) -> None:
        if isinstance(node, cst.Import):
            for alias in node.names:
                whole = dotted(alias.name)
                bound = _as_name(alias) or whole.partition(".")[0]
                target = whole if alias.asname is not None else whole.partition(".")[0]
                self._bind_import(bound, Imported(target), scope)
            return
        source = "." * len(node.relative) + dotted(node.module)
        if isinstance(node.names, cst.ImportStar):
            scope.stars.append(source)
            return
        for alias in node.names:
            name = dotted(alias.name)
            self._bind_import(_as_name(alias) or name, Imported(source, name), scope)

    def _bind_import(self, name: str, imported: Imported, scope: Scope) -> None:
        scope.bound.add(name)
        scope.imports.setdefault(name, []).append(imported)


def _as_name(alias: cst.ImportAlias) -> str:
    return dotted(alias.asname.name) if alias.asname is not None else ""


def owner_of(scope: Scope, name: str) -> Scope | None:
    """The scope whose name is meant where ``name`` is used in ``scope``; ``None`` for a builtin or unknown name."""
    current: Scope | None = scope
    first = True
    while current is not None:
        if name in current.globals:
            while current.parent is not None:
                current = current.parent
            return current
        visible = first or current.kind != "class"
        if visible and name in current.bound and name not in current.outside:
            return current
        first = False
        current = current.parent
    return None


def is_captured(scope: Scope, name: str) -> bool:
    """Whether a nested function uses a local of this function."""
    return f"{name} captured" in scope.used
