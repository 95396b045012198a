"""Rules about binaries: every reference to every imported mapping function is accounted for, each call's registers
computed, the callers of a function counted by a scan of all code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.model.callee import Role
from mapproof.model.procfs import own_files, own_memory
from mapproof.model.protection import ProtSet
from mapproof.verify.account import ONE_VIEW, OWN, comes_to_run
from mapproof.verify.claim import EVERY_RIGHT, Claim, Conclusion, open_conclusion
from mapproof.verify.flow import Flow
from mapproof.verify.held import ANY, Held
from mapproof.verify.image import UnreadableError
from mapproof.verify.loaded import LOADED
from mapproof.verify.machines import machine_of
from mapproof.verify.pcode import convention_of, decoded, registers
from mapproof.verify.scope import ASKING
from mapproof.verify.stub import Stubs
from mapproof.verify.word import NOTHING, Word, unknown

if TYPE_CHECKING:
    from mapproof.model.callee import CalleeSpec, CalleeTable
    from mapproof.verify.claim import Ask, Rule
    from mapproof.verify.image import Image
    from mapproof.verify.pcode import Instruction
    from mapproof.verify.stub import Stub

_READ_IMPLIES_EXEC: Final = 0x0400000
_REACH: Final = 0x9000
"""How far from its high part an address lies, at most."""

_MOST_BEFORE: Final = 32
"""Instructions before a word outside of functions that are looked at."""

BOUNDARIES: Final = "code-starts"
"""Code runs from where the unwind table says that functions begin, instruction after instruction, and a call that ends
one does not come back."""

SLOTS: Final = "slot-addresses"
"""The slot of an import is read by its own address, not by one computed from others."""

TABLES: Final = "jump-tables"
"""A jump by a value leads to where the tables say whose address the same function forms."""

_NAMES: Final = re.compile(rb"/(?:proc|dev/fd|dev/shm)[ -~]*|[ -~]*/(?:mem|fd/?)(?=\0)|(?<=\0)(?:mem|fd/[ -~]*)(?=\0)")
"""Texts, or the beginnings of them in instructions, that may name such files."""


def binary_rules(image: Image, table: CalleeTable) -> dict[str, Rule]:
    """Every rule about a binary, by the kind of claim. Raises :class:`mapproof.verify.image.UnreadableError` where no
    proofs are written for its architecture."""
    rules = _Binaries(image, table)
    return {
        "program": rules.program,
        "import": rules.imported,
        "traps": rules.traps,
        "call-at": rules.call_at,
        "register": rules.register,
        "callers": rules.callers,
        "site-at": rules.site,
    }


class _Binaries:
    def __init__(self, image: Image, table: CalleeTable) -> None:
        machine = machine_of(image.arch.name)
        if machine is None or image.arch.convention is None:
            message = f"{image.path}: no proofs are written for {image.arch.name} binaries"
            raise UnreadableError(message)
        self._image = image
        self._machine = machine
        self._references = machine.references(image)
        self._stubs = Stubs(image, machine)
        self._convention = convention_of(image)
        self._table = table
        self._flows: dict[int, Flow] = {}
        self._decoded: dict[int, list[Instruction] | None] = {}

    def program(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  there is one program
        """Every call of every imported mapping function, and every system call instruction."""
        rights: set[str] = set()
        assumes = {"external-symbol", BOUNDARIES, SLOTS}
        names = sorted({slot.name for slot in self._image.slots} & self._table.callees.keys())
        asking = [name for name in names if self._table.callees[name].role in ASKING]
        looking = [name for name in names if self._table.callees[name].role is Role.RESOLVE]
        for needed in (*(Claim("import", name) for name in asking), Claim("traps")):
            found = ask(needed)
            rights |= set(found.rights)
            assumes |= set(found.assumes)
        if looking:
            assumes.add(f"looked-up by {', '.join(looking)}")
            hidden = [
                name
                for name, spec in self._table.callees.items()
                if spec.role in {Role.PROTECT, Role.PERSONALITY, Role.SYSCALL}
                and name not in names
                and b"\0" + name.encode() + b"\0" in self._image.data
            ]
            rights |= set(EVERY_RIGHT) if hidden else set()
        loading = sorted({slot.name for slot in self._image.slots} & self._table.files.load.keys())
        assumes |= {f"{LOADED} by {name}" for name in loading}
        texts = [(found.start(), found.group()) for found in _NAMES.finditer(self._image.data)]
        if own_memory(texts) is not None or (loading and own_files(texts) is not None):
            return Conclusion(None, EVERY_RIGHT, (), "a text in it may name the process's own memory or open files")
        text = f"every reference to {len(asking)} imported mapping functions"
        return Conclusion(None, tuple(sorted(rights)), tuple(sorted(assumes)), text)

    def imported(self, claim: Claim, ask: Ask) -> Conclusion:
        """Every reference to the slots and stubs of one imported function."""
        rights: set[str] = set()
        assumes: set[str] = set()
        calls = 0
        for slot in self._image.slots:
            if slot.name != claim.name:
                continue
            places, lost, used = self._calls_through(slot.address)
            if slot.kind not in self._machine.word_slots:
                lost.append(f"the relocation at {slot.address:#x} is of kind {slot.kind}")
            if not used and slot.kind not in self._machine.data_slots:
                lost.append(f"nothing is seen to use its slot at {slot.address:#x}, which a linker makes for a use")
            if slot.kind in self._machine.data_slots:
                assumes.add(f"address-kept at {slot.address:#x}")
            if lost:
                return Conclusion(None, EVERY_RIGHT, (), f"{claim.name}: {lost[0]}")
            for place in sorted(places):
                calls += 1
                found = ask(Claim("call-at", claim.name, self._image.path, place))
                rights |= set(found.rights)
                assumes |= set(found.assumes)
        return Conclusion(None, tuple(sorted(rights)), tuple(sorted(assumes)), f"{claim.name}: {calls} calls counted")

    def _calls_through(self, slot: int) -> tuple[set[int], list[str], bool]:
        """The calls by way of a slot, what refers to it otherwise, and whether anything does."""
        calls: set[int] = set()
        used = False
        lost: list[str] = []
        for position in self._references.forming(slot):
            function = self._image.function_at(position)
            stub = self._stubs.at(position, slot, function)
            if stub is not None:
                used = True
                for entry in stub.entries:
                    found, others = self._jumps_to(entry)
                    calls |= found
                    lost += others
                lost += [f"code at {at:#x} jumps into the linkage stub of {slot:#x}" for at in self._jumps_into(stub)]
            elif function is None:
                if self._machine.within or self._stubs.beginning(position) is None:
                    lost.append(f"code at {position:#x} in no function refers to it")
            elif self._machine.within:
                calls |= self._indirect(function, slot, position, lost)
            else:
                calls |= self._through(function, slot, position, lost)
        return calls, lost, used or bool(calls) or bool(lost)

    def _jumps_into(self, stub: Stub) -> list[int]:
        """Where a branch may lead between the entries of a linkage stub."""
        if stub.end <= stub.entries[-1] + 1:
            return []
        leading = self._references.leading(stub.entries[-1] + 1, stub.end - 1)
        return [position for position, _ in leading if not stub.entries[0] <= position < stub.end]

    def _through(self, function: tuple[int, int], slot: int, position: int, lost: list[str]) -> set[int]:
        """The calls in a function that go through a slot's content, where several instructions form its address, the
        first of them, maybe, at a position."""
        if not self._comes_to(function, position, slot):
            return set()
        flow = self._followed(function, lost)
        if flow is None:
            return set()
        if position not in flow.reached:
            lost.append(f"code at {position:#x} that is not seen to be run may refer to it")
            return set()
        parts = {number for number, places in flow.formed.items() if position in places}
        if flow.stored & (parts | {slot}) or slot in flow.handed:
            lost.append(f"its address is formed in the function at {function[0]:#x} and kept")
        if slot in flow.leaked:
            lost.append(f"it is read in the function at {function[0]:#x} and kept")
        found = {one.address for one in flow.leaving.values() if slot in one.through.slots}
        formed = flow.formed.get(slot, set()) - {*self._references.forming(slot)}  # a high part alone is none
        if (slot in flow.reads or formed) and not found:
            lost.append(f"its address is formed in the function at {function[0]:#x} and nothing is called through it")
        return found

    def _comes_to(self, function: tuple[int, int], position: int, target: int) -> bool:
        """Whether what the instruction at a position gives may come to be an address, or may go out of sight."""
        instructions = self._instructions(function)
        if instructions is None:
            return True
        if not any(one.address == position for one in instructions):
            return False  # other bytes that look like it
        near = target - _REACH, target + _REACH
        flow = Flow(self._image, *function, origin=position, near=near, instructions=instructions)
        kept = any(near[0] <= number <= near[1] for number in flow.stored)
        return not flow.whole or kept or target in flow.formed or target in flow.reads or target in flow.handed

    def _followed(self, function: tuple[int, int], lost: list[str]) -> Flow | None:
        """What registers hold in a function, where that can be followed."""
        if self._instructions(function) is None:
            lost.append(f"the function at {function[0]:#x} can't be read")
            return None
        flow = self._flow(function)
        if not flow.whole:
            lost.append(f"the function at {function[0]:#x} is not followed")
            return None
        return flow

    def _indirect(self, function: tuple[int, int], slot: int, position: int, lost: list[str]) -> set[int]:
        """The calls in a function that go through a slot's content."""
        if self._instructions(function) is None:
            lost.append(f"the function at {function[0]:#x} can't be read")
            return set()
        instruction = self._holding(function, position, slot)
        if instruction is None:
            return set()  # no instruction has its displacement here: other bytes that look like one
        flow = self._followed(function, lost)
        if flow is None:
            return set()
        found = {one.address for one in flow.leaving.values() if slot in one.through.slots}
        if slot in flow.leaked:
            lost.append(f"it is read in the function at {function[0]:#x} and kept")
        if instruction.address not in found and instruction.address in flow.reached and not found:
            lost.append(f"it is read at {instruction.address:#x} and not called there")
        return found

    def _jumps_to(self, target: int) -> tuple[set[int], list[str]]:  # noqa: C901  one branch per kind of use
        """Calls of and jumps to an address, from anywhere; and other uses of it."""
        calls: set[int] = set()
        lost = [f"a pointer to {target:#x} stands at {at:#x}" for at in self._image.words(target)]
        for position, _ in self._references.leading(target, target):
            function = self._image.function_at(position)
            if function is None:
                if self._is_branch(position):
                    lost.append(f"code at {position:#x} in no function leads to {target:#x}")
                continue
            if self._instructions(function) is None:
                lost.append(f"the function at {function[0]:#x} can't be read")
                continue
            instruction = self._holding(function, position, target)
            if instruction is None:
                continue
            if _leads(instruction, target):
                calls.add(instruction.address)
            else:
                lost.append(f"the address {target:#x} is taken at {instruction.address:#x}")
        if not self._machine.within:
            found, others = self._formed(target)
            calls |= found
            lost += others
        for function in self._near(target, target):
            for instruction in self._instructions(function) or ():
                if _leads(instruction, target) and not function[0] <= target < function[1]:
                    calls.add(instruction.address)
        return calls, lost

    def _is_branch(self, position: int) -> bool:
        """Whether what looks like a reference in no function looks like a branch, too."""
        if not self._machine.within:
            return True
        return self._before(position, 1) in {b"\xe8", b"\xe9"} or self._before(position, 2)[:1] == b"\x0f"

    def _before(self, address: int, size: int) -> bytes:
        for part in self._image.code_ranges:
            if part.address <= address - size < part.address + part.size:
                start = address - size - part.address + part.offset
                return self._image.data[start : start + size]
        return b"?"

    def _formed(self, target: int) -> tuple[set[int], list[str]]:
        """Where code forms the address of code by several instructions: to call it at once, or otherwise."""
        calls: set[int] = set()
        lost: list[str] = []
        for position in self._references.forming(target):
            function = self._image.function_at(position)
            if function is None:
                if self._stubs.beginning(position) is None:
                    lost.append(f"code at {position:#x} in no function may form {target:#x}")
                continue
            if not self._comes_to(function, position, target):
                continue
            flow = self._followed(function, lost)
            if flow is None:
                continue
            parts = {number for number, places in flow.formed.items() if position in places}
            if position not in flow.reached or flow.stored & parts:
                lost.append(f"the address {target:#x} may be taken at {position:#x}")
                continue
            leading = {one.address for one in flow.leaving.values() if one.through.word.exact == frozenset({target})}
            calls |= leading
            taken = flow.formed.get(target, set()) - leading
            if taken:
                lost.append(f"the address {target:#x} is taken at {min(taken):#x}")
        return calls, lost

    def _near(self, start: int, end: int) -> set[tuple[int, int]]:
        """The functions from which a short jump may lead between two addresses."""
        short = self._machine.short
        places = [*range(start - short, start), *range(end, end + short)]
        return {function for place in places if (function := self._image.function_at(place)) is not None}

    def _instructions(self, function: tuple[int, int]) -> list[Instruction] | None:
        if function[0] not in self._decoded:
            self._decoded[function[0]] = decoded(self._image, *function)
        return self._decoded[function[0]]

    def _holding(self, function: tuple[int, int], position: int, target: int) -> Instruction | None:
        """The instruction that has its displacement at a position, among those that follow each other in a function;
        ``None`` where the bytes only look like one."""
        for instruction in self._instructions(function) or ():
            if instruction.address <= position < instruction.address + instruction.size:
                return instruction if _mentions(instruction, target) else None
        return None

    def _flow(self, function: tuple[int, int]) -> Flow:
        if function[0] not in self._flows:
            start, end = function
            entries = set()
            for position, target in self._references.leading(start + 1, end - 1):
                outside = self._image.function_at(position)
                if outside is not None and outside != function:
                    instruction = self._holding(outside, position, target)
                    if instruction is not None and _leads(instruction, target):
                        entries.add(target)
            for other in self._near(start, end):
                for instruction in self._instructions(other) or ():
                    if other != function:
                        entries |= {at for at in instruction.leads if start < at < end}
            self._flows[start] = Flow(
                self._image, start, end, frozenset(entries), instructions=self._instructions(function)
            )
        return self._flows[function[0]]

    def traps(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """No instruction makes a system call by itself."""
        for at in self._machine.traps(self._image):
            function = self._image.function_at(at)
            if function is None and not self._machine.within and not self._is_led_to(at):
                continue
            instructions = self._instructions(function) if function is not None else None
            if instructions is None:
                return Conclusion(None, EVERY_RIGHT, (), f"there may be a system call at {at:#x}")
            if any(one.address == at for one in instructions):
                return Conclusion(None, EVERY_RIGHT, (), f"there is a system call at {at:#x}")
        return Conclusion(None, (), (), "no instruction makes a system call by itself")

    def _is_led_to(self, address: int) -> bool:
        """Whether control may come to a word outside of functions: from the words before it, by a branch, or because
        its address is known to code or data."""
        seen, waiting = {address}, [address]
        while waiting and len(seen) <= _MOST_BEFORE:
            at = waiting.pop()
            if self._references.leading(at, at) or self._image.pointers(at) or self._references.forming(at):
                return True
            for size in {self._machine.step, 4}:
                if at - size not in seen and self._falls_into(at - size, at):
                    if self._image.function_at(at - size) is not None:
                        return True
                    seen.add(at - size)
                    waiting.append(at - size)
        return bool(waiting)

    def _falls_into(self, start: int, end: int) -> bool:
        """Whether one instruction lies between two addresses, and control may go on behind it."""
        found = decoded(self._image, start, end)
        if found is None or len(found) != 1:
            return False
        names = {operation.opcode.name for operation in found[0].operations}
        return not names & {"RETURN", "BRANCHIND", "BRANCH"} or "CBRANCH" in names

    def call_at(self, claim: Claim, ask: Ask) -> Conclusion:
        """What the call at an address asks a mapping function for."""
        spec = self._table.callees[claim.name]
        where = f"{claim.name} called at {claim.start:#x}"
        index = spec.argument if spec.role is Role.PERSONALITY else spec.protection
        if index is None:
            return self._without_mask(spec, where)
        found = ask(Claim("register", self._register(index), claim.path, claim.start))
        word = found.word if found.word is not None else unknown(where)
        if spec.role is Role.SYSCALL:
            return Conclusion(word, EVERY_RIGHT, found.assumes, f"{where}: which system call it makes is not plain")
        if spec.role is Role.PERSONALITY:
            safe = word.exact is not None and not any(number & _READ_IMPLIES_EXEC for number in word.exact)
            return Conclusion(word, () if safe else EVERY_RIGHT, found.assumes, f"{where}: the flags")
        encoding = self._table.encodings.get(spec.encoding)
        rights = word.protections(encoding) if encoding is not None else ProtSet(0xFF)
        return Conclusion(word, tuple(sorted(str(right) for right in rights)), found.assumes, f"{where} is asked for")

    def _without_mask(self, spec: CalleeSpec, where: str) -> Conclusion:
        if spec.role in {Role.MAP, Role.SYSCALL} and spec.fixed is None:
            return Conclusion(None, EVERY_RIGHT, (), f"{where} may ask for anything")
        rights = () if spec.fixed is None else tuple(str(right) for right in ProtSet.of([spec.fixed]))
        return Conclusion(None, rights, (), where)

    def _register(self, index: int) -> str:
        arguments = self._convention.arguments
        return arguments[index] if index < len(arguments) else ""

    def register(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a register holds where an instruction leaves a function."""
        function = self._image.function_at(claim.start)
        flow = self._flow(function) if function is not None else None
        leaving = flow.leaving.get(claim.start) if flow is not None and flow.whole else None
        places = registers(self._convention.language)
        if function is None or leaving is None or claim.name not in places:
            return open_conclusion(f"the code around {claim.start:#x} is not followed")
        held: Held = leaving.state.get(places[claim.name], ANY)
        word: Word = held.word
        assumes: set[str] = set()
        for parameter in sorted(held.parameters):
            found = ask(Claim("callers", parameter, claim.path, function[0]))
            word |= found.word if found.word is not None else unknown("what callers pass")
            assumes |= set(found.assumes)
        if held.slots or word == NOTHING:
            word |= unknown("an address" if held.slots else "what was not seen to be set")
        if flow is not None and flow.by_table:
            assumes.add(f"{TABLES} in the function at {function[0]:#x}")
        return Conclusion(word, (), tuple(sorted(assumes)), f"{claim.name} at {claim.start:#x}")

    def callers(self, claim: Claim, ask: Ask) -> Conclusion:
        """What all calls of a function, found by a scan of all code, hand it in a register."""
        calls, lost = self._jumps_to(claim.start)
        if lost or not calls:
            return open_conclusion(lost[0] if lost else f"nothing calls the function at {claim.start:#x}")
        word: Word | None = None
        assumes: set[str] = set()
        for place in sorted(calls):
            found = ask(Claim("register", claim.name, claim.path, place))
            passed = found.word if found.word is not None else unknown("what is passed")
            word = passed if word is None else word | passed
            assumes |= set(found.assumes)
        text = f"{claim.name} in all {len(calls)} calls of the function at {claim.start:#x}"
        return Conclusion(word, (), tuple(sorted(assumes)), text)

    def site(self, claim: Claim, ask: Ask) -> Conclusion:
        """What the call at ``start`` (``name`` is the mapping function) makes of memory, and that nothing adds x."""
        program = ask(Claim("program"))
        uses = ask(Claim("import", claim.name))
        rights = uses.rights or program.rights
        if claim.end:
            rights = ask(Claim("call-at", claim.name, claim.path, claim.start)).rights or program.rights
        others = [right for right in program.rights if right.endswith("x") and not right.startswith(OWN)]
        found = tuple(sorted({*rights, *others}))
        later = f"but {', '.join(others)} may be asked for" if others else "and nothing in the file adds x to it"
        if self._image.stack_flags is None or self._image.stack_flags & 1:
            return Conclusion(None, EVERY_RIGHT, (), "its PT_GNU_STACK is absent or executable")
        text = f"{claim.name} at {claim.start:#x} makes memory {later}; PT_GNU_STACK is there and not executable"
        views = (ONE_VIEW,) if comes_to_run(rights) else ()
        return Conclusion(None, found, tuple(sorted({*program.assumes, *views})), text)


def _mentions(instruction: Instruction, target: int) -> bool:
    """Whether an instruction's p-code has an address in it."""
    return any(
        varnode.offset == target and varnode.space.name in {"const", "ram"}
        for operation in instruction.operations
        for varnode in operation.inputs
    )


def _leads(instruction: Instruction, target: int) -> bool:
    """Whether an instruction calls or jumps to an address."""
    return target in instruction.leads
