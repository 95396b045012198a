"""What registers hold in one function of a binary: p-code, one instruction at a time, run over sets of numbers.

Memory is not followed: what is loaded may be anything, but for the slots of imports. A value may also be a parameter as
it came in, so that who asks can ask the callers.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Final

from mapproof.verify.held import (
    ANY,
    ANYTHING,
    Entry,
    Held,
    State,
    extended,
    joined,
    narrowed,
    only_slots,
    result,
    unchanged,
    widened,
)
from mapproof.verify.pcode import MOST_INSTRUCTIONS, convention_of, decoded, registers
from mapproof.verify.word import NOTHING, known

if TYPE_CHECKING:
    from collections.abc import Collection

    from mapproof.verify.image import Image
    from mapproof.verify.pcode import Instruction

MOST_ROUNDS: Final = 200_000
MOST_JOINS: Final = 12
"""How often what is known before an instruction may come to be less, until what still changes is unknown."""
_TRUTH: Final = frozenset({
    "INT_EQUAL", "INT_NOTEQUAL", "INT_LESS", "INT_SLESS", "INT_LESSEQUAL", "INT_SLESSEQUAL", "INT_CARRY", "INT_SCARRY",
    "INT_SBORROW", "BOOL_NEGATE", "BOOL_AND", "BOOL_OR", "BOOL_XOR",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaving:
    """A call or a jump out of the function: from where, to which address or by which value, with which registers."""

    address: int
    target: int | None
    through: Held
    state: State


class Flow:
    """The registers at each instruction of one function. ``whole`` is false where control is not followed."""

    def __init__(
        self,
        image: Image,
        start: int,
        end: int,
        entries: frozenset[int] = frozenset(),
        origin: int | None = None,
        near: tuple[int, int] = (0, 0),
        instructions: list[Instruction] | None = None,
        slots: Collection[int] = (),
    ) -> None:
        """With an ``origin``, only what its instruction gives is followed, as far as it is a number between two others:
        then ``leaving`` says nothing of other registers."""
        self.start, self.end = start, end
        self._convention = convention_of(image)
        self._registers = registers(self._convention.language)
        self.slots = {*slots} or {slot.address for slot in image.slots}
        found = instructions or decoded(image, start, end)
        self.whole = found is not None
        self.instructions = {one.address: one for one in found or ()}
        zero = self._convention.zero
        self._zero = self._registers[zero] if zero else None
        self._at = start
        self.by_table = False
        """Whether a jump goes by a table; it is taken to lead where the table says up to the first entry that can't be
        one."""
        self._image = image
        self._origin, self._near = origin, near
        self.leaked: set[int] = set()
        """Slots whose content goes where it is not followed: into memory, out of the function, through arithmetic."""
        self.formed: dict[int, set[int]] = {}
        """Numbers as long as an address that registers come to hold, each with the instructions that give them."""
        self.stored: set[int] = set()
        """Such numbers that go into memory."""
        self.handed: set[int] = set()
        """Such numbers that are in the registers of arguments or of the result where control leaves."""
        self.reads: dict[int, set[int]] = {}
        """Slots that are read, each with the instructions that do."""
        self.reached: set[int] = set()
        """The instructions that may be run."""
        self.before: dict[int, State] = {}
        """The registers where control may come together."""
        self.leaving: dict[int, Leaving] = {}
        if self.whole:
            self._run(entries)

    def _run(self, entries: frozenset[int]) -> None:
        places, convention = self._registers, self._convention
        certain = {}
        if convention.zero:
            certain[places[convention.zero]] = Held(known([0]))
        entry = {places[name]: Held(NOTHING, frozenset({name})) for name in convention.arguments} | certain
        entered = {address: dict(certain) for address in entries if address in self.instructions}
        self.before = {self.start: entry, **entered} if self._origin is None else {self._origin: certain}
        leaders = {self.start, *entered, *(at for one in self.instructions.values() for at in one.leads)}
        waiting = sorted(self.before)
        joins: dict[int, int] = {}
        for _ in range(MOST_ROUNDS):
            if not waiting:
                return
            address = heappop(waiting)
            for target, state in self._run_from(address, dict(self.before[address]), leaders):
                old = self.before.get(target)
                new = state if old is None else joined(old, state)
                if new == old:
                    continue
                if old is not None:
                    joins[target] = joins.get(target, 0) + 1
                    new = widened(old, new) if joins[target] > MOST_JOINS else new
                    if new == old:
                        continue
                self.before[target] = new
                if target not in waiting:
                    heappush(waiting, target)
        self.whole = False

    def _run_from(self, address: int, state: State, leaders: set[int]) -> list[tuple[int, State]]:
        """The instructions from one on, up to where control may part or come together; where it goes on from there."""
        while True:
            instruction = self.instructions.get(address)
            if instruction is None:
                self.whole = False
                return []
            self.reached.add(address)
            following = self._step(instruction, state)
            if self._origin is not None:
                near = [(target, self._only_near(left)) for target, left in following]
                following = [(target, left) for target, left in near if left]
            address += instruction.size
            if len(following) != 1 or following[0][0] != address or address in leaders:
                leaders.update(target for target, _ in following)
                return following
            state = following[0][1]

    def _only_near(self, state: State) -> State:
        """The registers that may hold a number of those that are followed."""
        low, high = self._near
        return {key: held for key, held in state.items() if any(low <= number <= high for number in held.numbers)}

    def _targets(self, entry: Entry | None) -> list[int]:
        """What the entries of a table lead to, up to the first that leads nowhere in here."""
        found: set[int] = set()
        if entry is None or not entry.size:
            return []
        for number in range(MOST_INSTRUCTIONS):
            try:
                data = self._image.bytes_at(entry.table + number * entry.size, entry.size)
            except ValueError:
                break
            read = {int.from_bytes(data, "little", signed=signed) for signed in (False, True)}
            mask = (1 << 8 * self._image.pointer) - 1
            inside = {target for one in read if (target := entry.base + one * entry.scale & mask) in self.instructions}
            if len(data) < entry.size or not inside:
                break
            found |= inside
        return sorted(found)

    def _step(  # noqa: C901, PLR0912, PLR0915  one branch per kind of operation
        self, instruction: Instruction, state: State
    ) -> list[tuple[int, State]]:
        """The instructions that come next, each with the registers there; ``state`` is used up."""
        after = instruction.address + instruction.size
        local: State = {}
        successors: list[tuple[int, State]] = []
        arriving: dict[int, tuple[State, State]] = {}
        falls = True
        operations = instruction.operations
        for number, operation in enumerate(operations):
            if number in arriving:
                other, other_local = arriving.pop(number)
                state = joined(state, other) if falls else other
                local = joined(local, other_local) if falls else other_local
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
                    self.leaked |= {slot for held in state.values() for slot in held.slots}
                    return [(after, {})]  # a loop within the instruction: nothing is known after it
                arriving[ahead] = (dict(state), dict(local))
                falls = name == "CBRANCH"
            elif name in {"BRANCH", "CBRANCH"}:
                self._branch(instruction.address, operation.inputs[0].offset, state, successors)
                falls = name == "CBRANCH"
            elif name == "BRANCHIND" and not only_slots(self._read(operation.inputs[0], state, local)):
                self.by_table = True
                through = self._read(operation.inputs[0], state, local)
                self.leaked |= through.slots
                targets = self._targets(through.entry)
                self.whole = self.whole and bool(targets)
                successors += [(target, dict(state)) for target in targets]
                falls = False
            elif name in {"CALL", "CALLIND", "BRANCHIND"}:
                self._leave(instruction.address, operation, state, local)
                falls = name != "BRANCHIND"
                state = self._after_call(state) if falls else state
            elif name == "RETURN":
                given = state.get(self._registers[self._convention.result], ANY)
                self.leaked |= given.slots
                self.handed |= given.numbers
                falls = False
            elif name == "STORE":
                stored = self._read(operation.inputs[2], state, local)
                self.leaked |= stored.slots
                self.stored |= stored.numbers
            else:
                self._write(instruction.address, operation, state, local)
        if len(operations) in arriving:
            other, _ = arriving.pop(len(operations))
            state = joined(state, other) if falls else other
            falls = True
        if falls and after == self.end and any(one.opcode.name.startswith("CALL") for one in operations):
            return successors  # a call at the end of a function does not come back
        return [*successors, (after, state)] if falls else successors

    def _after_call(self, state: State) -> State:
        """The registers that a function hands back as it found them."""
        names = {*self._convention.preserved, self._convention.zero}
        kept = {self._registers[name] for name in names if name in self._registers}
        return {
            key: held
            for key, held in state.items()
            if any(offset <= key[0] and key[0] + key[1] <= offset + size for offset, size in kept)
        }

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
        own = leaving.through.slots if only_slots(leaving.through) and len(leaving.through.slots) == 1 else frozenset()
        for name in self._convention.arguments:
            passed = leaving.state.get(self._registers[name], ANY)
            self.leaked |= passed.slots - own
            self.handed |= passed.numbers
        old = self.leaving.get(leaving.address)
        if old is not None:
            state = joined(old.state, leaving.state)
            leaving = Leaving(leaving.address, leaving.target, old.through | leaving.through, state)
        self.leaving[leaving.address] = leaving

    def _read(self, varnode: Any, state: State, local: State) -> Held:  # noqa: ANN401  p-code
        space, offset, size = varnode.space.name, varnode.offset, varnode.size
        if space == "const":
            return Held(known([offset]))
        if space == "ram":
            slots = frozenset({offset}) if offset in self.slots and size == self._image.pointer else frozenset()
            if slots:
                self.reads.setdefault(offset, set()).add(self._at)
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
                return narrowed(state[offset, wider], size)
        return ANY

    def _write(self, address: int, operation: Any, state: State, local: State) -> None:  # noqa: ANN401, C901  p-code
        output = operation.output
        self._at = address
        if operation.opcode.name == "CALLOTHER":
            for varnode in operation.inputs:
                self.leaked |= self._read(varnode, state, local).slots
        if output is None:
            return
        value = self._value(operation, state, local)
        space, offset, size = output.space.name, output.offset, output.size
        if size == self._image.pointer:
            for number in value.numbers:
                self.formed.setdefault(number, set()).add(address)
        if space == "register" and (offset, size) == self._zero:
            return
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
        read = address.numbers & self.slots if size == self._image.pointer else frozenset()
        if not read:
            entry = address.entry
            return ANY if entry is None or entry.size else Held(ANYTHING, entry=Entry(entry.table, size))
        for slot in read:
            self.reads.setdefault(slot, set()).add(self._at)
        only = address.word.exact == read and not address.parameters and not address.slots
        return Held(NOTHING if only else ANYTHING, frozenset(), read)

    def _value(self, operation: Any, state: State, local: State) -> Held:  # noqa: ANN401, PLR0911  one per opcode
        name, inputs, size = operation.opcode.name, operation.inputs, operation.output.size
        if name in _TRUTH:
            return Held(known([0, 1]))
        if name == "LOAD":
            return self._loaded(self._read(inputs[1], state, local), size)
        values = [self._read(varnode, state, local) for varnode in inputs]
        if name == "COPY":
            return values[0]
        if name == "INT_ZEXT":
            return extended(values[0], inputs[0].size)
        if name == "SUBPIECE" and inputs[1].offset == 0:
            return narrowed(values[0], size)
        if name in {"INT_XOR", "INT_SUB"} and _same(inputs[0], inputs[1]):
            return Held(known([0]))
        kept = unchanged(name, values, size)
        if kept is not None:
            return kept
        for value in values:
            self.leaked |= value.slots
        return result(name, values, inputs[0].size, size)


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401  p-code
    return bool((one.space.name, one.offset, one.size) == (other.space.name, other.offset, other.size))
