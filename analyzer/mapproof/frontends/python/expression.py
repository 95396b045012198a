"""Expressions, lowered to operations of the IR."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import libcst as cst

from mapproof.frontends.python.code import NONE, constant, unknown
from mapproof.frontends.python.module import dotted, is_captured, owner_of, parameters_of
from mapproof.frontends.python.names import Classes, External, Functions, Variable
from mapproof.model.ir import Const, Field, Opcode, Symbol, SymbolKind, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mapproof.frontends.python.code import Code
    from mapproof.frontends.python.module import Module, Scope
    from mapproof.frontends.python.names import Entity
    from mapproof.frontends.python.program import PythonProgram
    from mapproof.model.ir import Operand

_OPERATORS: Final[Mapping[type[cst.CSTNode], Opcode]] = {
    cst.BitOr: Opcode.INT_OR, cst.BitAnd: Opcode.INT_AND, cst.BitXor: Opcode.INT_XOR,
    cst.Add: Opcode.INT_ADD, cst.Subtract: Opcode.INT_SUB, cst.Multiply: Opcode.INT_MULT,
    cst.LeftShift: Opcode.INT_LEFT, cst.RightShift: Opcode.INT_SRIGHT,
    cst.BitOrAssign: Opcode.INT_OR, cst.BitAndAssign: Opcode.INT_AND, cst.BitXorAssign: Opcode.INT_XOR,
    cst.AddAssign: Opcode.INT_ADD, cst.SubtractAssign: Opcode.INT_SUB, cst.MultiplyAssign: Opcode.INT_MULT,
    cst.LeftShiftAssign: Opcode.INT_LEFT, cst.RightShiftAssign: Opcode.INT_SRIGHT,
}  # fmt: skip
"""What is an operation on words; division rounds otherwise than machines do and is left unknown."""

_COMPARISONS: Final[Mapping[type[cst.CSTNode], tuple[Opcode, bool]]] = {
    cst.Equal: (Opcode.INT_EQUAL, False), cst.NotEqual: (Opcode.INT_NOTEQUAL, False),
    cst.Is: (Opcode.INT_EQUAL, False), cst.IsNot: (Opcode.INT_NOTEQUAL, False),
    cst.LessThan: (Opcode.INT_SLESS, False), cst.GreaterThan: (Opcode.INT_SLESS, True),
    cst.LessThanEqual: (Opcode.INT_SLESSEQUAL, False), cst.GreaterThanEqual: (Opcode.INT_SLESSEQUAL, True),
}  # fmt: skip
"""Comparisons, and whether the operands change sides."""

ACCESS: Final[Mapping[str, int]] = {"ACCESS_DEFAULT": 0, "ACCESS_READ": 1, "ACCESS_WRITE": 2, "ACCESS_COPY": 3}
"""CPython, Modules/mmapmodule.c: ``access_mode``."""


class Expressions:
    """Lowers expressions of one function. ``scope`` is where names are looked up."""

    def __init__(self, program: PythonProgram, module: Module, scope: Scope, code: Code) -> None:
        self.program = program
        self.module = module
        self.scope = scope
        self.code = code
        self.incomplete: list[str] = []

    # -- values ------------------------------------------------------------------------------------------------------

    def value(self, node: cst.CSTNode) -> Operand:  # noqa: C901, PLR0911, PLR0912  one line per kind of node
        """The value of an expression."""
        outer, self.code.here = self.code.here, self.module.span(node)
        try:
            match node:
                case cst.Integer():
                    return constant(node.evaluated_value)
                case cst.SimpleString():
                    text = node.evaluated_value
                    return Symbol(SymbolKind.STRING, text) if isinstance(text, str) and text else unknown()
                case cst.Name():
                    return self.name(node)
                case cst.Attribute():
                    return self.attribute(node)
                case cst.Call():
                    return self.call(node)
                case cst.BinaryOperation():
                    return self._binary(type(node.operator), self.value(node.left), self.value(node.right))
                case cst.UnaryOperation():
                    return self._unary(node)
                case cst.BooleanOperation():
                    return self._either(node)
                case cst.Comparison():
                    return self.comparison(node)
                case cst.IfExp():
                    return self.code.choose(
                        [partial(self.value, node.body), partial(self.value, node.orelse)], self.truth(node.test)
                    )
                case cst.NamedExpr():
                    found = self.value(node.value)
                    self.assign(node.target, found)
                    return found
                case cst.Subscript():
                    return self.subscript(node)
                case cst.Tuple() | cst.List() | cst.Set() | cst.Dict():
                    return self.container(node)
                case cst.Lambda():
                    return Symbol(SymbolKind.FUNCTION, self.program.symbol_of(self.module, node))
                case cst.Await():
                    self.value(node.expression)
                    return unknown()
                case cst.Yield():
                    if node.value is not None:
                        self.evaluated(node.value)
                    return unknown("unknown-call")
                case cst.ListComp() | cst.SetComp() | cst.GeneratorExp() | cst.DictComp():
                    return self._comprehension(node)
                case _:
                    return self.evaluated(node)
        finally:
            self.code.here = outer

    def evaluated(self, node: cst.CSTNode) -> Operand:
        """All expressions below are evaluated for what they do; the value is not known."""
        for child in node.children:
            if isinstance(child, cst.BaseExpression):
                self.value(child)
            elif not isinstance(child, cst.Annotation | cst.BaseParenthesizableWhitespace):
                self.evaluated(child)
        return unknown()

    def name(self, node: cst.Name) -> Operand:
        """The value of a name."""
        singletons: dict[str, Operand] = {"None": NONE, "True": constant(1), "False": constant(0)}
        if node.value in singletons:
            return singletons[node.value]
        entity = self.entity(node)
        elsewhere = isinstance(entity, Variable) and entity.module is not self.module
        if entity is not None and (elsewhere or not isinstance(entity, Variable)):
            return self.entity_value(entity, node)
        if owner_of(self.scope, node.value) is None:
            return unknown("unknown-name")
        return self.read(node.value)

    def entity(self, node: cst.CSTNode) -> Entity | None:
        """What an expression stands for before the program runs."""
        return self.program.names.entity(node, self.module, self.scope)

    def entity_value(self, entity: Entity, node: cst.CSTNode) -> Operand:
        """The value of what a name stands for."""
        if isinstance(entity, External):
            return self.external(entity.name, node)
        if isinstance(entity, Functions):
            symbols = [self.program.symbol_of(entity.module, each) for each in entity.nodes]
            if len(symbols) == 1:
                return Symbol(SymbolKind.FUNCTION, symbols[0])
            return self.code.choose([partial(Symbol, SymbolKind.FUNCTION, symbol) for symbol in symbols])
        if isinstance(entity, Classes):
            return Symbol(SymbolKind.OBJECT, self.program.symbol_of(entity.module, entity.nodes[0]))
        if isinstance(entity, Variable):
            return self.code.emit(Opcode.LOAD, self.program.cell(entity.module, entity.scope, entity.name))
        return unknown("unknown-name")

    def external(self, name: str, node: cst.CSTNode) -> Operand:
        """The value of something outside: a constant of the platform, a C function, or not known."""
        last = name.rpartition(".")[2]
        if name.startswith("mmap.") and last in ACCESS:
            return constant(ACCESS[last], last)
        if last in self.program.table.constants and last.isupper():
            return constant(self.program.table.constants[last], last)
        if name in self.program.mapping_classes:
            self.program.mapping_call_unknown(self, node, "it is handed on as a value")
            return unknown()
        if name.startswith("ctypes.") and last in self.program.table.callees:
            return Symbol(SymbolKind.FUNCTION, last)
        return unknown("unknown-name")

    def place(self, name: str) -> Symbol | Var:
        """Where the value of a variable is kept."""
        owner = owner_of(self.scope, name)
        if owner is None:
            return Var(name, 8)
        if owner.kind == "function" and owner is self.scope and not is_captured(owner, name):
            return Var(name, 8)
        if owner.kind == "class":
            return Var(f"{owner.qualified}.{name}", 8)
        return self.program.cell(self.module, owner, name)

    def read(self, name: str) -> Operand:
        """The value of a variable."""
        place = self.place(name)
        return place if isinstance(place, Var) else self.code.emit(Opcode.LOAD, place)

    def attribute(self, node: cst.Attribute) -> Operand:
        """The value of an attribute: a constant, a C function of a library, or a member of some object."""
        entity = self.entity(node)
        if entity is not None:
            return self.entity_value(entity, node)
        name = node.attr.value
        head = self.value(node.value)
        is_callee = name in self.program.table.callees
        is_constant = name.isupper() and name in self.program.table.constants
        if (is_callee or is_constant) and not self.program.is_member(name) and not self.program.methods(name):
            if is_callee:
                return Symbol(SymbolKind.FUNCTION, name)
            return constant(self.program.table.constants[name], name)
        member = self.code.emit(Opcode.LOAD, self.code.emit(Opcode.PTRSUB, head, Field(name)))
        if self._is_own(node.value) and not self.program.is_computed(name):
            return member
        # An object of another library's class may have an attribute of that name as well.
        return self.code.choose([partial(self.code.copy, member, self.code.temporary()), unknown])

    def _is_own(self, node: cst.CSTNode) -> bool:
        """Whether an expression is an object of one of the program's classes, or such a class."""
        entity = self.entity(node)
        if isinstance(entity, Classes):
            return True
        if not isinstance(node, cst.Name):
            return False
        owner = owner_of(self.scope, node.value)
        if owner is None:
            return False
        value = owner.values.get(node.value)
        if owner.assigned.get(node.value) == 1 and isinstance(value, cst.Call):
            return isinstance(self.program.names.entity(value.func, self.module, owner), Classes)
        method = owner.owner
        if not isinstance(method, cst.FunctionDef) or owner.parent is None or owner.parent.kind != "class":
            return False
        first = parameters_of(method)[:1]
        static = any(dotted(each.decorator) == "staticmethod" for each in method.decorators)
        return bool(first) and first[0].name.value == node.value and owner.assigned[node.value] == 2 and not static

    def subscript(self, node: cst.Subscript) -> Operand:
        """An element of a container, or a function of a library by name."""
        if any(isinstance(e.slice, cst.Index) and self.names_a_class(e.slice.value) for e in node.slice):
            return unknown("unknown-name")  # a type: Optional[mmap.mmap]
        head = self.value(node.value)
        index = node.slice[0].slice if len(node.slice) == 1 else None
        if isinstance(index, cst.Index):
            if isinstance(index.value, cst.SimpleString) and self.program.is_library(
                node.value, self.module, self.scope
            ):
                text = index.value.evaluated_value
                if isinstance(text, str) and text in self.program.table.callees:
                    return Symbol(SymbolKind.FUNCTION, text)
            number = self.value(index.value)
            if self.program.is_library(node.value, self.module, self.scope):
                return self.code.emit(Opcode.CALL, Symbol(SymbolKind.FUNCTION, "dlsym"), constant(0), number)
            exact = isinstance(index.value, cst.Integer) and isinstance(node.value, cst.Name)
            return self.element(head, number if exact else unknown())
        self.evaluated(node)
        return unknown()

    def element(self, container: Operand, index: Operand) -> Operand:
        """What a container holds at an index, or anywhere."""
        if isinstance(container, Unknown):
            return unknown("unknown-memory")
        inside = self.code.emit(Opcode.PTRSUB, container, constant(0))
        return self.code.emit(Opcode.LOAD, self.code.emit(Opcode.PTRADD, inside, index))

    def container(self, node: cst.Tuple | cst.List | cst.Set | cst.Dict) -> Operand:
        """A literal container whose elements can be found again, if nothing changes it."""
        values: list[Operand] = []
        plain = True
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                self.value(element.key)
                values.append(self.value(element.value))
            elif isinstance(element, cst.Element):
                values.append(self.value(element.value))
            else:
                self.value(element.value)
                plain = False
        for value in values:
            if isinstance(value, Symbol) and value.name in self.program.table.callees:
                self.program.called_from_afar(self, value)
        plain = plain and all(isinstance(value, Const | Var) for value in values)
        symbol = self.program.literal(self.module, node, self.scope) if plain and values else None
        if symbol is None:
            return unknown("unknown-memory")
        base = Symbol(SymbolKind.OBJECT, symbol)
        for number, value in enumerate(values):
            inside = self.code.emit(Opcode.PTRSUB, base, constant(0))
            self.code.put(self.code.emit(Opcode.PTRADD, inside, constant(number)), value)
        return base

    # -- operators ---------------------------------------------------------------------------------------------------

    def _binary(self, operator: type[cst.CSTNode], left: Operand, right: Operand) -> Operand:
        opcode = _OPERATORS.get(operator)
        return unknown() if opcode is None else self.code.emit(opcode, left, right)

    def combined(self, operator: type[cst.CSTNode], left: Operand, right: Operand) -> Operand:
        """The value of an augmented assignment."""
        return self._binary(operator, left, right)

    def _unary(self, node: cst.UnaryOperation) -> Operand:
        if isinstance(node.operator, cst.Minus) and isinstance(node.expression, cst.Integer):
            return constant(-node.expression.evaluated_value)
        if isinstance(node.operator, cst.Not):
            return self.code.emit(Opcode.BOOL_NEGATE, self.truth(node.expression))
        found = self.value(node.expression)
        opcodes = {cst.Minus: Opcode.INT_2COMP, cst.BitInvert: Opcode.INT_NEGATE}
        opcode = opcodes.get(type(node.operator))
        return found if opcode is None else self.code.emit(opcode, found)

    def _either(self, node: cst.BooleanOperation) -> Operand:
        """``a or b`` is one of its operands."""
        first = self.value(node.left)
        keeps = isinstance(node.operator, cst.Or)
        result, after = self.code.temporary(), self.code.block()
        self.code.copy(first, result)
        other = self.code.block()
        test = self.is_true(first)
        self.code.test(test, *((after, other) if keeps else (other, after)))
        self.code.start(other)
        self.code.copy(self.value(node.right), result)
        self.code.go(after)
        self.code.start(after)
        return result

    def comparison(self, node: cst.Comparison) -> Operand:
        """One comparison of numbers or with None; a chain, and everything else, is not known."""
        operands: list[cst.BaseExpression] = [node.left, *(each.comparator for each in node.comparisons)]
        values = [unknown() if self.names_a_class(each) else self.value(each) for each in operands]
        known = _COMPARISONS.get(type(node.comparisons[0].operator))
        if len(node.comparisons) > 1 or known is None or any(isinstance(each, Unknown) for each in values):
            return unknown()
        left, right = values if not known[1] else reversed(values)
        return self.code.emit(known[0], left, right)

    def names_a_class(self, node: cst.CSTNode) -> bool:
        """Whether an expression only names a mapping class, as ``isinstance`` is told it."""
        if isinstance(node, cst.Tuple):
            return any(self.names_a_class(each.value) for each in node.elements)
        entity = self.entity(node) if isinstance(node, cst.Name | cst.Attribute) else None
        return isinstance(entity, External) and entity.name in self.program.mapping_classes

    def truth(self, node: cst.CSTNode) -> Operand:
        """A number that is nonzero where the expression is true."""
        if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
            return self.code.emit(Opcode.BOOL_NEGATE, self.truth(node.expression))
        found = self.value(node)
        return found if isinstance(node, cst.Comparison) else self.is_true(found)

    def is_true(self, value: Operand) -> Operand:
        """A number that is nonzero where the value is true: neither 0 nor None."""
        if isinstance(value, Unknown):
            return value
        some = self.code.emit(Opcode.INT_NOTEQUAL, value, NONE)
        return self.code.emit(Opcode.BOOL_AND, self.code.emit(Opcode.INT_NOTEQUAL, value, constant(0)), some)

    def _comprehension(self, node: cst.CSTNode) -> Operand:
        """The elements are made any number of times, of targets that are not known."""
        body, after = self.code.block(), self.code.block()
        for found in _loops(node):
            self.value(found.iter)
        self.code.fork(body, after)
        self.code.start(body)
        for found in _loops(node):
            self.assign(found.target, unknown("unknown-memory"))
            for condition in found.ifs:
                self.value(condition.test)
        if isinstance(node, cst.DictComp):
            self.value(node.key)
            self.value(node.value)
        elif isinstance(node, cst.ListComp | cst.SetComp | cst.GeneratorExp):
            self.value(node.elt)
        self.code.fork(body, after)
        self.code.start(after)
        return unknown("unknown-memory")

    # -- what the other parts add ------------------------------------------------------------------------------------

    def call(self, node: cst.Call) -> Operand:
        """See :mod:`mapproof.frontends.python.call`."""
        raise NotImplementedError

    def assign(self, target: cst.CSTNode, value: Operand) -> None:
        """Give a target a value; what can't be followed is evaluated for what it does."""
        outer, self.code.here = self.code.here, self.module.span(target)
        if isinstance(target, cst.Name):
            place = self.place(target.value)
            if isinstance(place, Var):
                self.code.copy(value, place)
                if self.scope.kind == "class":
                    self.class_member(target.value, value)
            else:
                self.code.put(place, value)
        elif isinstance(target, cst.Attribute):
            self._assign_attribute(target, value)
        elif isinstance(target, cst.Tuple | cst.List):
            for element in target.elements:
                self.assign(element.value, unknown("unknown-memory"))
        elif isinstance(target, cst.StarredElement):
            self.assign(target.value, unknown("unknown-memory"))
        else:
            self.evaluated(target)
        self.code.here = outer

    def _assign_attribute(self, target: cst.Attribute, value: Operand) -> None:
        entity = self.entity(target)
        if isinstance(entity, Variable):
            self.code.put(self.program.cell(entity.module, entity.scope, entity.name), value)
            return
        if isinstance(entity, External) or target.attr.value in {"argtypes", "restype", "errcheck"}:
            return
        head = self.value(target.value)
        self.code.put(self.code.emit(Opcode.PTRSUB, head, Field(target.attr.value)), value)

    def class_member(self, name: str, value: Operand) -> None:
        """A name of a class body is a member of the class."""
        owner = Symbol(SymbolKind.OBJECT, self.program.symbol_of(self.module, self.scope.owner))
        self.code.put(self.code.emit(Opcode.PTRSUB, owner, Field(name)), value)


def _loops(node: cst.CSTNode) -> Sequence[cst.CompFor]:
    found: list[cst.CompFor] = []
    current = getattr(node, "for_in", None)
    while isinstance(current, cst.CompFor):
        found.append(current)
        current = current.inner_for_in
    return found


def spelled(node: cst.CSTNode, module: Module) -> str:
    """The text of an expression without blanks, as evidence compares it."""
    return dotted(node) or "".join(module.text(node).split())
