"""What registers hold in one x86-64 function: p-code, one instruction at a time, run over sets of numbers.

Memory is not followed: what is loaded may be anything, but for the slots of imports. A value may also be a parameter as
it came in, so that who asks can ask the callers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from mapproof.abi.x86_64 import ARCH
from mapproof.verify.word import NOTHING, Word, binary, known, unknown

if TYPE_CHECKING:
    from mapproof.verify.image import Image

MOST_INSTRUCTIONS: Final = 20_000
MOST_ROUNDS: Final = 200_000
_ANYTHING: Final = unknown("what a register holds")
_OPERATORS: Final = {
    "INT_ADD": "+",
    "INT_SUB": "-",
    "INT_AND": "&",
    "INT_OR": "|",
    "INT_XOR": "^",
    "INT_MULT": "*",
    "INT_LEFT": "<<",
}
_TRUTH: Final = frozenset({
    "INT_EQUAL", "INT_NOTEQUAL", "INT_LESS", "INT_SLESS", "INT_LESSEQUAL", "INT_SLESSEQUAL", "INT_CARRY", "INT_SCARRY",
    "INT_SBORROW", "BOOL_NEGATE", "BOOL_AND", "BOOL_OR", "BOOL_XOR",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A value: numbers, or parameters as they came in (by register), or the addresses in import slots."""

    word: Word
    parameters: frozenset[str] = frozenset()
    slots: frozenset[int] = frozenset()

    def __or__(self, other: Held) -> Held:
        """Either of the two."""
        return Held(self.word | other.word, self.parameters | other.parameters, self.slots | other.slots)


ANY: Final = Held(_ANYTHING)
State = dict[tuple[int, int], Held]
"""Registers by offset and size; what is absent may be anything."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its address, its length, its p-code."""

    address: int
    size: int
    operations: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A call or a jump out of the function: from where, to which address or by which value, with which registers."""

    address: int
    target: int | None
    through: Held
    state: State


@cache
def _context() -> Any:  # noqa: ANN401  a lifter without types
    from pypcode import Context  # noqa: PLC0415  sources do without it

    assert ARCH.convention is not None  # noqa: S101  its file says so
    return Context(ARCH.convention.language)


@cache
def registers() -> dict[str, tuple[int, int]]:
    """Offset and size of the registers, by name."""
    return {name: (register.offset, register.size) for name, register in _context().registers.items()}


def decoded(image: Image, start: int, end: int) -> list[Instruction] | None:
    """The instructions of a function, one after the other; ``None`` where one can't be read."""
    from pypcode import OpCode  # noqa: PLC0415  as above

    try:
        code = image.bytes_at(start, end - start)
        operations = list(_context().translate(code, start).ops)
    except Exception:  # noqa: BLE001  the lifter's own errors have no common base
        return None
    found: list[Instruction] = []
    mark: Any = None
    body: list[Any] = []
    for operation in operations:
        if operation.opcode == OpCode.IMARK:
            if mark is not None:
                found.append(Instruction(mark.offset, mark.size, tuple(body)))
            mark, body = operation.inputs[0], []
        else:
            body.append(operation)
    if mark is not None:
        found.append(Instruction(mark.offset, mark.size, tuple(body)))
    reached = found[-1].address + found[-1].size if found else start
    return found if reached == end and len(found) <= MOST_INSTRUCTIONS else None


