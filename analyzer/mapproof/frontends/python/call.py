"""Calls: of mapping classes, of C functions in libraries, of the program's own functions, and of what is not known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import libcst as cst

from mapproof.frontends.python.code import constant, is_number, unknown
from mapproof.frontends.python.expression import Expressions, spelled
from mapproof.frontends.python.mapping import shape_of
from mapproof.frontends.python.module import dotted, parameters_of, positional_of, starred_of
from mapproof.frontends.python.names import Classes, External, Functions
from mapproof.model.ir import CallSyntax, Field, Opcode, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.frontends.python.module import FunctionNode, Module
    from mapproof.model.ir import Operand, Var

_CASTS: Final = frozenset({"int", "bool", "cast"})
"""Builtins and attributes whose call gives a number back as it is."""
_QUESTIONS: Final = frozenset({"isinstance", "issubclass", "hasattr", "callable", "repr", "print", "len", "type", "id"})
"""Builtins that call nothing they are given."""
_MOST_ARGUMENTS: Final = 8


class Calls(Expressions):
    """Expressions with calls."""

    def call(self, node: cst.Call) -> Operand:  # noqa: C901, PLR0911  one branch per kind of callee
        """The result of a call."""
        entity = self.entity(node.func)
        name = dotted(node.func)
        if isinstance(entity, External):
            return self._external_call(node, entity.name)
        if isinstance(entity, Functions):
            return self._own(node, entity.module, entity.nodes, None)
        if isinstance(entity, Classes):
            return self._constructed(node, entity)
        if name == "getattr" and len(node.args) >= 2:
            return self._by_name(node)
        if name in _QUESTIONS:
            for argument in node.args:
                if not self.names_a_class(argument.value):
                    self.value(argument.value)
            return unknown()
        if name in _CASTS and len(node.args) == 1:
            return self.value(node.args[0].value)
        prototype = self._prototype(node)
        if prototype is not None:
            return prototype
        if isinstance(node.func, cst.Attribute):
            return self._method(node, node.func)
        callee = self.value(node.func) if not isinstance(node.func, cst.Name) or entity is not None else None
        if callee is None:
            callee = Symbol(SymbolKind.FUNCTION, f"builtin {name}")
        return self.emit_call(node, callee, self.arguments(node))

    # -- arguments ---------------------------------------------------------------------------------------------------

    def arguments(self, node: cst.Call) -> list[Operand]:
        """The arguments by position; after a starred one nothing is known of how many there are."""
        found: list[Operand] = []
        starred = False
        for argument in node.args:
            value = self.value(argument.value)
            starred = starred or bool(argument.star)
            if argument.keyword is None and not starred:
                found.append(value)
            elif not argument.star and argument.keyword is None:
                found.append(unknown())
        while starred and len(found) < _MOST_ARGUMENTS:
            found.append(unknown())
        return found

    def bound(self, node: cst.Call, function: FunctionNode, module: Module, receiver: Operand | None) -> list[Operand]:
        """The arguments as the parameters of a function take them."""
        params = parameters_of(function)
        names = [param.name.value for param in params]
        found: list[Operand | None] = [None] * len(params)
        limit = positional_of(function)
        extra = len(starred_of(function))
        position = 0
        loose = False
        if receiver is not None and params:
            found[0], position = receiver, 1
        for argument in node.args:
            value = self.value(argument.value)
            if argument.star:
                loose = True
            elif argument.keyword is not None:
                if argument.keyword.value in names:
                    found[names.index(argument.keyword.value)] = value
            elif not loose and position < limit:
                found[position] = value
                position += 1
        filled: list[Operand] = []
        for param, given in zip(params, found, strict=True):
            if given is not None:
                filled.append(given)
            elif loose or param.default is None:
                filled.append(unknown("missing-argument" if not loose else "unknown-call"))
            else:
                filled.append(self.program.default(self, module, function, param.default))
        return filled + [unknown()] * extra

    def emit_call(
        self,
        node: cst.Call,
        callee: Operand,
        arguments: Sequence[Operand],
        via: tuple[str, ...] = (),
        numeric: frozenset[int] | None = None,
    ) -> Var:
        """One call, as it is written at a node. ``numeric``: the operands that are written as numbers, where they are
        not the arguments as they stand there."""
        texts = tuple(self.module.text(argument) for argument in node.args)
        self.code.here = self.module.span(node)
        if numeric is None:
            numbered = enumerate(argument for argument in node.args if argument.keyword is None)
            numeric = frozenset(position for position, argument in numbered if is_number(argument.value))
        syntax = CallSyntax(spelled(node.func, self.module), via, texts, numeric=numeric)
        return self.code.emit(Opcode.CALL, callee, *arguments, call=syntax)

    # -- kinds of callee ---------------------------------------------------------------------------------------------

    def _external_call(self, node: cst.Call, name: str) -> Operand:
        last = name.rpartition(".")[2]
        shape = shape_of(name)
        if shape is not None:
            return shape(self, node)
        if name.endswith(".__new__") and shape_of(name.removesuffix(".__new__")) is not None and node.args:
            inner = shape_of(name.removesuffix(".__new__"))
            return inner(self, self._without_first(node)) if inner is not None else unknown()
        if name.startswith("ctypes.") and (last.startswith("c_") or last in _CASTS) and node.args:
            return self.arguments(node)[0]
        if last in self.program.table.callees:
            return self.emit_call(node, Symbol(SymbolKind.FUNCTION, last), self.arguments(node), ("binding",))
        prototype = self._prototype(node)
        if prototype is not None:
            return prototype
        callee = Symbol(SymbolKind.FUNCTION, name)
        result = self.emit_call(node, callee, self._all_arguments(node))
        return result if self.program.table.files.opens(name) else unknown()

    def _without_first(self, node: cst.Call) -> cst.Call:
        """The call without the class that ``__new__`` is given."""
        if not self.names_a_class(node.args[0].value):
            self.value(node.args[0].value)
        made = node.with_changes(args=node.args[1:])
        self.module.stands_at(made, node)
        return made

    def _all_arguments(self, node: cst.Call) -> list[Operand]:
        """Every argument, named ones too: for callees of which nothing is known but what they are given."""
        return [self.value(argument.value) for argument in node.args]

    def _own(
        self, node: cst.Call, module: Module, functions: Sequence[cst.FunctionDef], receiver: Operand | None
    ) -> Operand:
        """A call of one of the program's own functions."""
        if len(functions) == 1:
            return self._one(node, module, functions[0], receiver)
        return self.code.choose([partial(self._one, node, module, function, receiver) for function in functions])

    def _one(self, node: cst.Call, module: Module, function: cst.FunctionDef, receiver: Operand | None) -> Operand:
        symbol = self.program.symbol_of(module, function)
        given = receiver if not _has(function, "staticmethod") else None
        if receiver is None and _has(function, "classmethod"):
            given = unknown("unknown-memory")
        arguments = self.bound(node, function, module, given)
        found = self.emit_call(node, Symbol(SymbolKind.FUNCTION, symbol), arguments)
        return unknown() if function.asynchronous is not None or self.program.is_generator(module, function) else found

    def _constructed(self, node: cst.Call, entity: Classes) -> Operand:
        """An object of one of the program's classes."""
        instance = unknown("unknown-memory")
        for owner in entity.nodes:
            ancestors = self.program.ancestry(entity.module, owner)
            makers = [
                (module, function)
                for module, each in ancestors.inner
                for name in ("__new__", "__init__")
                for function in module.scopes[id(each)].functions.get(name, ())
            ]
            for module, function in makers:
                self._one(node, module, function, instance)
            own_new = any(function.name.value == "__new__" for _, function in makers)
            for outer in ancestors.external if not own_new else ():
                shape = shape_of(outer)
                if shape is not None:
                    return shape(self, node)
            if not makers:
                self.arguments(node)
        return instance

    def _by_name(self, node: cst.Call) -> Operand:
        """``getattr(library, "name")``: a C function, where the object is a library or the name is one's."""
        head, given = node.args[0].value, node.args[1].value
        if isinstance(given, cst.SimpleString) and isinstance(given.evaluated_value, str):
            name = given.evaluated_value
            if name.isidentifier():
                return self.attribute(cst.Attribute(value=head, attr=cst.Name(name)))
        values = [self.value(argument.value) for argument in node.args]
        if self.program.is_library(head, self.module, self.scope):
            return self.code.emit(Opcode.CALL, Symbol(SymbolKind.FUNCTION, "dlsym"), constant(0), values[1])
        return unknown()

    def _prototype(self, node: cst.Call) -> Operand | None:
        """``PROTOTYPE(("mprotect", library))``: a C function with declared types."""
        first = node.args[0].value if node.args else None
        if not isinstance(first, cst.Tuple) or not first.elements:
            return None
        name = first.elements[0].value
        if isinstance(name, cst.SimpleString) and name.evaluated_value in self.program.table.callees:
            return Symbol(SymbolKind.FUNCTION, str(name.evaluated_value))
        return None

    def _method(self, node: cst.Call, func: cst.Attribute) -> Operand:
        """A call through an object: a method of the program's, a C function of a library, or neither."""
        name = func.attr.value
        if isinstance(func.value, cst.Call) and dotted(func.value.func) == "super":
            return self._super(node, name)
        if name == "get" and node.args and isinstance(func.value, cst.Name):
            container = self.value(func.value)
            others: list[Callable[[], Operand]] = [partial(self.value, argument.value) for argument in node.args[1:2]]
            self.value(node.args[0].value)
            return self.code.choose([partial(self.element, container, unknown()), *(others or [unknown])])
        methods = self.program.methods(name)
        is_callee = name in self.program.table.callees
        receiver = self.value(func.value)
        makers: list[Callable[[], Operand]] = [
            partial(self._one, node, module, function, receiver) for module, function in methods
        ]
        if is_callee:
            makers.append(partial(self._foreign, node, name))
        if not makers and name in self.program.table.files.same and not node.args:
            return self.emit_call(node, Symbol(SymbolKind.FUNCTION, name), [receiver])
        if not makers:
            return self._through_member(node, func, receiver)
        if self.program.is_settled(name):
            return makers[0]() if len(makers) == 1 else self.code.choose(makers)
        return self.code.choose([*makers, unknown])

    def _through_member(self, node: cst.Call, func: cst.Attribute, receiver: Operand) -> Operand:
        """A call of what an attribute was given: a C function, say, or a method that is not known."""
        if isinstance(receiver, Unknown):
            receiver = self.code.copy(receiver, self.code.temporary())
        member = self.code.emit(Opcode.LOAD, self.code.emit(Opcode.PTRSUB, receiver, Field(func.attr.value)))
        given = self.arguments(node)
        named = [self.value(argument.value) for argument in node.args if argument.keyword is not None]
        self.emit_call(node, member, [*given, *named])
        return unknown()

    def _foreign(self, node: cst.Call, name: str) -> Operand:
        """A C function that an attribute names. ``mmap`` may be that of the module of this name as well."""
        plain = not any(argument.keyword is not None or argument.star for argument in node.args)
        if name == "mmap" and not (plain and len(node.args) == 6):
            shape = shape_of("mmap.mmap")
            assert shape is not None  # noqa: S101  it is listed
            return shape(self, node)
        return self.emit_call(node, Symbol(SymbolKind.FUNCTION, name), self.arguments(node), ("binding",))

    def _super(self, node: cst.Call, name: str) -> Operand:
        """A call of the next class's method."""
        scope = self.scope.parent
        if scope is None or not isinstance(scope.owner, cst.ClassDef):
            self.arguments(node)
            return unknown()
        ancestors = self.program.ancestry(self.module, scope.owner)
        found = [
            (module, function)
            for module, each in ancestors.inner[1:]
            for function in module.scopes[id(each)].functions.get(name, ())
        ]
        for module, function in found:
            self._one(node, module, function, unknown("unknown-memory"))
        if not found and name == "__new__" and node.args:
            for outer in ancestors.external:
                shape = shape_of(outer)
                if shape is not None:
                    return shape(self, self._without_first(node))
        if not found:
            self.arguments(node)
        return unknown()


def _has(function: cst.FunctionDef, decorator: str) -> bool:
    return any(dotted(each.decorator) == decorator for each in function.decorators)
