"""Machine code to p-code, in a process of its own: a lifter that crashes on some bytes costs one function, not the run.

Only code that control can reach from a function's entry is lifted, block by block. Code of a file whose load address is
not fixed is lifted a long way from address 0, so that a number which is an address can be told from one which is not.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

from mapproof.frontends.elf.constants import EM
from mapproof.frontends.elf.directed import directed
from mapproof.frontends.elf.ending import Endings
from mapproof.frontends.elf.jump import Habits, Jump, resolve
from mapproof.frontends.elf.mode import is_thumb, with_plain_traps, without_exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from mapproof.abi.arch import Convention
    from mapproof.frontends.elf.image import ElfImage

Space = Literal["register", "unique", "const", "ram"]
Node = tuple[Space, int, int]
"""A varnode: space, offset (an address or number as lifted), size in bytes."""
Op = tuple[str, Node | None, tuple[Node, ...]]
"""One p-code operation: its name, output and inputs. A memory operation's first input, the space, is left out."""

BIAS: Final = {64: 0x5A5A_0000_0000, 32: 0x5A00_0000}
"""Where position-independent code is lifted: page-aligned, and no number that a program has a use for."""

_SLACK: Final = {64: 1 << 31, 32: 1 << 24}
"""How far outside the file's memory an address that leads into it may be formed."""

MAX_INSTRUCTIONS: Final = 20000
"""Instructions of one function; more are not followed."""

MAX_PART: Final = 2000
"""Instructions of a part of a function that are looked at for a way back; what is larger counts as a function."""

_PATIENCE: Final = 60.0
"""Seconds for one function to be lifted."""

_LONGEST: Final = 1 << 20
"""Bytes of code that are looked through for where instructions start."""

_ONE_BLOCK: Final = 1
"""``pypcode.TranslateFlags.BB_TERMINATING``: no further than the first instruction that jumps."""

_CHUNK: Final = 512
_THUNK: Final = 4
_RETURN: Final = b"\xc3"
"""How long the thunk of i386's position-independent code is, and its last byte: ``mov (%esp),%ebx; ret``."""
_SPARE: Final = 16


class Instruction(NamedTuple):
    """One instruction, delay slot included: ``size`` leads to the next one."""

    address: int
    size: int
    ops: tuple[Op, ...]

    @property
    def end(self) -> int:
        """The next instruction's address."""
        return self.address + self.size


@dataclass(slots=True)
class Body:
    """What control can reach from ``entry``. ``jumps`` says where each indirect jump leads; ``unread`` are addresses
    that could not be decoded; ``leaving`` are targets of jumps that are other functions' starts, ``final`` addresses of
    calls behind which another function starts, so that they never return; ``cut`` when there was more than is
    followed. ``entered`` are instructions that control may come to from code that is no part of this."""

    entry: int
    instructions: dict[int, Instruction] = field(default_factory=dict)
    jumps: dict[int, Jump] = field(default_factory=dict)
    leaving: set[int] = field(default_factory=set)
    final: set[int] = field(default_factory=set)
    unread: set[int] = field(default_factory=set)
    entered: set[int] = field(default_factory=set)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which numbers in lifted code are addresses, and how to take the bias off."""

    bias: int
    low: int
    high: int

    @classmethod
    def of(cls, image: ElfImage) -> Window:
        """The file's own."""
        bits = image.layout.bits
        bias = BIAS[bits] if image.position_independent or image.is_object else 0
        extents = image.memory.extents
        low = min((extent.vaddr for extent in extents), default=0)
        high = max((extent.end for extent in extents), default=0)
        if not bias:
            return cls(0, low, high)
        return cls(bias, low - _SLACK[bits], high + _SLACK[bits])

    def address(self, number: int) -> int | None:
        """The address that a number stands for, or ``None``."""
        plain = number - self.bias
        return plain if self.low <= plain < self.high else None


