"""What a small function of the same file does besides its work.

Which registers it changes, whatever the calling convention lets it change: compilers look (GCC's ``-fipa-ra``), and a
caller may keep a word in a register over such a call. And whether it keeps its caller's stack pointer where its first
argument says, as ``setjmp()`` does under any name: then its call may return once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.expression import Words, inputs_of, parts
from mapproof.frontends.elf.surroundings import Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mapproof.abi.arch import Convention
    from mapproof.frontends.elf.entrance import Entrances
    from mapproof.frontends.elf.expression import Expression
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Body, Instruction, Node, Window
    from mapproof.frontends.elf.linked import Linked
    from mapproof.frontends.elf.register import Registers
    from mapproof.model.ir import Var

MAX_INSTRUCTIONS: Final = 200
"""Instructions of a function that is looked at."""

_LARGEST: Final = 1024
"""Bytes of such a function."""

_DEPTH: Final = 3
_WAYS: Final = frozenset({"BRANCH", "CBRANCH", "CALL", "CALLIND", "BRANCHIND", "RETURN"})
_OPAQUE: Final = frozenset({"CALLIND", "CALLOTHER"})


class Spared:
    """``body`` reads a function, or gives ``None`` where it is too large or not known; ``external`` tells the addresses
    of code that leads to other files."""

    def __init__(
        self,
        body: Callable[[int], Body | None],
        external: Callable[[int], bool],
        registers: Registers,
        window: Window,
        convention: Convention,
    ) -> None:
        self._body = body
        self._external = external
        self._registers = registers
        self._window = window
        self._convention = convention
        self._effects: dict[int, Effect] = {}
        self._known: dict[int, frozenset[Var] | None] = {}

    def effect(self, address: int) -> Effect:
        """See :class:`mapproof.frontends.elf.surroundings.Target`."""
        if address not in self._effects:
            self._effects[address] = Effect(self.changed(address), self._returns_twice(address))
        return self._effects[address]

    def _returns_twice(self, address: int) -> bool:
        """Follows the code to the first place where its way is not certain, and through jumps to other functions."""
        words = Words({})
        stack: Node = ("register", *self._registers.place(self._convention.stack))
        first = self._first_argument(words, stack)
        top = words.read(stack)
        at, body = address, None
        for _ in range(MAX_INSTRUCTIONS):
            if body is None or at not in body.instructions:
                body = None if self._external(at) else self._body(at)
            instruction = None if body is None else body.instructions.get(at)
            if instruction is None:
                return False
            for name, _output, inputs in instruction.ops:
                if name in _WAYS:
                    break
                if name == "STORE" and first & set(parts(words.read(inputs[0]))):
                    kept = words.read(inputs[1])
                    if kept[0] != "LOAD" and top in _outside_loads(kept):
                        return True
                words.run((name, _output, inputs))
            last = instruction.ops[-1] if instruction.ops else None
            jump = last is not None and last[0] == "BRANCH" and last[2][0][0] == "ram"
            at = last[2][0][1] - self._window.bias if jump and last is not None else instruction.end
            if last is not None and last[0] in {"RETURN", "BRANCHIND", "CALL", "CALLIND"}:
                return False
        return False

    def _first_argument(self, words: Words, stack: Node) -> set[Expression]:
        """The word that says where a function is to keep something, however it is spelled."""
        if self._convention.arguments:
            return {words.read(("register", *self._registers.place(self._convention.arguments[0])))}
        size = stack[2]
        sum_of = words.read(stack), ("const", self._convention.stack_arguments, size)
        return {("LOAD", size, ("INT_ADD", size, *order)) for order in (sum_of, sum_of[::-1])}

    def changed(self, address: int, depth: int = _DEPTH) -> frozenset[Var] | None:
        """Every register that the function at an address may change; ``None`` when that is not known."""
        if address not in self._known:
            self._known[address] = None
            self._known[address] = self._found(address, depth)
        return self._known[address]

    def _found(self, address: int, depth: int) -> frozenset[Var] | None:
        body = None if not depth or self._external(address) else self._body(address)
        if body is None or not body.instructions or len(body.instructions) > MAX_INSTRUCTIONS:
            return None
        if body.cut or body.unread or body.leaving or any(not (j.table or j.back) for j in body.jumps.values()):
            return None
        found: set[Var] = set()
        for instruction in body.instructions.values():
            for name, output, inputs in instruction.ops:
                if name in _OPAQUE and not _returns_by(name, instruction):
                    return None
                if name == "CALL":
                    inner = self.changed(inputs[0][1] - self._window.bias, depth - 1)
                    if inner is None:
                        return None
                    found |= inner
                if output is not None and output[0] == "register":
                    found.add(self._registers.holding(output[1], output[2])[1])
        return frozenset(found)


def _returns_by(name: str, instruction: Instruction) -> bool:
    """Whether an operation of the processor is part of a return: it chooses the caller's instruction set."""
    last = instruction.ops[-1][0] if instruction.ops else ""
    return name == "CALLOTHER" and last == "RETURN" and all(op[1] is None for op in instruction.ops if op[0] == name)


def _outside_loads(word: Expression) -> Iterator[Expression]:
    """What a word is computed from, without what addresses of loads are."""
    yield word
    if word[0] != "LOAD":
        for inner in inputs_of(word):
            yield from _outside_loads(inner)


def spared_by(
    entrances: Entrances, linked: Linked, image: ElfImage, registers: Registers, convention: Convention
) -> Spared:
    """The same over one file: functions are looked at that it says to be short, or seem to be."""

    def body(address: int) -> Body | None:
        bounds = image.function_bounds(address)
        return entrances.plain(address) if bounds is not None and bounds.end - bounds.start <= _LARGEST else None

    def external(address: int) -> bool:
        return linked.external_at(address) is not None

    return Spared(body, external, registers, entrances.window, convention)
