"""Functions that hand what they are given to the kernel and do nothing else: a static C library's ``mmap``.

A call of one is a call of the function that the kernel has for it, whatever its name. That is read off its code: the
system call's number is a constant, or the first parameter, and each word that decides is the parameter of its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from mapproof.frontends.elf.discover import callers_of
from mapproof.frontends.elf.flow import Flow
from mapproof.frontends.elf.idiom import PROCESSOR
from mapproof.frontends.elf.importing import CALLED
from mapproof.frontends.elf.reference import unpack
from mapproof.model.callee import Role
from mapproof.model.ir import Const, Opcode, Symbol, SymbolKind, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mapproof.frontends.elf.framed import Use
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Body
    from mapproof.frontends.elf.linked import Linked
    from mapproof.model.callee import CalleeSpec, CalleeTable
    from mapproof.model.ir import Function, Operand, Operation

Definition = Callable[[str], "Function | None"]
"""Gives the code of a function of the file by its symbol."""

MAX_BLOCKS: Final = 24
"""Blocks of a function that may be one."""

MAX_INSTRUCTIONS: Final = 100
"""Instructions of such a function."""

MOST_ASKING: Final = 200
"""Places that are looked at from which a function that asks the kernel is called by one that may be another."""

_STEPS: Final = 12
"""Moves between a parameter and the system call."""

_LEAST: Final = 4
"""Bytes of a mask: what is cut off above says nothing of it."""

_BY_NUMBER: Final = 5
"""Words behind the number that a call by number must hand on."""


class Reading(Protocol):
    """What is asked of the file's program."""

    @property
    def image(self) -> ElfImage:
        """The file."""
        ...

    @property
    def linked(self) -> Linked:
        """What the linker and the loader make of it."""
        ...

    def homes(self, start: int) -> tuple[int, ...]:
        """Where the functions start that what starts at an address belongs to."""
        ...

    def body(self, address: int) -> Body | None:
        """The instructions of the function that starts at an address."""
        ...

    def function(self, address: int) -> Function | None:
        """The same, lowered."""
        ...

    def address_of(self, symbol: str) -> int | None:
        """The address in a symbol of the file."""
        ...


def stand_ins(program: Reading, table: CalleeTable, traps: Iterable[int]) -> None:
    """Find the functions of a program without libraries that are nothing but one of these system calls, or that make it
    through a function of that kind; from then on they stand for what calls of them are."""
    image = program.image
    if image.needed or image.interpreter is not None or image.is_object:
        return
    starts = sorted({home for trap in traps for home in _alone(program, trap)})
    found = {start: name for start in starts if (name := _standing_for(program, table, start)) is not None}
    for start in starts:
        if start in found or not _is_short(program, start):
            continue
        calling = unpack(callers_of(image, start)[:MOST_ASKING])
        homes = {home for one in calling if one.kind in CALLED for home in _alone(program, one.address)}
        found |= {home: name for home in sorted(homes) if (name := _standing_for(program, table, home)) is not None}
    for start, name in sorted(found.items()):
        program.linked.stand_in(start, name)


def _alone(program: Reading, address: int) -> tuple[int, ...]:
    """Where the function starts around an address, if that is part of no other."""
    bounds = program.image.function_bounds(address)
    return () if bounds is None or program.homes(bounds.start) != (bounds.start,) else (bounds.start,)


def _is_short(program: Reading, start: int) -> bool:
    body = program.body(start)
    return body is not None and len(body.instructions) <= MAX_INSTRUCTIONS


def _standing_for(program: Reading, table: CalleeTable, start: int) -> str | None:
    """The callee that calls of the function at an address are calls of; ``None`` if other files may call it."""
    if program.linked.is_exported(start) or not _is_short(program, start):
        return None

    def definition(symbol: str) -> Function | None:
        address = program.address_of(symbol)
        return None if address is None else program.function(address)

    function = program.function(start)
    return None if function is None else stands_for(function, table, definition)


