"""Which objects and members a piece of code fills with the address of a function: a look at the IR, no interpretation.

The answer only widens a search (where else may this function be called from?), so it errs on the side of more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapproof.model.ir import Const, Field, Opcode, Operand, Symbol, SymbolKind, Var

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mapproof.model.ir import Function

Path = tuple[int | str | None, ...]


@dataclass(slots=True)
class Carriers:
    """Objects by symbol with the paths of the cells that may hold the address, members by name; ``passed``: it is
    handed to a call, ``returned``: it is returned. ``handed``: the functions that are called with it by name, and as
    which of their arguments."""

    objects: dict[str, set[Path]] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    passed: bool = False
    returned: bool = False
    handed: set[tuple[str, int]] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether the address goes anywhere."""
        return bool(self.objects or self.members or self.passed or self.returned)


@dataclass(slots=True)
class _Flow:
    """Variables that may hold the address, and where addresses of memory point."""

    tainted: set[Var] = field(default_factory=set)
    places: dict[Var, tuple[str, Path]] = field(default_factory=dict)
    members: dict[Var, str] = field(default_factory=dict)
    slots: set[str] = field(default_factory=set)


def carriers_of(function: Function, wanted: Callable[[str], bool], given: Iterable[Var] = ()) -> Carriers:
    """Where ``function`` puts the address of a function whose symbol is ``wanted``; or what it is ``given`` as
    parameters, when that is such an address."""
    flow, found = _Flow(tainted=set(given)), Carriers()
    if not flow.tainted and not _names(function, wanted):
        return found
    size = -1
    while size != len(flow.tainted) + len(flow.slots) + len(flow.places) + len(flow.members):
        size = len(flow.tainted) + len(flow.slots) + len(flow.places) + len(flow.members)
        for block in function.blocks:
            for operation in block.operations:
                _step(operation.opcode, operation.output, operation.inputs, flow, found, wanted)
    return found


def _names(function: Function, wanted: Callable[[str], bool]) -> bool:
    """Whether a wanted address comes up at all."""
    return any(wanted(f"result of {name}") if is_callee else wanted(name) for name, is_callee in _named(function))


_known: dict[int, tuple[Function, frozenset[tuple[str, bool]]]] = {}


def _named(function: Function) -> frozenset[tuple[str, bool]]:
    """The functions that are named in a function, and whether they are called there; kept as long as the function."""
    kept = _known.get(id(function))
    if kept is None or kept[0] is not function:
        named = frozenset(
            (operand.name, operation.opcode is Opcode.CALL and position == 0)
            for block in function.blocks
            for operation in block.operations
            for position, operand in enumerate(operation.inputs)
            if isinstance(operand, Symbol) and operand.kind is SymbolKind.FUNCTION
        )
        kept = _known[id(function)] = (function, named)
    return kept[1]


def _step(  # noqa: C901  one branch per case
    opcode: Opcode,
    output: Var | None,
    inputs: tuple[Operand, ...],
    flow: _Flow,
    found: Carriers,
    wanted: Callable[[str], bool],
) -> None:
    def holds(operand: Operand) -> bool:
        if isinstance(operand, Symbol):
            return operand.kind is SymbolKind.FUNCTION and wanted(operand.name)
        return isinstance(operand, Var) and operand in flow.tainted

    if opcode in {Opcode.PTRSUB, Opcode.PTRADD} and output is not None:
        _address(output, inputs, flow)
    if opcode is Opcode.STORE and holds(inputs[1]):
        _stored(inputs[0], flow, found)
    elif opcode is Opcode.LOAD and output is not None and _slot(inputs[0], flow) in flow.slots:
        flow.tainted.add(output)
    elif opcode is Opcode.CALL:
        holding = [index for index, argument in enumerate(inputs[1:]) if holds(argument)]
        found.passed = found.passed or bool(holding)
        if isinstance(inputs[0], Symbol) and inputs[0].kind is SymbolKind.FUNCTION:
            found.handed |= {(inputs[0].name, index) for index in holding}
        if output is not None and isinstance(inputs[0], Symbol) and wanted(f"result of {inputs[0].name}"):
            flow.tainted.add(output)
    elif opcode is Opcode.RETURN:
        found.returned = found.returned or any(holds(operand) for operand in inputs)
    elif output is not None and any(holds(operand) for operand in inputs):
        flow.tainted.add(output)


def _slot(address: Operand, flow: _Flow) -> str | None:
    """The slot that an address is in, if it is in one."""
    if isinstance(address, Symbol):
        return address.name if address.kind is SymbolKind.SLOT else None
    if isinstance(address, Var) and address in flow.places and flow.places[address][0].startswith("slot "):
        return flow.places[address][0].removeprefix("slot ")
    return None


def _address(output: Var, inputs: tuple[Operand, ...], flow: _Flow) -> None:
    base, step = inputs[0], inputs[1]
    if isinstance(step, Field):
        flow.members[output] = step.name
    elif isinstance(base, Var) and base in flow.members:
        flow.members[output] = flow.members[base]
    place = _place(base, flow)
    if place is None:
        return
    name, path = place
    if isinstance(step, Field):
        flow.places[output] = (name, (*path, step.name))
    elif isinstance(step, Const):
        moved = path[-1] if path and not isinstance(path[-1], str) else None
        if isinstance(moved, int):
            flow.places[output] = (name, (*path[:-1], moved + step.value))
        else:
            flow.places[output] = (name, (*path, step.value if not path or isinstance(path[-1], str) else None))
    else:
        trimmed = path[:-1] if path and not isinstance(path[-1], str) else path
        flow.places[output] = (name, (*trimmed, None))


def _place(base: Operand, flow: _Flow) -> tuple[str, Path] | None:
    if isinstance(base, Symbol) and base.kind is SymbolKind.OBJECT:
        return (base.name, ())
    if isinstance(base, Symbol) and base.kind is SymbolKind.SLOT:
        return (f"slot {base.name}", ())
    return flow.places.get(base) if isinstance(base, Var) else None


def _stored(address: Operand, flow: _Flow, found: Carriers) -> None:
    place = _place(address, flow)
    if isinstance(address, Var) and address in flow.members:
        found.members.add(flow.members[address])
    slot = _slot(address, flow)
    if slot is not None:
        flow.slots.add(slot)
    elif place is not None:
        found.objects.setdefault(place[0], set()).add(place[1])
    elif not (isinstance(address, Var) and address in flow.members):
        found.passed = True


def uses(function: Function, symbols: set[str]) -> bool:
    """Whether a function calls or otherwise mentions one of these functions."""
    return any(
        isinstance(operand, Symbol) and operand.kind is SymbolKind.FUNCTION and operand.name in symbols
        for block in function.blocks
        for operation in block.operations
        for operand in operation.inputs
    )