class Flow:
    """The registers at each instruction of one function. ``whole`` is false where control is not followed."""

    def __init__(self, image: Image, start: int, end: int, entries: frozenset[int]) -> None:
        self.start, self.end = start, end
        self.slots = {slot.address for slot in image.slots}
        found = decoded(image, start, end)
        self.whole = found is not None
        self.instructions = {one.address: one for one in found or ()}
        self.by_table = False
        """Whether a jump goes by a table; it is taken to lead to what tables whose address the function forms say."""
        self._image = image
        self.leaked: set[int] = set()
        """Slots whose content goes where it is not followed: into memory, out of the function, through arithmetic."""
        self.before: dict[int, State] = {}
        self.leaving: dict[int, Leaving] = {}
        if self.whole:
            self._run(entries)

    def _run(self, entries: frozenset[int]) -> None:
        assert ARCH.convention is not None  # noqa: S101  its file says so
        places = registers()
        entry = {places[name]: Held(NOTHING, frozenset({name})) for name in ARCH.convention.arguments}
        self.before = {self.start: entry, **{address: {} for address in entries if address in self.instructions}}
        waiting = list(self.before)
        for _ in range(MOST_ROUNDS):
            if not waiting:
                return
            address = waiting.pop()
            instruction = self.instructions.get(address)
            if instruction is None:
                self.whole = False
                return
            for target, state in self._step(instruction, dict(self.before[address])):
                old = self.before.get(target)
                new = state if old is None else _joined(old, state)
                if new != old:
                    self.before[target] = new
                    waiting.append(target)
        self.whole = False

    @cached_property
    def _table_targets(self) -> list[int]:
        """The instructions in here that tables of jump targets name: offsets of 32 bits, or addresses of 64."""
        constants = {
            varnode.offset
            for instruction in self.instructions.values()
            for operation in instruction.operations
            for varnode in operation.inputs
            if varnode.space.name == "const" and varnode.size == 8 and not self.start <= varnode.offset < self.end
        }
        found: set[int] = set()
        for table in constants:
            for size, base in ((4, table), (8, 0)):
                at = table
                while (entry := self._entry(at, size)) is not None and base + entry in self.instructions:
                    found.add(base + entry)
                    at += size
        return sorted(found)

    def _entry(self, at: int, size: int) -> int | None:
        try:
            data = self._image.bytes_at(at, size)
        except ValueError:
            return None
        return int.from_bytes(data, "little", signed=True) if len(data) == size else None

    def _step(  # noqa: C901, PLR0912  one branch per kind of operation
        self, instruction: Instruction, state: State
    ) -> list[tuple[int, State]]:
        """The instructions that come next, each with the registers there."""
        after = instruction.address + instruction.size
        local: State = {}
        successors: list[tuple[int, State]] = []
        arriving: dict[int, tuple[State, State]] = {}
        falls = True
        operations = instruction.operations
        for number, operation in enumerate(operations):
            if number in arriving:
                other, other_local = arriving.pop(number)
                state = _joined(state, other) if falls else other
                local = _joined(local, other_local) if falls else other_local
                falls = True
            if not falls:
                continue
            name = operation.opcode.name
            if name in {"BRANCH", "CBRANCH"} and operation.inputs[0].space.name == "const":
                offset = operation.inputs[0].offset
                ahead = number + (
                    offset - (1 << 64) if offset >> 63 else offset if offset < 1 << 31 else offset - (1 << 32)
                )
                if not number < ahead <= len(operations):
                    return [(after, {})]  # a loop within the instruction: nothing is known after it
                arriving[ahead] = (dict(state), dict(local))
                falls = name == "CBRANCH"
            elif name in {"BRANCH", "CBRANCH"}:
                self._branch(instruction.address, operation.inputs[0].offset, state, successors)
                falls = name == "CBRANCH"
            elif name == "BRANCHIND" and not _only_slots(self._read(operation.inputs[0], state, local)):
                self.by_table = True
                successors += [(target, dict(state)) for target in self._table_targets]
                self.whole = self.whole and bool(self._table_targets)
                falls = False
            elif name in {"CALL", "CALLIND", "BRANCHIND"}:
                self._leave(instruction.address, operation, state, local)
                falls = name != "BRANCHIND"
                state = _after_call(state) if falls else state
            elif name == "RETURN":
                self.leaked |= state.get(registers()["RAX"], ANY).slots
                falls = False
            elif name == "STORE":
                self.leaked |= self._read(operation.inputs[2], state, local).slots
            else:
                self._write(operation, state, local)
        if len(operations) in arriving:
            other, _ = arriving.pop(len(operations))
            state = _joined(state, other) if falls else other
            falls = True
        if falls and after == self.end and any(one.opcode.name.startswith("CALL") for one in operations):
            return successors  # a call at the end of a function does not come back
        return [*successors, (after, state)] if falls else successors

    def _branch(self, address: int, target: int, state: State, successors: list[tuple[int, State]]) -> None:
        if self.start <= target < self.end:
            successors.append((target, dict(state)))
        else:
            self._left(Leaving(address, target, ANY, dict(state)))

    def _leave(self, address: int, operation: Any, state: State, local: State) -> None:  # noqa: ANN401  p-code
        target = operation.inputs[0]
        if operation.opcode.name == "CALL":
            self._left(Leaving(address, target.offset, ANY, dict(state)))
            return
        through = self._read(target, state, local)
        self._left(Leaving(address, None, through, dict(state)))

    def _left(self, leaving: Leaving) -> None:
        assert ARCH.convention is not None  # noqa: S101  its file says so
        for name in ARCH.convention.arguments:
            self.leaked |= leaving.state.get(registers()[name], ANY).slots
        old = self.leaving.get(leaving.address)
        if old is not None:
            state = _joined(old.state, leaving.state)
            leaving = Leaving(leaving.address, leaving.target, old.through | leaving.through, state)
        self.leaving[leaving.address] = leaving

    def _read(self, varnode: Any, state: State, local: State) -> Held:  # noqa: ANN401  p-code
        space, offset, size = varnode.space.name, varnode.offset, varnode.size
        if space == "const":
            return Held(known([offset]))
        if space == "ram":
            slots = frozenset({offset}) if offset in self.slots and size == 8 else frozenset()
            return Held(NOTHING, frozenset(), slots) if slots else ANY
        held = (state if space == "register" else local if space == "unique" else {}).get((offset, size))
        if size > 8:
            for key, part in (state if space == "register" else local).items():
                if key[0] < offset + size and offset < key[0] + key[1]:
                    self.leaked |= part.slots
        if held is not None or space != "register":
            return held if held is not None else ANY
        for wider in (4, 8):
            if wider > size and (offset, wider) in state:
                return _narrow(state[offset, wider], size)
        return ANY

    def _write(self, operation: Any, state: State, local: State) -> None:  # noqa: ANN401  p-code
        output = operation.output
        if output is None:
            return
        value = self._value(operation, state, local)
        space, offset, size = output.space.name, output.offset, output.size
        if space == "register":
            for key in [key for key in state if key[0] < offset + size and offset < key[0] + key[1]]:
                del state[key]
            state[offset, size] = value
        elif space == "unique":
            for key in [key for key in local if key[0] < offset + size and offset < key[0] + key[1]]:
                del local[key]
            local[offset, size] = value

    def _loaded(self, address: Held, size: int) -> Held:
        """What stands at an address: known of an import's slot alone."""
        exact = address.word.exact
        if size == 8 and exact is not None and len(exact) == 1 and not address.parameters and not address.slots:
            return Held(NOTHING, frozenset(), exact) if exact <= self.slots else ANY
        return ANY

    def _value(self, operation: Any, state: State, local: State) -> Held:  # noqa: ANN401, C901, PLR0911  one per opcode
        name, inputs, size = operation.opcode.name, operation.inputs, operation.output.size
        if name in _TRUTH:
            return Held(known([0, 1]))
        if name == "LOAD":
            return self._loaded(self._read(inputs[1], state, local), size)
        values = [self._read(varnode, state, local) for varnode in inputs]
        if name == "COPY":
            return values[0]
        if name == "INT_ZEXT":
            return _extended(values[0], inputs[0].size)
        if name == "SUBPIECE" and inputs[1].offset == 0:
            return _narrow(values[0], size)
        if name in {"INT_XOR", "INT_SUB"} and _same(inputs[0], inputs[1]):
            return Held(known([0]))
        for value in values:
            self.leaked |= value.slots
        if name in _OPERATORS:
            return _cut(binary(_OPERATORS[name], _plain(values[0]), _plain(values[1])), size)
        if name == "INT_NEGATE":
            return _cut(binary("^", _plain(values[0]), known([-1])), size)
        if name == "INT_2COMP":
            return _cut(binary("-", known([0]), _plain(values[0])), size)
        return ANY