def stands_for(function: Function, table: CalleeTable, definition: Definition) -> str | None:
    """The callee that calls of a function are calls of; ``None`` where it does anything else.

    What it does besides may be to keep the number of the error where each thread has its own, itself or through a
    function; ``definition`` gives the code of one by its symbol.
    """
    if len(function.blocks) > MAX_BLOCKS:
        return None
    flow = Flow(function)
    names: set[str | None] = set()
    for use, operation in _operations(function):
        asked = _asked(operation, definition)
        if asked is not None:
            names.add(_handed(function, flow, use, asked, table))
        elif not _only_notes(function, flow, use, operation, definition):
            return None
    return names.pop() if len(names) == 1 else None


_OF_PROCESSOR: Final = Symbol(SymbolKind.FUNCTION, PROCESSOR)
_TRAPPED: Final = ("syscall",)
"""How the call is marked that a system call instruction is."""

_DEPTH: Final = 2
"""Calls through which the number of an error is kept."""


def _only_notes(
    function: Function,
    flow: Flow,
    use: Use,
    operation: Operation,
    definition: Definition,
    depth: int = _DEPTH,
) -> bool:
    """Whether an operation leaves all memory as it is but for the stack and what belongs to the thread alone."""
    if operation.opcode is Opcode.CALLOTHER:
        return operation.output is not None
    if operation.opcode is Opcode.STORE:
        return flow.framed(use) is not None or _is_of_thread(function, flow, use, operation)
    if operation.opcode is not Opcode.CALL:
        return True
    callee = operation.inputs[0]
    if callee == _OF_PROCESSOR:
        return not any(_is_given(function, flow, use, word) for word in operation.inputs[1:])
    inner = definition(callee.name) if isinstance(callee, Symbol) and depth else None
    if inner is None or len(inner.blocks) > MAX_BLOCKS or inner.incomplete:
        return False
    within = Flow(inner)
    return all(_only_notes(inner, within, at, one, definition, depth - 1) for at, one in _operations(inner))


def _operations(function: Function) -> Iterator[tuple[Use, Operation]]:
    for index, block in enumerate(function.blocks):
        for place, operation in enumerate(block.operations):
            yield (index, place), operation


def _asked(operation: Operation, definition: Definition) -> tuple[Operand | None, ...] | None:
    """The number and arguments of the system call that an operation makes, itself or by calling a function that hands
    on what it is given; ``None`` where it makes none."""
    if operation.opcode is not Opcode.CALL or operation.call is None:
        return None
    if operation.call.via == _TRAPPED:
        return operation.inputs[1:]
    callee = operation.inputs[0]
    inner = definition(callee.name) if isinstance(callee, Symbol) else None
    if inner is None or len(inner.blocks) > MAX_BLOCKS:
        return None
    flow = Flow(inner)
    found: list[tuple[Operand | None, ...]] = []
    for use, one in _operations(inner):
        if one.opcode is Opcode.CALL and one.call is not None and one.call.via == _TRAPPED:
            places = [_parameter(inner, flow, use, word) for word in one.inputs[1:]]
            given = operation.inputs[1:]
            found.append(tuple(None if at is None or at >= len(given) else given[at] for at in places))
        elif not _only_notes(inner, flow, use, one, definition):
            return None
    return found[0] if len(found) == 1 else None


def _handed(
    function: Function, flow: Flow, use: Use, asked: tuple[Operand | None, ...], table: CalleeTable
) -> str | None:
    """Which callee a system call is, when it is given the function's parameters, each in its place."""
    if len(asked) <= _BY_NUMBER:
        return None
    number, *words = asked
    given = [None if word is None else _parameter(function, flow, use, word) for word in words]
    known = None if number is None else _constant(flow, use, number)
    if known is not None:
        for name in table.syscalls.get(known & 0xFFFF_FFFF, ()):
            spec = table.callees.get(name)
            if spec is not None and all(index < len(given) and given[index] == index for index in _decisive(spec)):
                return name
        return None
    if number is None or _parameter(function, flow, use, number) != 0:
        return None
    if given[:_BY_NUMBER] != list(range(1, _BY_NUMBER + 1)):
        return None
    by_number = (name for name, spec in table.callees.items() if spec.role is Role.SYSCALL and not spec.primitive)
    return next(by_number, None)