class Lifter:
    """Asks a worker for functions; starts it again when it died."""

    def __init__(self, image: ElfImage, convention: Convention, external: Callable[[int], str | None]) -> None:
        self._image = image
        self._convention = convention
        self._external = external
        self._process: Any = None
        self._pipe: Connection[Any, Any] | None = None
        self.registers: dict[str, tuple[int, int]] = {}

    def body(self, entry: int) -> Body | None:
        """The function at an address; ``None`` when the lifter failed on it."""
        answer = self._ask(("body", entry, entry))
        return answer if isinstance(answer, Body) else None

    def is_part(self, start: int) -> bool:
        """Whether what starts at an address is part of another function: it goes on in the middle of one."""
        return self._ask(("part", start, start)) is True

    def starts(self, low: int, high: int) -> frozenset[int] | None:
        """Where instructions start in [low, high), when the bytes there are nothing but instructions one after the
        other and each direct jump leads to one of them; ``None`` when they are not."""
        answer = self._ask(("starts", low, high))
        return answer if isinstance(answer, frozenset) else None

    def _ask(self, question: tuple[str, int, int]) -> object:
        pipe = self._start()
        try:
            pipe.send(question)
            if pipe.poll(_PATIENCE):
                return pipe.recv()
        except (EOFError, OSError):
            pass
        self.close()
        return None

    def start(self) -> None:
        """Make sure that ``registers`` is known."""
        self._start()

    def _start(self) -> Connection[Any, Any]:
        if self._pipe is not None:
            return self._pipe
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        reader = _Reader(self._image, self._convention, self._external)
        self._process = context.Process(target=_serve, args=(reader, theirs, ours), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours
        try:
            self.registers = ours.recv()
        except (EOFError, OSError):
            self.registers = {}
        return ours

    def close(self) -> None:
        """End the worker."""
        if self._pipe is not None:
            self._pipe.close()
            self._process.terminate()
            self._process.join()
            self._pipe = self._process = None


def _serve(reader: _Reader, pipe: Connection[Any, Any], other: Connection[Any, Any]) -> None:
    """The worker's life: registers first, then answers until the other end of the pipe is closed."""
    other.close()
    pipe.send(reader.registers())
    while True:
        try:
            question = pipe.recv()
        except EOFError:
            return
        pipe.send(reader.answer(*question))


class _Reader:
    """The worker's side: one context per instruction set, used over and over."""

    def __init__(self, image: ElfImage, convention: Convention, external: Callable[[int], str | None]) -> None:
        self._image = image
        self._convention = convention
        self._external = external
        self._contexts: dict[bool, Any] = {}
        self._window = Window.of(image)
        self._thunks: dict[int, tuple[Op, ...]] = {}
        self._known: dict[Node | Op, Node | Op] = {}
        """Every varnode and operation once: what is sent, and kept at the other end, is then told once too."""
        self._bounds: dict[int, tuple[int, int] | None] = {}
        self._parts: dict[int, bool] = {}
        self._endings = Endings(image, self._window, external, self._block)

    @property
    def _is_arm(self) -> bool:
        return self._image.header is not None and self._image.header.machine == EM.ARM

    def _context(self, *, thumb: bool) -> Any:  # noqa: ANN401  the lifter has no types
        if thumb not in self._contexts:
            import pypcode  # noqa: PLC0415  only the worker needs it

            context = pypcode.Context(self._convention.language)
            if self._is_arm:
                context.setVariableDefault("TMode", int(thumb))
            self._contexts[thumb] = context
        return self._contexts[thumb]

    @cached_property
    def _habits(self) -> Habits:
        table = self.registers()
        return Habits(
            frozenset(table[name][0] for name in self._convention.preserved),
            frozenset(table[name][0] for name in self._convention.entry_address),
            ("register", *table[self._convention.stack]),
            tuple((table[name][0], number) for name, number in self._convention.constants.items()),
            table[self._convention.link][0] if self._convention.link else None,
        )

    def registers(self) -> dict[str, tuple[int, int]]:
        """Every register's offset and size by name."""
        context = self._context(thumb=False)
        return {name: (node.offset, node.size) for name, node in context.registers.items()}

    def answer(self, kind: str, low: int, high: int) -> object:
        """What :class:`Lifter` asks for."""
        if kind == "body":
            return self.body(low)
        return self.is_part(low) if kind == "part" else self.starts(low, high)

    def body(self, entry: int) -> Body:
        """Follow control from an entry."""
        body = Body(entry)
        thumb = self._is_thumb(entry)
        self._follow(body, [entry], thumb=thumb)
        pending = self._indirect(body)
        while pending:
            for address in pending:
                jump = resolve(body, address, self._image, self._window, self._habits)
                body.jumps[address] = jump
                inside = [target for target in jump.targets if not self._leaves(body, target)]
                body.leaving.update(target for target in jump.targets if self._leaves(body, target))
                self._follow(body, inside, thumb=thumb)
            pending = self._indirect(body)
        self._look_again(body)
        return body

    def _look_again(self, body: Body) -> None:
        """Take back what was found out about a jump before all the ways to it were known, where they make a
        difference."""
        for address, jump in list(body.jumps.items()):
            if jump.table and jump.targets and resolve(body, address, self._image, self._window, self._habits) != jump:
                body.jumps[address] = Jump()

    def starts(self, low: int, high: int) -> frozenset[int] | None:
        """See :meth:`Lifter.starts`."""
        raw = self._image.read(low, high - low) if 0 < high - low <= _LONGEST else None
        if raw is None or is_thumb(self._image, low, high):
            return None
        try:
            found = self._context(thumb=False).disassemble(raw, base_address=low).instructions
        except Exception:  # noqa: BLE001  the lifter's own errors have no common base
            return None
        at = low
        targets: set[int] = set()
        for instruction in found:
            if instruction.addr.offset != at:
                return None
            at += instruction.length
            if instruction.body.startswith("0x") and instruction.mnem.startswith(("J", "LOOP", "CALL")):
                targets.add(int(instruction.body, 16))
        starts = frozenset(instruction.addr.offset for instruction in found)
        return starts if at == high and all(t in starts for t in targets if low <= t < high) else None

    def _indirect(self, body: Body) -> list[int]:
        return sorted(
            address
            for address, instruction in body.instructions.items()
            if address not in body.jumps and any(op[0] == "BRANCHIND" for op in instruction.ops)
        )

    def _follow(self, body: Body, entries: list[int], *, thumb: bool) -> None:
        todo = list(entries)
        while todo:
            at = todo.pop()
            while at not in body.instructions:
                if len(body.instructions) >= MAX_INSTRUCTIONS:
                    body.cut = True
                    return
                block = self._decode(at, thumb=thumb)
                if not block:
                    body.unread.add(at)
                    break
                for instruction in block:
                    if instruction.address in body.instructions:
                        break
                    body.instructions[instruction.address] = self._with_thunk(instruction)
                else:
                    falls = self._flow(body, block[-1], todo)
                    at = block[-1].end
                    if falls:
                        continue
                break

    def _flow(self, body: Body, last: Instruction, todo: list[int]) -> bool:
        """Queue where the last instruction of a block jumps; whether control goes on behind it."""
        for target in jump_targets(last, self._window):
            if target != last.end and self._leaves(body, target):
                body.leaving.add(target)
            elif target != last.end:
                todo.append(target)
        if not falls_through(last, self._window):
            return False
        if self._endings.behind(last):
            body.final.add(last.address)
            return False
        if self._leaves(body, last.end):
            if any(op[0] in {"CALL", "CALLIND"} for op in last.ops):
                body.final.add(last.address)
            else:
                body.leaving.add(last.end)
            return False
        return True

    def _leaves(self, body: Body, target: int) -> bool:
        """Whether an address belongs to another function: it is where one starts, and not inside this one."""
        home = self._range(body.entry)
        if home is not None and home[0] <= target < home[1]:
            return False
        if target == body.entry:
            return False
        if self._external(target) is not None:
            return True
        other = self._range(target)
        if other is None or other[0] == target:
            return not self.is_part(target)
        local = None if self._image.machine is None else self._image.machine.local_entry
        return local is not None and local(self._image, other[0]) == target

    def is_part(self, start: int) -> bool:
        """See :meth:`Lifter.is_part`."""
        if start not in self._parts:
            self._parts[start] = False
            home = self._range(start)
            if home is not None and home[0] == start:
                self._parts[start] = self._goes_back(*home)
        return self._parts[start]

    def _goes_back(self, low: int, high: int) -> bool:
        """Whether code in [low, high), followed from its first instruction, jumps into the middle of other code."""
        thumb = is_thumb(self._image, low, high)
        local = None if self._image.machine is None else self._image.machine.local_entry
        todo, seen = [low], set[int]()
        while todo:
            at = todo.pop()
            while low <= at < high and at not in seen and len(seen) < MAX_PART:
                block = self._decode(at, thumb=thumb)
                if not block:
                    break
                seen.update(instruction.address for instruction in block)
                last = block[-1]
                for target in jump_targets(last, self._window):
                    if low <= target < high:
                        todo.append(target)
                        continue
                    other = self._range(target)
                    if other is None or other[0] == target or self._external(target) is not None:
                        continue
                    if local is None or local(self._image, other[0]) != target:
                        return True
                if not falls_through(last, self._window):
                    break
                at = last.end
        return False

    def _range(self, address: int) -> tuple[int, int] | None:
        if address not in self._bounds:
            bounds = self._image.function_bounds(address)
            self._bounds[address] = None if bounds is None else (bounds.start, bounds.end)
        return self._bounds[address]

    def _is_thumb(self, entry: int) -> bool:
        home = self._range(entry)
        return is_thumb(self._image, entry, entry + _CHUNK if home is None else home[1])

    def _block(self, address: int) -> list[Instruction]:
        """The same as :meth:`_decode`, with what thunks do in place of their calls."""
        return [self._with_thunk(one) for one in self._decode(address, thumb=self._is_thumb(address))]

    def _decode(self, address: int, *, thumb: bool) -> list[Instruction]:
        """The instructions from an address to the end of its block, or as far as they can be decoded."""
        data = self._bytes(address)
        if data is None:
            return []
        moved: dict[int, int] = {}
        if self._is_arm:
            data, moved = without_exchange(data, address, thumb=thumb)
        elif self._image.header is not None and self._image.header.machine == EM.PPC64:
            data = with_plain_traps(data, address, self._image.layout.order)
        context = self._context(thumb=thumb)
        limit = max(1, len(data) - _SPARE)
        try:
            found = context.translate(data, base_address=address + self._window.bias, max_bytes=limit, flags=_ONE_BLOCK)
        except Exception:  # noqa: BLE001  the lifter's own errors have no common base; the address is reported unread
            return []
        block = list(_instructions(found.ops, self._window.bias, self._image.layout.bits, self._known))
        block = [_retargeted(one, moved[one.address]) if moved.get(one.address) else one for one in block]
        return block if self._is_arm or not block else list(directed(block, self._is_code))

    def _is_code(self, number: int) -> bool:
        """Whether a number in lifted code is an address of code."""
        address = self._window.address(number)
        return address is not None and self._image.is_code(address)

    def _with_thunk(self, instruction: Instruction) -> Instruction:
        """The instruction, with what a thunk does in place of its call: code that asks where it is calls one that hands
        the return address back, in a register that no other function changes."""
        called = [op for op in instruction.ops if op[0] == "CALL" and op[2][0][0] == "ram"]
        if not self._convention.pushed or len(called) != 1 or instruction.ops[-1] is not called[0]:
            return instruction
        thunk = self._thunk(called[0][2][0][1] - self._window.bias)
        return (
            Instruction(instruction.address, instruction.size, (*instruction.ops[:-1], *thunk))
            if thunk
            else instruction
        )

    def _thunk(self, address: int) -> tuple[Op, ...]:
        """What the code at an address does, if it only loads its return address and returns; else nothing."""
        if address not in self._thunks:
            raw = self._image.read(address, _THUNK) if self._image.is_code(address) else None
            block = self._decode(address, thumb=False) if raw is not None and raw.endswith(_RETURN) else []
            ops = tuple(op for instruction in block for op in instruction.ops)
            plain = [op[0] for op in ops[:-1]]
            loads = plain.count("LOAD") == 2 and not {"CALL", "CALLOTHER", "CBRANCH", "BRANCH", "STORE"} & set(plain)
            self._thunks[address] = ops[:-1] if len(block) == 2 and loads and ops[-1][0] == "RETURN" else ()
        return self._thunks[address]

    def _bytes(self, address: int) -> bytes | None:
        extent = self._image.memory.extent_at(address)
        if extent is None or not self._image.is_code(address) or address >= extent.file_end:
            return None
        raw = self._image.read(address, min(_CHUNK, extent.file_end - address))
        return None if raw is None else raw + bytes(_SPARE)


def _instructions(ops: Any, bias: int, bits: int, known: dict[Any, Any]) -> Iterator[Instruction]:  # noqa: ANN401  the lifter has no types
    """Operations grouped by instruction; one whose delay slot follows takes it in. ``known`` holds what equal ones are
    taken from."""

    def node_of(node: Any) -> Node:  # noqa: ANN401  likewise
        found = (intern(node.space.name), node.offset, node.size)
        return cast("Node", known.setdefault(found, found))

    mask = (1 << bits) - 1
    address, end = None, 0
    kept: list[Op] = []
    for op in ops:
        name = op.opcode.name
        if name == "IMARK":
            if address is not None:
                yield Instruction(address, end - address, tuple(kept))
                kept = []
            first, last = op.inputs[0], op.inputs[-1]
            address = first.offset - bias & mask
            end = (last.offset + last.size - bias) & mask
            continue
        inputs = [node_of(node) for node in op.inputs]
        if name in {"LOAD", "STORE"}:
            name = _in_space(name, op.inputs[0].getSpaceFromConst().name)
            inputs = inputs[1:]
        output = op.output
        made = (name, None if output is None else node_of(output), tuple(inputs))
        kept.append(known.setdefault(made, made))
    if address is not None:
        yield Instruction(address, end - address, tuple(kept))


def _retargeted(instruction: Instruction, by: int) -> Instruction:
    """A call whose target lies some bytes further."""
    ops = tuple(
        (name, output, ((space, offset + by, size), *rest)) if name == "CALL" else (name, output, inputs)
        for name, output, inputs in instruction.ops
        for (space, offset, size), *rest in (inputs or (("const", 0, 0),),)
    )
    return Instruction(instruction.address, instruction.size, ops)


def _in_space(name: str, space: str) -> str:
    """What an access to memory comes to: a load from the space of constants gives the address itself."""
    if space == "ram":
        return name
    return "COPY" if name == "LOAD" and space == "const" else "CALLOTHER"


def jump_targets(instruction: Instruction, window: Window) -> Iterator[int]:
    """Addresses that the instruction's direct jumps lead to."""
    for name, _output, inputs in instruction.ops:
        if name in {"BRANCH", "CBRANCH"} and inputs[0][0] == "ram":
            yield inputs[0][1] - window.bias


def goes_to(instruction: Instruction, window: Window) -> set[int]:
    """Addresses that the instruction jumps to or calls."""
    calls = [inputs[0] for name, _output, inputs in instruction.ops if name == "CALL"]
    called = {offset - window.bias for space, offset, _size in calls if space == "ram"}
    return called | set(jump_targets(instruction, window))


def falls_through(instruction: Instruction, window: Window) -> bool:
    """Whether control may go on at the next instruction."""
    if not instruction.ops or instruction.ops[-1][0] not in {"BRANCH", "BRANCHIND", "RETURN"}:
        return True
    count = len(instruction.ops)
    for index, (name, _output, inputs) in enumerate(instruction.ops):
        if name not in {"BRANCH", "CBRANCH"}:
            continue
        space, offset, size = inputs[0]
        if space == "ram" and offset - window.bias == instruction.end:
            return True
        if space == "const" and index + signed(offset, size) >= count:
            return True
    return False


def signed(number: int, size: int) -> int:
    """A number of ``size`` bytes as two's complement."""
    sign = 1 << 8 * size - 1
    return (number & sign - 1) - (number & sign)


def inner_targets(ops: tuple[Op, ...]) -> set[int]:
    """Positions in an instruction that branches within it lead to."""
    return {
        index + signed(inputs[0][1], inputs[0][2])
        for index, (name, _output, inputs) in enumerate(ops)
        if name in {"BRANCH", "CBRANCH"} and inputs[0][0] == "const"
    }
