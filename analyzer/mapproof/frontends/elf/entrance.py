"""Where control enters a function elsewhere than at its start, and which functions a piece of code belongs to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.crossing import Crossings
from mapproof.frontends.elf.discover import callers_of
from mapproof.frontends.elf.lift import goes_to
from mapproof.frontends.elf.reference import Kind
from mapproof.frontends.elf.slot import in_loader_table

if TYPE_CHECKING:
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Body, Lifter, Window

MAX_HOMES: Final = 16
"""Functions that one part may belong to; beyond that it is taken by itself."""

_PER_INSTRUCTION: Final = 10
"""Operations that can be run in the time in which an instruction is lifted, lowered, and perhaps left out again."""

_LARGEST_TABLE: Final = 1 << 14
"""Bytes of a jump table among the code."""

_JUMPS: Final = frozenset({Kind.JUMP, Kind.BRANCH, Kind.SHORT})


class Entrances:
    """Asks a lifter for functions and holds them against the jumps of the whole file."""

    def __init__(self, image: ElfImage, lifter: Lifter, window: Window) -> None:
        self._image = image
        self._lifter = lifter
        self.window = window
        self._crossings = Crossings(image)
        self._bodies: dict[int, Body | None] = {}
        self._starts: dict[tuple[int, int], frozenset[int] | None] = {}
        self._homes: dict[int, tuple[int, ...]] = {}
        self._called: dict[int, bool] = {}
        self.effort = 0
        """See :class:`mapproof.model.ir.Program`."""

    def body(self, entry: int) -> Body | None:
        """The function at an address, with what enters it."""
        body = self.plain(entry)
        if body is None or not body.instructions:
            return None
        body.entered |= self._entered(body)
        return body

    def plain(self, entry: int) -> Body | None:
        """The function at an address, without asking what enters it; empty where nothing can be read."""
        if entry not in self._bodies:
            body = self._bodies[entry] = self._lifter.body(entry)
            self.effort += 0 if body is None else _PER_INSTRUCTION * len(body.instructions)
        return self._bodies[entry]

    def _entered(self, body: Body) -> set[int]:
        """Instructions of a function that jumps lead to from code that is no part of it, and those that such code comes
        to without a jump."""
        covered = _covered_bytes(body) | _constants_in_code(body, self.window)
        entered: set[int] = set()
        second = None if self._image.machine is None else self._image.machine.local_entry
        starts = {body.entry} if second is None else {body.entry, second(self._image, body.entry)}
        for low, high, certain in self._stretches(body):
            for place, target in self._crossings.into(low, high, certain=certain):
                if target not in body.instructions or target in starts or place in covered:
                    continue
                if target not in entered and self._is_jump(place, target):
                    entered.add(target)
        return entered | self._fallen_into(body, covered)

    def _fallen_into(self, body: Body, covered: set[int]) -> set[int]:
        """Instructions that code which is not followed seems to come to from above."""
        machine = self._image.machine
        edges = [address for address in body.instructions if address - 1 not in covered and address != body.entry]
        if machine is None or not edges:
            return set()
        found = set()
        for code in self._image.memory.code_ranges():
            for address in edges:
                if not code.vaddr <= address < code.end:
                    continue
                if machine.falls_into(self._image, code, address) and not self._is_behind_another(address):
                    found.add(address)
        return found

    def _is_behind_another(self, address: int) -> bool:
        """Whether what stands before an instruction is another function, whose end need not look like one."""
        bounds = self._image.function_bounds(address)
        return bounds is not None and bounds.start == address and bounds.certain

    def _stretches(self, body: Body) -> set[tuple[int, int, bool]]:
        """Bounds of all the stretches of code that a function's instructions lie in."""
        found: set[tuple[int, int, bool]] = set()
        low = high = 0
        for address in sorted(body.instructions):
            if low <= address < high:
                continue
            bounds = self._image.function_bounds(address)
            if bounds is not None:
                low, high = bounds.start, bounds.end
                found.add((low, high, bounds.certain))
        return found

    def _is_jump(self, place: int, target: int) -> bool:
        """Whether what looks like a jump is one, as far as can be told; in doubt it is."""
        bounds = self._image.function_bounds(place)
        if bounds is None or in_loader_table(self._image, place):
            return False
        key = (bounds.start, bounds.end)
        if key not in self._starts:
            self._starts[key] = self._lifter.starts(*key)
        starts = self._starts[key]
        if starts is not None:
            return place in starts
        body = self.plain(bounds.start)
        if body is None:
            return True
        instruction = body.instructions.get(place)
        if instruction is not None:
            return target in goes_to(instruction, self.window)
        return place not in _covered_bytes(body) | _constants_in_code(body, self.window)

    # -- parts ---------------------------------------------------------------------------------------------------------

    def homes(self, address: int) -> tuple[int, ...]:
        """Where the functions start that an address belongs to: one, unless it lies in a part that jumps lead to from
        others. None when no function is known there."""
        bounds = self._image.function_bounds(address)
        if bounds is None:
            return ()
        if bounds.start not in self._homes:
            self._homes[bounds.start] = self._found_homes(bounds.start)
        return self._homes[bounds.start]

    def _found_homes(self, start: int) -> tuple[int, ...]:
        if not self._lifter.is_part(start) or self._is_called(start):
            return (start,)
        found: set[int] = set()
        seen, todo = {start}, [start]
        while todo and len(found) <= MAX_HOMES:
            for home in self._jumping_into(todo.pop()):
                if home in seen:
                    continue
                seen.add(home)
                if self._lifter.is_part(home) and not self._is_called(home):
                    todo.append(home)
                else:
                    found.add(home)
        kept = {home for home in found if self._reaches(home, start)}
        return tuple(sorted(kept)) if kept and len(found) <= MAX_HOMES else (start,)

    def _jumping_into(self, start: int) -> set[int]:
        """Where the stretches of code start from which jumps lead to the one at an address."""
        bounds = self._image.function_bounds(start)
        if bounds is None:
            return set()
        found = set()
        for place, target in self._crossings.into(bounds.start, bounds.end, certain=bounds.certain):
            if bounds.start <= place < bounds.end or not self._is_jump(place, target):
                continue
            home = self._image.function_bounds(place)
            if home is not None:
                found.add(home.start)
        return found

    def _reaches(self, entry: int, start: int) -> bool:
        body = self.plain(entry)
        bounds = self._image.function_bounds(start)
        if body is None or bounds is None:
            return False
        return any(bounds.start <= address < bounds.end for address in body.instructions)

    def _is_called(self, start: int) -> bool:
        """Whether what starts at an address is used as a function, whatever else it may be part of."""
        if start not in self._called:
            kinds = callers_of(self._image, start)["kind"].tolist()
            self._called[start] = start in self._outer or any(int(kind) not in _JUMPS for kind in kinds)
        return self._called[start]

    @cached_property
    def _outer(self) -> frozenset[int]:
        """Starts that other files or the loader know."""
        image = self._image
        named = {symbol.address for symbol in image.exports if symbol.address is not None}
        return frozenset(named | ({image.header.entry} if image.header else set()))


def _covered_bytes(body: Body) -> set[int]:
    return {at for one in body.instructions.values() for at in range(one.address, one.end)}


def _constants_in_code(body: Body, window: Window) -> set[int]:
    """Bytes that instructions load as constants, and those behind a jump through a table, up to the next instruction:
    where processors keep tables among the code."""
    found: set[int] = set()
    order = sorted(body.instructions)
    for address, following in zip(order, order[1:] + [0] * bool(order), strict=True):
        instruction = body.instructions[address]
        for name, _output, inputs in instruction.ops:
            if name == "BRANCHIND":
                found.update(range(instruction.end, min(following, instruction.end + _LARGEST_TABLE)))
            elif name not in {"BRANCH", "CBRANCH", "CALL", "CALLIND", "CALLOTHER"}:
                named = [node for node in inputs if node[0] == "ram" or (name == "LOAD" and node[0] == "const")]
                for _space, offset, size in named:
                    found.update(range(offset - window.bias, offset - window.bias + size))
    return found