def _decisive(spec: CalleeSpec) -> Iterable[int]:
    """The arguments by which a call is judged."""
    places = (spec.address, spec.length, spec.protection, spec.flags, spec.object, spec.argument)
    return {index for index in places if index is not None}


def _parameter(function: Function, flow: Flow, use: Use, operand: Operand) -> int | None:
    """The number of the parameter that a word is, on every way."""
    found = {word if isinstance(word, Var) else None for word in _origins(flow, use, operand)}
    only = found.pop() if len(found) == 1 else None
    return function.parameters.index(only) if only in function.parameters else None


def _constant(flow: Flow, use: Use, operand: Operand) -> int | None:
    """The number that a word is, on every way."""
    found = {word.value if isinstance(word, Const) else None for word in _origins(flow, use, operand)}
    return found.pop() if len(found) == 1 else None


def _origins(flow: Flow, use: Use, operand: Operand, steps: int = _STEPS) -> Iterator[Var | Const | None]:
    """What a word was before it was moved around: variables are as the function was entered; ``None`` is neither."""
    if isinstance(operand, Const):
        yield operand
        return
    if not isinstance(operand, Var) or not steps:
        yield None
        return
    for word in flow.reaching(use, operand):
        if isinstance(word, Var):
            yield word
            continue
        at = word[0]
        operation = flow.operation(at)
        if operation.opcode in _MOVES and _keeps_low(operation):
            yield from _origins(flow, at, operation.inputs[0], steps - 1)
        elif operation.opcode is Opcode.LOAD and flow.framed(at) is not None and (stores := flow.stores_of(at)):
            for store in stores:
                yield from _origins(flow, store, flow.operation(store).inputs[1], steps - 1)
        else:
            yield None


_MOVES: Final = frozenset({Opcode.COPY, Opcode.INT_ZEXT, Opcode.INT_SEXT, Opcode.SUBPIECE})


def _keeps_low(operation: Operation) -> bool:
    """Whether a move leaves the low half of a word as it was."""
    if operation.output is None or operation.output.size < _LEAST:
        return False
    if operation.opcode is Opcode.SUBPIECE:
        return isinstance(operation.inputs[1], Const) and operation.inputs[1].value == 0
    return getattr(operation.inputs[0], "size", 0) >= _LEAST or operation.opcode is Opcode.COPY


def _is_of_thread(function: Function, flow: Flow, use: Use, operation: Operation) -> bool:
    """Whether the address of a store is made of a register that compilers leave to the system, and of nothing that the
    function was given."""
    address = operation.inputs[0]
    if not isinstance(address, Var):
        return isinstance(address, Unknown)
    if _is_given(function, flow, use, address):
        return False
    made = flow.made_of(flow.reaching(use, address))
    first = [flow.operation(word[0]) for word in made if not isinstance(word, Var)]
    if any(one.opcode is Opcode.CALL and one.inputs[0] == _OF_PROCESSOR for one in first):
        return True
    return any(
        one.opcode is Opcode.CALLOTHER or (one.opcode is Opcode.COPY and isinstance(one.inputs[0], Unknown))
        for one in first
    )


def _is_given(function: Function, flow: Flow, use: Use, operand: Operand) -> bool:
    """Whether a word is made of something that the function was given."""
    made = flow.made_of(flow.reaching(use, operand)) if isinstance(operand, Var) else set()
    return any(word in function.parameters for word in made if isinstance(word, Var))
