"""What functions do through an address that they are given: those in scope are read, of others the facts are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mapproof.frontends.c.ctype import Shape
from mapproof.frontends.c.handing import What, handed
from mapproof.model.ir import Const, Symbol, SymbolKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mapproof.frontends.c.ctype import Prototype
    from mapproof.frontends.c.handing import Handed
    from mapproof.model.callee import CalleeTable
    from mapproof.model.ir import Function, Operand, Operation


class Definitions(Protocol):
    """The functions of a program, as :class:`mapproof.model.ir.Program` has them."""

    def definitions(self, symbol: str) -> Sequence[Function]:
        """The bodies that a symbol may stand for."""
        ...

    def defines(self, symbol: str) -> bool:
        """Whether there are any."""
        ...

    def plain(self, symbol: str) -> str:
        """The name that the platform would know a symbol by."""
        ...


class Passing:
    """Answers once for each function and argument. ``prototypes`` gives the declarations of a name."""

    def __init__(
        self, program: Definitions, table: CalleeTable, prototypes: Callable[[str], Sequence[Prototype]]
    ) -> None:
        self._program = program
        self._table = table
        self._prototypes = prototypes
        self._answers: dict[tuple[str, int, bool, bool], str] = {}
        self._clearing: set[tuple[str, int, bool, bool]] = set()
        self.clears = False
        """An address was handed to something that fills what it leads to with zeros, since this was last unset."""

    def doubt(self, found: Handed, *, strict: bool, parts: bool, callbacks: Collection[Operand] = ()) -> str:
        """Why something may be stored through an address where that is not followed; empty if it may not.

        ``strict``: the address is of a bare value, so that any code which keeps it may store. ``parts``: a member's
        name on the way does not tell where a store goes. ``callbacks``: functions that come along with the address, of
        which the type was lost on the way (``void *user``): only who passed both knows what they do.
        """
        if found.lost:
            return found.lost
        if strict and found.kept:
            return "keeps its address"
        if strict and found.returned:
            return "returns its address"
        for operation, position, exact in found.calls:
            if operation.inputs[0] in callbacks:
                return "hands its address, as one of no type, to a function that it is given as well"
            why = self._passed(operation, position, found, exact=exact, strict=strict, parts=parts)
            if why:
                return why
        return ""

    def given(self, symbol: str, position: int, *, strict: bool, parts: bool) -> str:
        """Why a function may store through its argument of that number; empty if it may not."""
        key = (symbol, position, strict, parts)
        if key not in self._answers:
            self._answers[key] = ""
            before, self.clears = self.clears, False
            self._answers[key] = self._given(symbol, position, strict=strict, parts=parts)
            if self.clears:
                self._clearing.add(key)
            self.clears = before
        self.clears = self.clears or key in self._clearing
        return self._answers[key]

    def _passed(
        self, operation: Operation, position: int, found: Handed, *, exact: bool, strict: bool, parts: bool
    ) -> str:
        callee = operation.inputs[0]
        if not (isinstance(callee, Symbol) and callee.kind is SymbolKind.FUNCTION):
            return "hands its address to a function that is called through a pointer" if strict else ""
        name = self._program.plain(callee.name)
        if exact and not self._program.defines(callee.name):
            facts, arguments = self._table.pointers, operation.inputs[1:]
            zero = len(arguments) > 1 and isinstance(arguments[1], Const) and arguments[1].value == 0
            if position == 0 and (name in facts.clears or (name in facts.fills and zero)):
                self.clears = True
                return ""
            if position == 0 and name in facts.copies and not strict and arguments[1:2] and arguments[1] in found.held:
                return ""
        if not exact and strict:
            return f"hands {name}() an object that keeps its address"
        if not exact and self._program.defines(callee.name):
            return ""
        return self.given(callee.name, position, strict=strict, parts=parts)

    def _given(self, symbol: str, position: int, *, strict: bool, parts: bool) -> str:
        name = self._program.plain(symbol)
        if self._program.defines(symbol):
            for function in self._program.definitions(symbol):
                why = self._inside(function, position, strict=strict, parts=parts)
                if why:
                    return f"hands its address to {name}(), which {why}"
            return ""
        last = name.rpartition("::")[2]
        stores = self._table.pointers.stores.get(last)
        if stores is not None and ("::" not in name or name.startswith("std::")):
            return f"hands its address to {name}(), which stores through it" if position in stores else ""
        spec = self._table.callees.get(name)
        if spec is not None and (spec.platform not in {"win32", "mach"} or position in {spec.address, spec.object}):
            return ""
        declared = self._prototypes(name)
        if declared and all(_is_constant(made, position) for made in declared):
            return ""
        return f"hands its address to {name}(), whose body is not in scope"

    def _inside(self, function: Function, position: int, *, strict: bool, parts: bool) -> str:
        if position >= len(function.parameters):
            return "takes it among a variable number of arguments" if strict else ""
        if function.incomplete:
            return "was not understood in full"
        found = handed(
            function,
            What.RECORD,
            sources=[function.parameters[position]],
            parts=parts,
            inside=self._table.pointers.inside,
        )
        if found.stored:
            return "stores through it"
        callbacks = function.parameters if self._is_loose(function, position) else ()
        return self.doubt(found, strict=strict, parts=parts, callbacks=callbacks)

    def _is_loose(self, function: Function, position: int) -> bool:
        """Whether a parameter is a pointer to nothing in particular."""
        declared = self._prototypes(self._program.plain(function.symbol))
        given = [made.parameters[position] for made in declared if made.parameters and position < len(made.parameters)]
        return any(one.type.target is not None and one.type.target.shape is Shape.VOID for one in given)


def _is_constant(made: Prototype, position: int) -> bool:
    """Whether a declaration promises that nothing is stored through an argument."""
    if made.parameters is None or position >= len(made.parameters):
        return False
    led = made.parameters[position].type.target
    return led is not None and led.const
