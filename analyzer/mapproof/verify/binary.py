"""Rules about x86-64 binaries: every reference to every imported mapping function is accounted for, each call's
registers computed, the callers of a function counted by a scan of all code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.abi.x86_64 import ARCH
from mapproof.model.callee import Role
from mapproof.model.procfs import own_files, own_memory
from mapproof.model.protection import ProtSet
from mapproof.verify.account import OWN
from mapproof.verify.claim import EVERY_RIGHT, Claim, Conclusion, open_conclusion
from mapproof.verify.flow import ANY, Flow, Held, decoded, registers
from mapproof.verify.image import DATA_SLOT, WORD_SLOTS
from mapproof.verify.loaded import LOADED
from mapproof.verify.scope import ASKING
from mapproof.verify.word import Word, unknown

if TYPE_CHECKING:
    from mapproof.model.callee import CalleeSpec, CalleeTable
    from mapproof.verify.claim import Ask, Rule
    from mapproof.verify.flow import Instruction
    from mapproof.verify.image import Image

_READ_IMPLIES_EXEC: Final = 0x0400000
_SHORT: Final = 130
"""Bytes that a jump with an 8-bit displacement reaches."""

BOUNDARIES: Final = "code-starts"
"""Code runs from where the unwind table says that functions begin, instruction after instruction, and a call that ends
one does not come back."""

SLOTS: Final = "slot-addresses"
"""The slot of an import is read by its own address, not by one computed from others."""

TABLES: Final = "jump-tables"
"""A jump by a value leads to where the tables say whose address the same function forms."""

_NAMES: Final = re.compile(rb"/(?:proc|dev/fd|dev/shm)[ -~]*|[ -~]*/(?:mem|fd/?)(?=\0)|(?<=\0)(?:mem|fd/[ -~]*)(?=\0)")
"""Texts, or the beginnings of them in instructions, that may name such files."""

_TRAPS: Final = (b"\x0f\x05", b"\x0f\x34", b"\xcd\x80")
"""syscall, sysenter, int 0x80."""

_STUB_STARTS: Final = (b"", b"\xf2", b"\xf3\x0f\x1e\xfa", b"\xf3\x0f\x1e\xfa\xf2")
"""What a linkage stub has before its jump: nothing, bnd, endbr64, both."""


_STUBS: Final = (b"\xff\x35", *(prefix + b"\xff\x25" for prefix in _STUB_STARTS))
"""How an entry of the table of linkage stubs begins; the first pushes what the others lead to."""


def binary_rules(image: Image, table: CalleeTable) -> dict[str, Rule]:
    """Every rule about a binary, by the kind of claim."""
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
        self._image = image
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
            places, lost = self._calls_through(slot.address)
            if slot.kind not in WORD_SLOTS:
                lost.append(f"the relocation at {slot.address:#x} is of kind {slot.kind}")
            if slot.kind == DATA_SLOT:
                assumes.add(f"address-kept at {slot.address:#x}")
            if lost:
                return Conclusion(None, EVERY_RIGHT, (), f"{claim.name}: {lost[0]}")
            for place in sorted(places):
                calls += 1
                found = ask(Claim("call-at", claim.name, self._image.path, place))
                rights |= set(found.rights)
                assumes |= set(found.assumes)
        return Conclusion(None, tuple(sorted(rights)), tuple(sorted(assumes)), f"{claim.name}: {calls} calls counted")

    def _calls_through(self, slot: int) -> tuple[set[int], list[str]]:
        """The calls by way of a slot, and what refers to it otherwise."""
        calls: set[int] = set()
        lost: list[str] = []
        for position, _ in self._image.references(slot):
            function = self._image.function_at(position)
            stub = self._stub(position)
            if stub:
                for entry in stub:
                    found, others = self._jumps_to(entry)
                    calls |= found
                    lost += others
            elif function is None:
                lost.append(f"code at {position:#x} in no function refers to it")
            else:
                calls |= self._indirect(function, slot, position, lost)
        return calls, lost

    def _stub(self, position: int) -> list[int]:
        """Where the linkage stub begins whose jump has its displacement here; empty if it is none."""
        jump = position - 2
        if self._image.bytes_at(jump, 2) != b"\xff\x25":
            return []
        function = self._image.function_at(position)
        if function is not None and function[1] - function[0] > 1 << 16:
            return []
        starts = [jump - len(prefix) for prefix in _STUB_STARTS if self._before(jump, len(prefix)) == prefix]
        return starts if function is None or self._in_stubs(function) else []

    def _in_stubs(self, function: tuple[int, int]) -> bool:
        """Whether a stretch that the unwind table calls a function is a table of linkage stubs, 16 or 8 bytes each."""
        start, end = function
        return any(
            (end - start) % size == 0
            and all(self._image.bytes_at(at, size).startswith(_STUBS) for at in range(start, end, size))
            for size in (16, 8)
        )

    def _before(self, address: int, size: int) -> bytes:
        try:
            return self._image.bytes_at(address - size, size) if size else b""
        except ValueError:
            return b"?"

    def _indirect(self, function: tuple[int, int], slot: int, position: int, lost: list[str]) -> set[int]:
        """The calls in a function that go through a slot's content."""
        if self._instructions(function) is None:
            lost.append(f"the function at {function[0]:#x} can't be read")
            return set()
        instruction = self._holding(function, position, slot)
        if instruction is None:
            return set()  # no instruction has its displacement here: other bytes that look like one
        flow = self._flow(function)
        if not flow.whole:
            lost.append(f"the function at {function[0]:#x} is not followed")
            return set()
        found = {one.address for one in flow.leaving.values() if slot in one.through.slots}
        if slot in flow.leaked:
            lost.append(f"it is read in the function at {function[0]:#x} and kept")
        if instruction.address not in found and instruction.address in flow.before and not found:
            lost.append(f"it is read at {instruction.address:#x} and not called there")
        return found

    def _jumps_to(self, target: int) -> tuple[set[int], list[str]]:
        """Calls of and jumps to an address, from anywhere; and other uses of it."""
        calls: set[int] = set()
        lost = [f"a pointer to {target:#x} stands at {at:#x}" for at in self._image.words(target)]
        for position, _ in self._image.references(target):
            function = self._image.function_at(position)
            if function is not None and self._instructions(function) is None:
                lost.append(f"the function at {function[0]:#x} can't be read")
                continue
            if function is None:
                if (
                    self._image.bytes_at(position - 1, 1) in {b"\xe8", b"\xe9"}
                    or self._before(position, 2)[:1] == b"\x0f"
                ):
                    lost.append(f"code at {position:#x} in no function leads to {target:#x}")
                continue
            instruction = self._holding(function, position, target)
            if instruction is None:
                continue
            if _leads(instruction, target):
                calls.add(instruction.address)
            else:
                lost.append(f"the address {target:#x} is taken at {instruction.address:#x}")
        for function in self._near(target, target):
            for instruction in self._instructions(function) or ():
                if _leads(instruction, target) and not function[0] <= target < function[1]:
                    calls.add(instruction.address)
        return calls, lost

    def _near(self, start: int, end: int) -> set[tuple[int, int]]:
        """The functions from which a short jump may lead between two addresses."""
        places = [*range(start - _SHORT, start), *range(end, end + _SHORT)]
        return {function for place in places if (function := self._image.function_at(place)) is not None}

    def _instructions(self, function: tuple[int, int]) -> list[Instruction] | None:
        if function[0] not in self._decoded:
            self._decoded[function[0]] = decoded(self._image, *function)
        return self._decoded[function[0]]

    def _holding(self, function: tuple[int, int], position: int, target: int) -> Instruction | None:
        """The instruction that has its displacement at a position, among those that follow each other in a function;
        ``None`` where the bytes only look like one."""
        for instruction in self._instructions(function) or ():
            if instruction.address < position < instruction.address + instruction.size:
                return instruction if _mentions(instruction, target) else None
        return None

    def _flow(self, function: tuple[int, int]) -> Flow:
        if function[0] not in self._flows:
            start, end = function
            entries = set()
            for position, target in self._image.references(start + 1, end - 1):
                outside = self._image.function_at(position)
                if outside is not None and outside != function:
                    instruction = self._holding(outside, position, target)
                    if instruction is not None and _leads(instruction, target):
                        entries.add(target)
            for other in self._near(start, end):
                for instruction in self._instructions(other) or ():
                    if other != function:
                        entries |= {at for at in _led_to(instruction) if start < at < end}
            self._flows[start] = Flow(self._image, start, end, frozenset(entries))
        return self._flows[function[0]]

    def traps(self, claim: Claim, ask: Ask) -> Conclusion:  # noqa: ARG002  a rule's shape
        """No instruction makes a system call by itself."""
        for pattern in _TRAPS:
            for at in self._image.code(pattern):
                function = self._image.function_at(at)
                instructions = self._instructions(function) if function is not None else None
                if instructions is None:
                    return Conclusion(None, EVERY_RIGHT, (), f"there may be a system call at {at:#x}")
                if any(one.address == at for one in instructions):
                    return Conclusion(None, EVERY_RIGHT, (), f"there is a system call at {at:#x}")
        return Conclusion(None, (), (), "no instruction makes a system call by itself")

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
        assert ARCH.convention is not None  # noqa: S101  its file says so
        return ARCH.convention.arguments[index] if index < len(ARCH.convention.arguments) else ""

    def register(self, claim: Claim, ask: Ask) -> Conclusion:
        """What a register holds where an instruction leaves a function."""
        function = self._image.function_at(claim.start)
        flow = self._flow(function) if function is not None else None
        leaving = flow.leaving.get(claim.start) if flow is not None and flow.whole else None
        if function is None or leaving is None or claim.name not in registers():
            return open_conclusion(f"the code around {claim.start:#x} is not followed")
        held: Held = leaving.state.get(registers()[claim.name], ANY)
        word: Word = held.word
        assumes: set[str] = set()
        for parameter in sorted(held.parameters):
            found = ask(Claim("callers", parameter, claim.path, function[0]))
            word |= found.word if found.word is not None else unknown("what callers pass")
            assumes |= set(found.assumes)
        if held.slots:
            word |= unknown("an address")
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
        return Conclusion(None, found, program.assumes, text)


def _mentions(instruction: Instruction, target: int) -> bool:
    """Whether an instruction's p-code has an address in it."""
    return any(
        varnode.offset == target and varnode.space.name in {"const", "ram"}
        for operation in instruction.operations
        for varnode in operation.inputs
    )


def _leads(instruction: Instruction, target: int) -> bool:
    """Whether an instruction calls or jumps to an address."""
    return target in _led_to(instruction)


def _led_to(instruction: Instruction) -> set[int]:
    """The addresses that an instruction calls or jumps to."""
    return {
        operation.inputs[0].offset
        for operation in instruction.operations
        if operation.opcode.name in {"CALL", "BRANCH", "CBRANCH"} and operation.inputs[0].space.name == "ram"
    }
