"""Statements: control flow, as far as a protection may depend on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import libcst as cst

from mapproof.frontends.python.call import Calls
from mapproof.frontends.python.code import NONE, unknown
from mapproof.frontends.python.module import dotted
from mapproof.model.ir import Opcode, Operation, Symbol, SymbolKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.frontends.python.code import Code
    from mapproof.frontends.python.module import Module, Scope
    from mapproof.frontends.python.program import PythonProgram
    from mapproof.model.ir import Operand

_TRANSPARENT: Final = frozenset({
    "open", "mmap", "closing", "fdopen", "memoryview", "Lock", "RLock", "lock", "nullcontext", "NamedTemporaryFile",
    "TemporaryFile", "TemporaryDirectory", "SharedMemory", "Popen", "chdir",
})  # fmt: skip
"""Context managers that let every exception through."""


class Statements(Calls):
    """Lowers the statements of one function."""

    def __init__(self, program: PythonProgram, module: Module, scope: Scope, code: Code) -> None:
        super().__init__(program, module, scope, code)
        self._loops: list[tuple[int, int]] = []
        self._finally: list[Sequence[cst.CSTNode]] = []

    def body(self, node: cst.CSTNode) -> None:
        """A suite, a module's statements, or the expression of a lambda."""
        if isinstance(node, cst.BaseExpression):
            self._return(self.value(node))
            return
        if isinstance(node, cst.SimpleStatementSuite):
            self.statement(node)
            return
        for statement in getattr(node, "body", ()):
            self.statement(statement)

    def statement(self, node: cst.CSTNode) -> None:  # noqa: C901, PLR0912  one branch per kind of statement
        """One statement; what is not known is evaluated for what it does."""
        self.code.here = self.module.span(node)
        match node:
            case cst.SimpleStatementLine() | cst.SimpleStatementSuite():
                for small in node.body:
                    self.code.may_raise()
                    self._small(small)
                    self.code.may_raise()
            case cst.If():
                self._if(node)
            case cst.While():
                self._while(node)
            case cst.For():
                self._for(node)
            case cst.Try() | cst.TryStar():
                self._try(node)
            case cst.With():
                self._with(node)
            case cst.FunctionDef():
                for decorator in node.decorators:
                    self.value(decorator.decorator)
                if self.scope.kind != "class" and node.name.value in self.scope.assigned:
                    self.assign(node.name, Symbol(SymbolKind.FUNCTION, self.program.symbol_of(self.module, node)))
            case cst.ClassDef():
                self._class(node)
            case cst.Match():
                self._match(node)
            case cst.IndentedBlock():
                self.body(node)
            case _:
                self.incomplete.append(f"a statement that is not read ({type(node).__name__})")
                self.evaluated(node)

    def _small(self, node: cst.CSTNode) -> None:  # noqa: C901, PLR0912  one branch per kind of statement
        match node:
            case cst.Assign():
                self._assign(node)
            case cst.AnnAssign():
                if node.value is not None:
                    self.assign(node.target, self.value(node.value))
            case cst.AugAssign():
                combined = self.combined(type(node.operator), self.value(node.target), self.value(node.value))
                self.assign(node.target, combined)
            case cst.Expr():
                self.value(node.value)
            case cst.Return():
                self._return(NONE if node.value is None else self.value(node.value))
            case cst.Raise():
                if node.exc is not None:
                    self.value(node.exc)
                self._leave(self.code.handlers[-1] if self.code.handlers else None)
            case cst.Break() | cst.Continue():
                if self._loops:
                    self._leave(self._loops[-1][isinstance(node, cst.Break)])
            case cst.Assert():
                self.value(node.test)
            case cst.Import() | cst.ImportFrom():
                self._import(node)
            case cst.Del():
                self.evaluated(node)

    def _assign(self, node: cst.Assign) -> None:
        if (
            len(node.targets) == 1
            and isinstance(node.targets[0].target, cst.Tuple)
            and isinstance(node.value, cst.Tuple)
        ):
            names, values = node.targets[0].target.elements, node.value.elements
            if len(names) == len(values) and not any(isinstance(e, cst.StarredElement) for e in (*names, *values)):
                found = [self.code.copy(self.value(each.value), self.code.temporary()) for each in values]
                for name, kept in zip(names, found, strict=True):
                    self.assign(name.value, kept)
                return
        alias = isinstance(node.value, cst.Name | cst.Attribute) and len(node.targets) == 1
        target = node.targets[0].target
        if alias and isinstance(target, cst.Name) and self.names_a_class(node.value) and self.names_a_class(target):
            return  # another name of a mapping class, followed wherever it is used
        value = self.value(node.value)
        for each in node.targets:
            self.assign(each.target, value)

    def _import(self, node: cst.Import | cst.ImportFrom) -> None:
        """An imported name that is assigned to as well is a variable that begins with what was imported."""
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            name = dotted(alias.asname.name) if alias.asname is not None else dotted(alias.name).partition(".")[0]
            if self.program.names.is_overwritten(name, self.scope):
                entity = self.program.names.imported(name, self.module, self.scope)
                value: Operand = unknown("unknown-name") if entity is None else self.entity_value(entity, node)
                self._put(name, value)

    def _put(self, name: str, value: Operand) -> None:
        place = self.place(name)
        if isinstance(place, Symbol):
            self.code.put(place, value)
        else:
            self.code.copy(value, place)

    def _return(self, value: Operand) -> None:
        kept = self.code.copy(value, self.code.temporary())
        pending = list(self._finally)
        while self._finally:
            for statement in self._finally.pop():
                self.statement(statement)
        self._finally.extend(pending)
        self.code.builder.emit(Operation(Opcode.RETURN, None, (kept,), self.code.here))
        self.code.stop()

    def _leave(self, target: int | None) -> None:
        if target is not None:
            self.code.go(target)
        self.code.stop()

    # -- branches and loops ------------------------------------------------------------------------------------------

    def _if(self, node: cst.If) -> None:
        yes, no, after = self.code.block(), self.code.block(), self.code.block()
        self.code.test(self.truth(node.test), yes, no)
        self.code.start(yes)
        self.statement(node.body)
        self.code.go(after)
        self.code.start(no)
        if isinstance(node.orelse, cst.If):
            self._if(node.orelse)
        elif node.orelse is not None:
            self.statement(node.orelse.body)
        self.code.go(after)
        self.code.start(after)

    def _while(self, node: cst.While) -> None:
        head, body, ended, after = (self.code.block() for _ in range(4))
        self.code.go(head)
        self.code.start(head)
        self.code.test(self.truth(node.test), body, ended)
        self.code.start(body)
        self._loops.append((head, after))
        self.statement(node.body)
        self._loops.pop()
        self.code.go(head)
        self._otherwise(node.orelse, ended, after)

    def _for(self, node: cst.For) -> None:
        elements = _plain_elements(node.iter)
        source = unknown("unknown-memory") if elements else self.value(node.iter)
        head, body, ended, after = (self.code.block() for _ in range(4))
        self.code.go(head)
        self.code.start(head)
        self.code.fork(body, ended)
        self.code.start(body)
        if elements:
            self.assign(node.target, self.code.choose([partial(self.value, each) for each in elements]))
        elif isinstance(node.iter, cst.Name):
            self.assign(node.target, self.element(source, unknown()))
        else:
            self.assign(node.target, unknown("unknown-memory"))
        self._loops.append((head, after))
        self.statement(node.body)
        self._loops.pop()
        self.code.go(head)
        self._otherwise(node.orelse, ended, after)

    def _otherwise(self, orelse: cst.Else | None, ended: int, after: int) -> None:
        self.code.start(ended)
        if orelse is not None:
            self.statement(orelse.body)
        self.code.go(after)
        self.code.start(after)

    def _match(self, node: cst.Match) -> None:
        self.value(node.subject)
        after = self.code.block()
        for case in node.cases:
            here, other = self.code.block(), self.code.block()
            self.code.fork(here, other)
            self.code.start(here)
            for name in _captured(case.pattern):
                self.assign(name, unknown("unknown-memory"))
            if case.guard is not None:
                self.code.test(self.truth(case.guard), inner := self.code.block(), other)
                self.code.start(inner)
            self.statement(case.body)
            self.code.go(after)
            self.code.start(other)
        self.code.go(after)
        self.code.start(after)

    # -- exceptions --------------------------------------------------------------------------------------------------

    def _try(self, node: cst.Try | cst.TryStar) -> None:
        handler, after = self.code.block(), self.code.block()
        last = list(node.finalbody.body.body) if node.finalbody is not None else []
        if last:
            self._finally.append(last)
        self.code.handlers.append(handler)
        self.code.may_raise()
        self.statement(node.body)
        self.code.handlers.pop()
        if node.orelse is not None:
            self.statement(node.orelse.body)
        self.code.go(after)
        for each in node.handlers:
            self.code.start(handler)
            here = self.code.block()
            self.code.go(here)
            self.code.start(here)
            if each.type is not None:
                self.value(each.type)
            if each.name is not None:
                self.assign(each.name.name, unknown())
            self.statement(each.body)
            self.code.go(after)
        if last:
            self._finally.pop()
            self.code.start(handler)
            stray, gone = self.code.block(), self.code.block()
            self.code.fork(stray)
            self.code.start(stray)
            for statement in last:
                self.statement(statement)
            self._leave(self.code.handlers[-1] if self.code.handlers else None)
            self.code.start(after)
            for statement in last:
                self.statement(statement)
            self.code.go(gone)
            self.code.start(gone)
        else:
            self.code.start(handler)
            if self.code.handlers:
                self.code.go(self.code.handlers[-1])
            self.code.start(after)

    def _with(self, node: cst.With) -> None:
        swallowing = False
        for item in node.items:
            value = self.value(item.item)
            called = dotted(item.item.func) if isinstance(item.item, cst.Call) else dotted(item.item)
            transparent = called.rpartition(".")[2] in _TRANSPARENT
            swallowing = swallowing or not transparent
            if item.asname is not None:
                self.assign(item.asname.name, value if transparent else unknown())
        if not swallowing:
            self.statement(node.body)
            return
        after = self.code.block()
        self.code.handlers.append(after)
        self.code.may_raise()
        self.statement(node.body)
        self.code.handlers.pop()
        self.code.go(after)
        self.code.start(after)

    def _class(self, node: cst.ClassDef) -> None:
        for base in node.bases:
            if not self.names_a_class(base.value):
                self.value(base.value)
        outer, self.scope = self.scope, self.module.scopes[id(node)]
        self.statement(node.body)
        self.scope = outer


def _plain_elements(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """The elements of a literal that is looped over."""
    if not isinstance(node, cst.Tuple | cst.List | cst.Set):
        return []
    if any(not isinstance(element, cst.Element) or isinstance(element.value, cst.Tuple) for element in node.elements):
        return []
    return [element.value for element in node.elements]


def _captured(pattern: cst.CSTNode) -> list[cst.Name]:
    """The names that a pattern binds."""
    found: list[cst.Name] = []
    if isinstance(pattern, cst.MatchAs | cst.MatchStar) and pattern.name is not None:
        found.append(pattern.name)
    if isinstance(pattern, cst.MatchMapping) and pattern.rest is not None:
        found.append(pattern.rest)
    for child in pattern.children:
        found += _captured(child)
    return found
