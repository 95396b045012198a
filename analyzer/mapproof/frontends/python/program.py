"""Python files as a program of the IR: modules are parsed and functions lowered when they are asked for."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import libcst as cst

from mapproof.frontends.python.code import Code, unknown
from mapproof.frontends.python.mapping import mapping_classes
from mapproof.frontends.python.module import Module, Scope, dotted, parameters_of, starred_of
from mapproof.frontends.python.names import Classes, External, Names
from mapproof.frontends.python.statement import Statements
from mapproof.frontends.python.summary import calls, holding, is_held, may_map, named, stores
from mapproof.frontends.python.usage import Use, uses_of
from mapproof.model.condition import FALSE
from mapproof.model.ir import (
    Block,
    CallSyntax,
    Function,
    Initializer,
    Opcode,
    References,
    Symbol,
    SymbolKind,
    Var,
)
from mapproof.model.location import Span
from mapproof.model.site import Coverage
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mapproof.frontends.python.expression import Expressions
    from mapproof.frontends.python.module import FunctionNode
    from mapproof.model.callee import CalleeTable
    from mapproof.model.ir import Content, Operand
    from mapproof.model.location import Location

_KEPT_DECORATORS: Final = frozenset({
    "staticmethod", "classmethod", "property", "abstractmethod", "overload", "override", "final", "cache", "lru_cache",
    "wraps", "contextmanager", "setter",
})  # fmt: skip
"""Decorators that call the function with what it is given, if at all."""
_LOADERS: Final = frozenset({
    "CDLL", "WinDLL", "OleDLL", "PyDLL", "LoadLibrary", "dlopen", "pythonapi", "cdll", "windll", "oledll",
})  # fmt: skip
_COMMON: Final = frozenset({"map", "protect", "open", "close", "read", "write", "get", "set", "run", "call", "update"})
"""Names of methods that objects of other classes are likely to have as well."""
_MOST_MENTIONS: Final = 60
"""Files that are parsed because they mention one name; what is mentioned in more is not followed."""
_BY_NAME: Final = (b"setattr(", b"__dict__", b"globals()", b"vars(", b"locals()", b"exec(")
"""Ways to give names values that are not written out."""
_SELF_MADE: Final = re.compile(rb"\bcls\s*\(|\btype\(\s*\w+\s*\)\s*\(|__class__\s*\(")
"""Ways to make an object of a class that is not named."""
_STORING: Final = r"\b{0}\b[^\n]*=|\b(?:for|as)\b[^\n]*\b{0}\b|\b{0}\s*:"
"""How a line looks that may give a name or attribute a value."""


@dataclass(frozen=True, slots=True)
class Ancestry:
    """A class and those it is derived from: of the program, nearest first, and outside of it by dotted name."""

    inner: tuple[tuple[Module, cst.ClassDef], ...]
    external: tuple[str, ...]


class PythonProgram:
    """A :class:`mapproof.model.ir.Program` over Python files.

    ``texts`` is all that may be looked into, ``found`` the files known to mention a mapping function.
    """

    zeroed = False
    effort = 0
    """No attribute has a value before code gives it one."""

    def __init__(self, texts: dict[str, bytes], found: set[str], table: CalleeTable) -> None:
        self.table = table
        self.gaps: list[Coverage] = []
        self.mapping_classes = mapping_classes()
        self.names = Names(self, self.mapping_classes)
        self._texts = texts
        self._found = found
        self._modules: dict[str, Module | None] = {}
        self._functions: dict[str, Function] = {}
        self._owners: dict[str, tuple[Module, cst.CSTNode, Scope]] = {}
        self._cells: dict[str, tuple[Module, Scope, str]] = {}
        self._literals: dict[str, tuple[Module, Scope]] = {}
        self._uses: dict[str, dict[str, set[Use]]] = {}
        self._methods: dict[str, list[tuple[Module, cst.FunctionDef]]] = {}
        self._nothing: dict[str, Function] = {}
        self._generators: dict[int, bool] = {}
        self._lowering: list[str] = []
        self._asking: dict[str, set[str]] = {}
        """Which functions were lowered by what was known of methods of a name."""
        self._carried: set[str] = set()
        self._by_stem: dict[str, list[str]] = {}
        for path in texts:
            stem = os.path.basename(path).rpartition(".")[0]  # noqa: PTH119  paths are kept as they were given
            if stem == "__init__":
                stem = os.path.basename(os.path.dirname(path))  # noqa: PTH119, PTH120  likewise
            self._by_stem.setdefault(stem, []).append(path)

    # -- modules -----------------------------------------------------------------------------------------------------

    def module(self, path: str) -> Module | None:
        """The module in a file; ``None``, and a gap, where it can't be parsed."""
        if path not in self._modules:
            self._modules[path] = self._parsed(path)
            found = self._modules[path]
            if found is not None:
                self._reconsider(found)
        return self._modules[path]

    def _parsed(self, path: str) -> Module | None:
        try:
            return Module(path, self._texts[path])
        except cst.ParserSyntaxError as error:
            self.gaps.append(Coverage(path, "lost", f"is no Python: {error.message}", error.raw_line))
        except (RecursionError, UnicodeDecodeError, LookupError, ValueError) as error:
            self.gaps.append(Coverage(path, "lost", f"can't be parsed: {type(error).__name__}"))
        return None

    def _reconsider(self, module: Module) -> None:
        """A module that is new here may define methods that functions lowered before call: those are lowered again."""
        for scope in module.scopes.values():
            for name in scope.functions if scope.kind == "class" else ():
                self._methods.pop(name, None)
                for symbol in self._asking.pop(name, ()):
                    self._functions.pop(symbol, None)

    def mentioning(self, name: str, pattern: str = r"\b{}\b") -> tuple[list[Module], bool]:
        """The modules whose text has the name, as the pattern says; and whether these are all."""
        word = name.encode()
        wanted = re.compile(pattern.format(re.escape(name)).encode())
        paths = [path for path, data in sorted(self._texts.items()) if word in data and wanted.search(data)]
        found = [self.module(path) for path in paths[:_MOST_MENTIONS]]
        return [module for module in found if module is not None], len(paths) <= _MOST_MENTIONS

    def module_named(self, importer: Module, name: str) -> Module | None:
        """See :class:`mapproof.frontends.python.names.Modules`."""
        level = len(name) - len(name.lstrip("."))
        parts = [part for part in name.lstrip(".").split(".") if part]
        folder = os.path.dirname(importer.path)  # noqa: PTH120  likewise
        if level:
            for _ in range(level - 1):
                folder = os.path.join(folder, "..")  # noqa: PTH118  likewise
            return self._at(os.path.normpath(os.path.join(folder, *parts) if parts else folder or "."))  # noqa: PTH118  likewise
        if not parts:
            return None
        beside = self._at(os.path.normpath(os.path.join(folder, *parts)))  # noqa: PTH118  likewise
        if beside is not None:
            return beside
        wanted = os.path.join(*parts)  # noqa: PTH118  likewise
        matching = [
            path
            for path in self._by_stem.get(parts[-1], ())
            if _without_suffix(path) == wanted or _without_suffix(path).endswith(os.sep + wanted)
        ]
        return (
            self.module(matching[0]) if len(matching) == 1 and (len(parts) > 1 or parts[0] not in _PLATFORM) else None
        )

    def _at(self, base: str) -> Module | None:
        for candidate in (f"{base}.py", f"{base}.pyw", os.path.join(base, "__init__.py")):  # noqa: PTH118  likewise
            for path in (candidate, os.path.join(".", candidate)):  # noqa: PTH118  likewise
                if path in self._texts:
                    return self.module(path)
        return None

    def text(self, location: Location) -> str:
        """The text of a place."""
        if not isinstance(location, Span):
            return ""
        return self._texts[location.path][location.start : location.end].decode("utf-8", "backslashreplace")

    # -- names -------------------------------------------------------------------------------------------------------

    def symbol_of(self, module: Module, node: cst.CSTNode) -> str:
        """The symbol of a function, a class, or a module's own code."""
        scope = module.scopes[id(node)]
        kind = "class " if isinstance(node, cst.ClassDef) else ""
        symbol = f"{module.path}::{kind}{scope.qualified}"
        self._owners[symbol] = (module, node, scope)
        return symbol

    def cell(self, module: Module, scope: Scope, name: str) -> Symbol:
        """Where a variable that several functions see is kept."""
        prefix = "" if scope.kind == "module" else f"{scope.qualified}."
        symbol = f"{module.path}::{prefix}{name}"
        self._cells[symbol] = (module, scope, name)
        return Symbol(SymbolKind.OBJECT, symbol)

    def literal(self, module: Module, node: cst.CSTNode, scope: Scope) -> str | None:
        """The symbol of a literal container that nothing changes; ``None`` where that is not plain."""
        names = [name for name, value in scope.values.items() if value is node and scope.assigned.get(name) == 1]
        if not names or names[0] in scope.outside:
            return None
        (name, *_) = names
        modules, complete = self.mentioning(name) if scope.kind != "function" else ([module], True)
        for other in modules if complete else ():
            uses = self._uses_in(other).get(name, set())
            if uses - {Use.READ, Use.STORE, Use.IMPORT, Use.HEAD} or (other is not module and Use.STORE in uses):
                return None
            if other is module and Use.HEAD in uses:
                return None
        if not complete:
            return None
        symbol = f"{module.path}::literal {module.span(node).start}"
        self._literals[symbol] = (module, scope)
        return symbol

    def _uses_in(self, module: Module) -> dict[str, set[Use]]:
        if module.path not in self._uses:
            self._uses[module.path] = uses_of(module)
        return self._uses[module.path]

    def methods(self, name: str) -> list[tuple[Module, cst.FunctionDef]]:
        """The methods of that name, of all classes of the modules that were looked into so far."""
        if self._lowering:
            self._asking.setdefault(name, set()).add(self._lowering[-1])
        if name not in self._methods:
            self._methods[name] = [
                (module, function)
                for path in sorted(self._modules)
                if (module := self._modules[path]) is not None
                for scope in module.scopes.values()
                if scope.kind == "class"
                for function in scope.functions.get(name, ())
            ]
        return self._methods[name]

    def is_settled(self, name: str) -> bool:
        """Whether the methods of a name that are known are all there are, and objects of other libraries are unlikely
        to have one of that name."""
        return name not in _COMMON and not self._defined_elsewhere(name)

    def _defined_elsewhere(self, name: str) -> bool:
        """Whether a file that was not looked into defines a function of that name."""
        word = f"def {name}".encode()
        return any(word in data and self._modules.get(path) is None for path, data in self._texts.items())

    def is_computed(self, name: str) -> bool:
        """Whether an attribute of that name may come from code: a property, a generated constructor, a fallback."""
        if any(self.methods(each) for each in (name, "__getattr__", "__getattribute__")) or self._defined_elsewhere(
            name
        ):
            return True
        modules, complete = self.mentioning(name, _STORING)
        return not complete or any(
            scope.kind == "class" and name in scope.annotated and _may_generate(scope.owner)
            for module in modules
            for scope in module.scopes.values()
        )

    def is_member(self, name: str) -> bool:
        """Whether the program gives some object or class an attribute of that name."""
        modules, complete = self.mentioning(name, _STORING)
        if not complete:
            return True
        for module in modules:
            for scope in module.scopes.values():
                if scope.kind == "class" and name in scope.bound:
                    return True
            if Use.STORE in self._uses_in(module).get(f".{name}", ()):
                return True
        return False

    def is_library(self, node: cst.CSTNode, module: Module, scope: Scope) -> bool:
        """Whether an expression is a C library that was loaded."""
        if isinstance(node, cst.Call):
            return dotted(node.func).rpartition(".")[2] in _LOADERS
        parts = dotted(node).split(".")
        if any(part in _LOADERS for part in parts):
            return True
        if isinstance(node, cst.Name):
            current: Scope | None = scope
            while current is not None:
                value = current.values.get(node.value)
                if value is not None and not isinstance(value, cst.Name):
                    return self.is_library(value, module, current)
                current = current.parent
        return False

    def ancestry(self, module: Module, node: cst.ClassDef) -> Ancestry:
        """A class and its bases, as far as names tell."""
        inner: list[tuple[Module, cst.ClassDef]] = []
        external: list[str] = []
        waiting = [(module, node)]
        while waiting:
            where, owner = waiting.pop(0)
            if any(each is owner for _, each in inner):
                continue
            inner.append((where, owner))
            scope = where.scopes[id(owner)].parent or where.top
            for base in owner.bases:
                entity = self.names.entity(base.value, where, scope)
                if isinstance(entity, Classes):
                    waiting += [(entity.module, each) for each in entity.nodes]
                elif isinstance(entity, External):
                    external.append(entity.name)
        return Ancestry(tuple(inner), tuple(external))

    def default(self, code: Expressions, module: Module, function: FunctionNode, node: cst.BaseExpression) -> Operand:
        """A parameter's default: it was evaluated where the function was defined."""
        scope = module.scopes[id(function)].parent or module.top
        if not isinstance(node, cst.Integer | cst.Name | cst.Attribute | cst.BinaryOperation | cst.SimpleString):
            return unknown()
        outer = code.module, code.scope
        code.module, code.scope = module, scope if scope.kind == "module" else code.scope
        try:
            return code.value(node) if scope.kind == "module" or isinstance(node, cst.Integer) else unknown()
        finally:
            code.module, code.scope = outer

    def is_generator(self, module: Module, function: cst.FunctionDef) -> bool:
        """Whether calling the function runs none of it yet."""
        if id(function) not in self._generators:
            span = module.span(function)
            self._generators[id(function)] = b"yield" in module.data[span.start : span.end]
        return self._generators[id(function)]

    def mapping_call_unknown(self, code: Expressions, node: cst.CSTNode, why: str) -> None:
        """A mapping class is handed on as a value: it may be called with anything."""
        del why
        if code.module.span(node).end:
            code.code.here = code.module.span(node)
        syntax = CallSyntax("".join(self.text(code.code.here).split()), ("binding",))
        arguments = [unknown() for _ in range(6)]
        code.code.emit(Opcode.CALL, Symbol(SymbolKind.FUNCTION, "mmap"), *arguments, call=syntax)

    def called_from_afar(self, code: Expressions, function: Symbol) -> None:
        """A mapping function is put where calls of it are not followed: it may be called with anything."""
        syntax = CallSyntax("".join(self.text(code.code.here).split()), ("pointer",))
        code.code.emit(Opcode.CALL, function, *(unknown() for _ in range(6)), call=syntax)

    # -- functions ---------------------------------------------------------------------------------------------------

    def lowered(self, module: Module, node: cst.CSTNode) -> Function:
        """A function, or a module's own code, in the IR."""
        symbol = self.symbol_of(module, node)
        if symbol not in self._functions:
            self._lowering.append(symbol)
            try:
                made = self._lower(module, node, symbol)
            finally:
                self._lowering.pop()
            self._functions[symbol] = made
        return self._functions[symbol]

    def _lower(self, module: Module, node: cst.CSTNode, symbol: str) -> Function:
        scope = module.scopes[id(node)]
        location = module.span(node)
        code = Code(location)
        statements = Statements(self, module, scope, code)
        names: list[str] = []
        if isinstance(node, cst.FunctionDef | cst.Lambda):
            names = [*(param.name.value for param in parameters_of(node)), *starred_of(node)]
        parameters = tuple(Var(name, 8) for name in names)
        for given in parameters:
            place = statements.place(given.name)
            if isinstance(place, Symbol):
                code.put(place, given)
        body = node.body if isinstance(node, cst.FunctionDef | cst.Lambda) else node
        statements.body(body)
        return Function(
            symbol=symbol,
            name=scope.qualified,
            parameters=parameters,
            blocks=code.builder.blocks(),
            location=location,
            exported=True,
            incomplete=tuple(dict.fromkeys(statements.incomplete)),
        )

    def _all_in(self, module: Module, name: str = "") -> Iterator[Function]:
        """The functions of a module that mention a name, and the module's own code."""
        word = name.encode()
        yield self.lowered(module, module.tree)
        for node, _ in module.functions():
            span = module.span(node)
            if word in module.data[span.start : span.end]:
                yield self.lowered(module, node)

    def candidates(self) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        seen: dict[str, Function] = {}
        paths = sorted(self._found)
        for path in paths:
            self.module(path)
        while paths:
            for path in paths:
                module = self.module(path)
                for function in self._all_in(module) if module is not None else ():
                    seen[function.symbol] = function
            new = self._carriers(seen.values()) - self._carried
            self._carried |= new
            known = set(self._found)
            paths = sorted(
                path
                for path, data in self._texts.items()
                if path not in known and any(name.encode() in data for name in new)
            )
            self._found |= set(paths)
        found = [self._current(function) for function in seen.values()]
        found = [function for function in found if may_map(function, self.table, self._carried)]
        return sorted(found, key=lambda each: (each.location.path, _start(each), each.symbol))

    def _current(self, function: Function) -> Function:
        """The function as it is lowered now that more modules are known."""
        module, node, _ = self._owners[function.symbol]
        return self.lowered(module, node)

    def _carriers(self, functions: Iterable[Function]) -> set[str]:
        """Names of variables, attributes and functions that may stand for a mapping function elsewhere."""
        names: set[str] = set()
        for function in functions:
            held = holding(function, self.table)
            for block in function.blocks:
                for operation in block.operations:
                    if operation.opcode is Opcode.STORE and is_held(operation.inputs[1], held, self.table):
                        names |= named(operation.inputs[0], function)
                    if operation.opcode is Opcode.RETURN and is_held(operation.inputs[0], held, self.table):
                        names.add(function.name.rpartition(".")[2])
        return {name for name in names if name}

    def definitions(self, symbol: str) -> Sequence[Function]:
        """See :class:`mapproof.model.ir.Program`."""
        owner = self._owners.get(symbol)
        if owner is None or isinstance(owner[1], cst.ClassDef):
            return ()
        return (self.lowered(owner[0], owner[1]),)

    def defines(self, symbol: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        owner = self._owners.get(symbol)
        return owner is not None and not isinstance(owner[1], cst.ClassDef)

    def plain(self, symbol: str) -> str:
        """See :class:`mapproof.model.ir.Program`."""
        return symbol

    def callers(self, function: Function, *, direct: bool = False) -> References:  # noqa: ARG002, C901, PLR0911, PLR0912  one answer per case
        """See :class:`mapproof.model.ir.Program`."""
        module, node, scope = self._owners[function.symbol]
        if isinstance(node, cst.Lambda):
            return References((), complete=False, reason="its address is that of a lambda, which is handed on")
        if not isinstance(node, cst.FunctionDef):
            return References((), complete=False, reason="no caller is in scope")
        name = node.name.value
        decorator = next((text for each in node.decorators if (text := _decorator(each)) not in _KEPT_DECORATORS), None)
        if decorator is not None:
            return References((), complete=False, reason=f"its address is handed to the decorator {decorator}")
        made = name in {"__init__", "__new__"} and scope.parent is not None and scope.parent.kind == "class"
        if name.startswith("__") and not made:
            return References((), complete=False, reason="no caller is in scope")
        names = [name] if not made or scope.parent is None else self._classes_made_by(module, scope.parent)
        found: dict[str, Function] = {}
        escapes = ""
        for each in dict.fromkeys([*names, *([name] if made else [])]):
            modules, complete = self.mentioning(each)
            escapes = escapes or ("" if complete else f"{each} is mentioned in more than {_MOST_MENTIONS} files")
            for other in modules:
                uses = self._uses_in(other).get(each, set())
                if made and _SELF_MADE.search(other.data):
                    escapes = (
                        escapes or f"its address is not needed: classes make objects of themselves in {other.path}"
                    )
                if each in names and uses & {Use.VALUE, Use.STORE} and not escapes:
                    escapes = f"its address is handed on as a value in {other.path}"
                if b"getattr" in other.data and (
                    f'"{each}"'.encode() in other.data or f"'{each}'".encode() in other.data
                ):
                    escapes = escapes or f"its address is looked up by name in {other.path}"
                for candidate in list(self._all_in(other, each)):
                    if calls(candidate, function.symbol):
                        found[candidate.symbol] = candidate
        functions = tuple(found[symbol] for symbol in sorted(found))
        if escapes:
            return References(functions, complete=False, reason=escapes)
        if not functions:
            return References((), complete=False, reason="no caller is in scope")
        return References(functions, assumption=Assumption.CLOSED_WORLD)

    def _classes_made_by(self, module: Module, owner: Scope) -> list[str]:
        """The names of a class and of the classes derived from it: calling one runs the constructor."""
        found = [owner.qualified.rpartition(".")[2]]
        for name in found:
            for other in self.mentioning(name)[0]:
                for scope in other.scopes.values():
                    if scope.kind != "class" or not isinstance(scope.owner, cst.ClassDef):
                        continue
                    derived = scope.owner.name.value
                    if derived not in found and any(
                        dotted(base.value).rpartition(".")[2] == name for base in scope.owner.bases
                    ):
                        found.append(derived)
        del module
        return found

    # -- memory ------------------------------------------------------------------------------------------------------

    def initializers(self, symbol: str) -> Sequence[Initializer]:
        """See :class:`mapproof.model.ir.Program`."""
        if symbol in self._cells or symbol in self._literals:
            module = (self._cells.get(symbol) or self._literals[symbol])[0]
        elif isinstance(self._owners.get(symbol, (None, None))[1], cst.ClassDef):
            module = self._owners[symbol][0]
        else:
            return ()
        if module.path not in self._nothing:
            # No name has a value before code gives it one: what is stored, the writers tell.
            location = module.span(module.tree)
            self._nothing[module.path] = Function("", "", (), (Block(),), location, presence=FALSE)
        return (Initializer(self._nothing[module.path]),)

    def writers(self, symbol: str, member: str, *, at_most: int | None = None) -> References:  # noqa: ARG002, C901  one branch per kind of memory
        """See :class:`mapproof.model.ir.Program`."""
        name = member
        if not name and symbol in self._literals:
            module, scope = self._literals[symbol]
            return References((self._runner_of(module, scope),))
        if not name and symbol in self._cells:
            name = self._cells[symbol][2]
        elif not name and symbol in self._owners:
            name = self._owners[symbol][2].qualified.rpartition(".")[2]
        if not name:
            return References()
        found: dict[str, Function] = {}
        reason = ""
        modules, complete = self.mentioning(name, _STORING)
        if not complete:
            reason = f"{name} is given values in more than {_MOST_MENTIONS} files"
        for module in modules:
            if any(word in module.data for word in _BY_NAME):
                reason = f"attributes or globals are set by name in {module.path}"
            for function in list(self._all_in(module, name)):
                if stores(function, symbol, member):
                    found[function.symbol] = function
        functions = tuple(found[each] for each in sorted(found))
        if reason:
            return References(functions, complete=False, reason=reason)
        return References(functions, assumption=Assumption.FIELD_STORES)

    def _runner_of(self, module: Module, scope: Scope) -> Function:
        """The function whose code runs a scope's own statements."""
        while scope.kind == "class" and scope.parent is not None:
            scope = scope.parent
        return self.lowered(module, scope.owner)

    def carries(self, symbol: str, member: str) -> bool:
        """See :class:`mapproof.model.ir.Program`."""
        name = member or symbol.rpartition("::")[2].rpartition(".")[2]
        return name in self._carried

    def users(self, names: frozenset[str], *, at_most: int) -> Sequence[Function]:  # noqa: ARG002  none are followed
        """See :class:`mapproof.model.ir.Program`."""
        return ()

    def content(self, address: int, size: int, reader: str = "") -> Content | None:  # noqa: ARG002  memory has no numbers here
        """See :class:`mapproof.model.ir.Program`."""
        return None

    def function_at(self, address: int) -> Symbol | None:  # noqa: ARG002  likewise
        """See :class:`mapproof.model.ir.Program`."""
        return None

    def text_at(self, address: int) -> str | None:  # noqa: ARG002  likewise
        """See :class:`mapproof.model.ir.Program`."""
        return None


_PLATFORM: Final = frozenset({"mmap", "ctypes", "os", "sys", "numpy", "multiprocessing", "cffi"})
"""Modules of the platform: a file of the program that is called so does not stand in for them by being elsewhere."""


def _without_suffix(path: str) -> str:
    base = path.rpartition(".")[0]
    head, _, last = base.rpartition(os.sep)
    return head if last == "__init__" else base


def _decorator(node: cst.Decorator) -> str:
    inner = node.decorator
    return dotted(inner.func if isinstance(inner, cst.Call) else inner).rpartition(".")[2]


def _may_generate(node: cst.CSTNode) -> bool:
    """Whether a class may have a constructor that nobody wrote: ``dataclass``, ``NamedTuple`` and the like."""
    return isinstance(node, cst.ClassDef) and bool(node.decorators or node.bases or node.keywords)


def _start(function: Function) -> int:
    return function.location.start if isinstance(function.location, Span) else 0