def _signed(offset: int) -> int:
    """A distance in p-code operations, which the lifter gives in 32 or 64 bits."""
    return offset - (1 << 64) if offset >> 63 else offset - (1 << 32) if offset >> 31 else offset


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401  p-code
    return bool((one.space.name, one.offset, one.size) == (other.space.name, other.offset, other.size))


def _plain(held: Held) -> Word:
    """The numbers of a value that goes through arithmetic; a parameter may then be any."""
    return _ANYTHING if held.parameters or held.slots else held.word


def _cut(word: Word, size: int) -> Held:
    if word.exact is None:
        return Held(word)
    return Held(known([number & (1 << 8 * size) - 1 for number in word.exact]))


def _narrow(held: Held, size: int) -> Held:
    """The low bytes of a value: a parameter's low four are still the mask that came in."""
    if size < 4 and (held.parameters or held.slots):
        return ANY
    cut = _cut(held.word, size)
    return Held(cut.word, held.parameters, held.slots if size == 8 else frozenset())


def _extended(held: Held, size: int) -> Held:
    if size == 1 and held.word.exact is None and not held.parameters:
        return Held(known(held.word.low))
    return held


def _only_slots(held: Held) -> bool:
    return bool(held.slots) and held.word == NOTHING and not held.parameters


def _joined(one: State, other: State) -> State:
    """Either of two; the address in a slot is not lost sight of where only one has it."""
    found: State = {}
    for key in one.keys() | other.keys():
        held = one.get(key, ANY) | other.get(key, ANY)
        if held.slots or (key in one and key in other):
            found[key] = held
    return found


def _after_call(state: State) -> State:
    """The registers that a function hands back as it found them (System V ABI, AMD64 supplement, 3.2.1)."""
    assert ARCH.convention is not None  # noqa: S101  its file says so
    kept = {registers()[name] for name in ARCH.convention.preserved if name in registers()}
    return {
        key: held
        for key, held in state.items()
        if any(offset <= key[0] and key[0] + key[1] <= offset + size for offset, size in kept)
    }
