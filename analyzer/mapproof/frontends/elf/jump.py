"""Where an indirect jump leads: a table of targets with a bounded index, another function, or nobody knows.

The straight line of code that ends in the jump is followed as expressions. Of the target's expression the index is the
part that the branches along that line bound; every index that they let through is tried, and constant memory read.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.expression import Expression, Words, evaluate, parts, size_of
from mapproof.frontends.elf.slot import in_mips_got, pointer_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Body, Instruction, Node, Window

MAX_LINE: Final = 120
"""Instructions that the line before a jump is followed back through."""

MAX_ENTRIES: Final = 4096
"""Entries of one table."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Where an indirect jump leads: to exactly these ``targets`` (``table``; none when it never goes on), to another
    function (``call``), back to the caller (``back``), or it is not known (none of them)."""

    targets: tuple[int, ...] = ()
    table: bool = False
    call: bool = False
    back: bool = False


@dataclass(frozen=True, slots=True)
class Habits:
    """What a calling convention says of registers, by their place in the register file: ``kept`` are those that a call
    leaves as they are, ``named`` those that hold the address of a function when it is entered. ``stack`` is the stack
    pointer, ``constants`` are numbers that registers hold when a function is entered, ``link`` is the register that
    holds the return address then."""

    kept: frozenset[int]
    named: frozenset[int]
    stack: Node
    constants: tuple[tuple[int, int], ...] = ()
    link: int | None = None


def resolve(body: Body, address: int, image: ElfImage, window: Window, habits: Habits) -> Jump:
    """Find out where the indirect jump in the instruction at an address leads."""
    if raises(body.instructions[address]):
        return Jump((), table=True)
    line = _line(body, address, window)
    words, guards = _followed(body, line, window, habits)
    target = _target(body.instructions[address], words, guards, window)
    copied = habits.link is not None and _hands_back(body, body.instructions[address], habits.link)
    if copied or (target is not None and _is_return(target, words.read(habits.stack))):
        return Jump(back=True)
    if target is None:
        return Jump()

    def load(at: int, size: int) -> int | None:
        return _constant(image, window, at, size)

    found = _entries(target, guards, load)
    if found is not None:
        plain = {window.address(number) for number in found}
        known = tuple(sorted(number for number in plain if number is not None and image.is_code(number)))
        return Jump(known, table=True) if len(known) == len(plain) else Jump()
    if (target[0] == "LOAD" and not _is_table(target[2], window)) or _was_handed(target):
        return Jump(call=True)
    return Jump()


def raises(instruction: Instruction) -> bool:
    """Whether an instruction stops the program, as ``ud2`` and ``brk`` do: the lifter spells that as a jump to where an
    operation of the processor says."""
    handlers = {output for name, output, _inputs in instruction.ops if name == "CALLOTHER"} - {None}
    return any(name == "BRANCHIND" and inputs[0] in handlers for name, _output, inputs in instruction.ops)


def _hands_back(body: Body, jump: Instruction, link: int) -> bool:
    """Whether a jump is through a register that, wherever the function assigns it, is given the return address, which
    nothing in the function changes."""
    read = {node for _name, _output, inputs in jump.ops for node in inputs if node[0] == "register"}
    if len(read) != 1:
        return False
    (register,) = read
    copied = False
    for instruction in body.instructions.values():
        for name, output, inputs in instruction.ops:
            if output is None or output[0] != "register":
                continue
            low, high = output[1], output[1] + output[2]
            if low <= link < high:
                return False
            if low < register[1] + register[2] and register[1] < high:
                if name != "COPY" or output != register or inputs[0][:2] != ("register", link):
                    return False
                copied = True
    return copied


def _is_return(target: Expression, stack: Expression) -> bool:
    """Whether a word is loaded from the stack: no compiler keeps a table of labels there."""
    target = _without_mode(target)
    if target[0] != "LOAD":
        return False
    origins = {part for part in parts(target[2]) if part[0] in {"unknown", "entry", "LOAD"}}
    return len(origins) == 1 and origins == {part for part in parts(stack) if part[0] in {"unknown", "entry", "LOAD"}}


def _was_handed(target: Expression) -> bool:
    """Whether a word is what a register held when the function was entered, but for a bit that chooses the
    instruction set: no label of the function itself."""
    return bool(_without_mode(target)[0] == "entry")


def _without_mode(target: Expression) -> Expression:
    """A word without the mask that clears the bit for the instruction set, and without additions of nothing."""
    while target[0] in {"INT_AND", "INT_OR", "INT_ADD"}:
        left, right = target[2], target[3]
        if left[0] == "const":
            left, right = right, left
        if right[0] != "const" or (target[0] != "INT_AND" and right[1]):
            break
        target = left
    return target


def _line(body: Body, address: int, window: Window) -> list[int]:
    """Addresses of the instructions that lead to a jump without a choice, in order, the jump last."""
    from mapproof.frontends.elf.lift import falls_through, jump_targets  # noqa: PLC0415  each needs the other

    before: dict[int, list[int]] = {}
    for at, instruction in body.instructions.items():
        if falls_through(instruction, window):
            before.setdefault(instruction.end, []).append(at)
        for target in jump_targets(instruction, window):
            if target != instruction.end:
                before.setdefault(target, []).append(at)
    for at, jump in body.jumps.items():
        for target in jump.targets:
            before.setdefault(target, []).append(at)
    line = [address]
    while len(line) < MAX_LINE and line[-1] != body.entry:
        leading = before.get(line[-1], [])
        if len(leading) != 1 or leading[0] in line:
            break
        line.append(leading[0])
    return line[::-1]


Guard = tuple[Expression, bool]
"""A word that was tested on the way, and whether it was nonzero."""


def _followed(body: Body, line: list[int], window: Window, habits: Habits) -> tuple[Words, list[Guard]]:
    known = {**dict.fromkeys(habits.named, body.entry + window.bias), **dict(habits.constants)}
    words = Words(known if line[0] == body.entry else None)
    guards: list[Guard] = []
    for at, after in pairwise(line):
        instruction = body.instructions[at]
        conditional = any(op[0] in {"CBRANCH", "BRANCH"} for op in instruction.ops[:-1])
        for op in instruction.ops:
            name, output, inputs = op
            if name in {"CALL", "CALLIND"}:
                words.call(habits.kept)
            elif name == "CALLOTHER":
                words.clear()
            elif name == "CBRANCH":
                if inputs[0][0] == "ram" and not conditional:
                    taken = inputs[0][1] - window.bias
                    if taken != instruction.end:
                        guards.append((words.read(inputs[1]), taken == after))
            elif conditional and output is not None:
                words.write(output, words.fresh(output[2]))
            else:
                words.run(op)
    return words, guards


def _target(instruction: Instruction, words: Words, guards: list[Guard], window: Window) -> Expression | None:
    """The word that the instruction jumps to, when it does unless it goes on at the next one; what is tested for that
    is added to the ``guards``."""
    if any(op[0] in {"BRANCH", "CALL", "CALLIND"} for op in instruction.ops):
        return None
    for op in instruction.ops:
        name, _output, inputs = op
        if name == "BRANCHIND":
            return words.read(inputs[0])
        if name == "CBRANCH":
            if inputs[0][0] != "ram" or inputs[0][1] - window.bias != instruction.end:
                return None
            guards.append((words.read(inputs[1]), False))
        words.run(op)
    return None


_SAMPLES: Final = tuple(
    sorted(
        {(1 << bit) + step for bit in range(12, 64) for step in (-1, 0, 1, 3)} | {MAX_ENTRIES + n for n in range(64)}
    )
)


def _entries(target: Expression, guards: list[Guard], load: Callable[[int, int], int | None]) -> set[int] | None:
    """Every target that some index gives which the guards let through; ``None`` when there is no bounded index."""
    exact = evaluate(target, {}, lambda _at, _size: None)
    if exact is not None:
        return {exact}
    indexes = [
        (index, [guard for guard in guards if index in set(parts(guard[0]))])
        for index in dict.fromkeys(parts(target))
        if index[0] != "const" and evaluate(target, {index: 0}, lambda _at, _size: 0) is not None
    ]
    for index, about in sorted(indexes, key=lambda one: not one[1]):
        if not about and any(part[0] == "LOAD" for part in parts(index)):
            continue
        allowed = _allowed(index, about)
        if not allowed:
            continue
        found = {evaluate(target, {index: number}, load) for number in allowed}
        if None not in found:
            return {number for number in found if number is not None}
    return None


def _allowed(index: Expression, guards: list[Guard]) -> list[int]:
    """The small values that all guards let through; none when a large one gets through too."""
    limit = 1 << 8 * size_of(index)

    def passes(number: int) -> bool:
        for test, nonzero in guards:
            outcome = evaluate(test, {index: number}, lambda _at, _size: None)
            if outcome is not None and bool(outcome) != nonzero:
                return False
        return True

    if limit > MAX_ENTRIES and any(passes(sample) for sample in (*_SAMPLES, limit - 1, limit - 2) if sample < limit):
        return []
    return [number for number in range(min(limit, MAX_ENTRIES)) if passes(number)]


def _constant(image: ElfImage, window: Window, at: int, size: int) -> int | None:
    """Memory that never changes, addresses in it as lifted code spells them."""
    address = window.address(at)
    constant = address is not None and (image.is_readonly(address) or image.is_relro(address))
    if address is None or not (constant or in_mips_got(image, address)):
        return None
    if size == image.layout.word:
        pointer = pointer_at(image, address)
        if pointer.relocated:
            return None if pointer.address is None or pointer.symbol else pointer.address + window.bias
    raw = image.read(address, size)
    return None if raw is None else image.layout.integer(raw)


def _is_table(address: Expression, window: Window) -> bool:
    """Whether an address is some place of the file plus something that varies."""
    pieces = list(parts(address))
    varies = any(piece[0] in {"unknown", "LOAD"} for piece in pieces)
    places = any(piece[0] == "const" and window.address(piece[1]) is not None for piece in pieces)
    return varies and places
