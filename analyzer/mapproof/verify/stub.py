"""Linkage stubs: short code without a branch that ends in a jump by what an import's slot holds, and does nothing else.

On x86-64 they are told by their bytes; elsewhere what they do is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.verify.flow import Flow
from mapproof.verify.pcode import decoded

if TYPE_CHECKING:
    from mapproof.verify.image import Image
    from mapproof.verify.machines.base import Machine

_X86_STARTS: Final = (b"", b"\xf2", b"\xf3\x0f\x1e\xfa", b"\xf3\x0f\x1e\xfa\xf2")
"""What a linkage stub has before its jump: nothing, bnd, endbr64, both."""

_X86_STUBS: Final = (b"\xff\x35", *(prefix + b"\xff\x25" for prefix in _X86_STARTS))
"""How an entry of the table of linkage stubs begins; the first pushes what the others lead to."""

_MOST: Final = 8
"""Instructions of a stub."""


@dataclass(frozen=True, slots=True)
class Stub:
    """One stub: where it may be entered, rising, and where it ends."""

    entries: tuple[int, ...]
    end: int


class Stubs:
    """The linkage stubs of one file."""

    def __init__(self, image: Image, machine: Machine) -> None:
        self._image = image
        self._machine = machine
        self._known: dict[int, tuple[int, int] | None] = {}

    def at(self, position: int, slot: int, function: tuple[int, int] | None) -> Stub | None:
        """The stub that refers to a slot at a position; ``None`` if it is none. ``function`` is what covers the
        position."""
        if self._machine.within:
            entries = self._x86(position, function)
            return Stub(tuple(entries), 0) if entries else None
        if function is not None:
            return None
        found = self.beginning(position)
        if found is None or found[0] != slot:
            return None
        landed = [position - len(mark) for mark in self._machine.landings if self._stands(position - len(mark), mark)]
        return Stub((*landed, position), found[1])

    def beginning(self, position: int) -> tuple[int, int] | None:
        """The slot that the stub which begins at a position jumps through, and where the stub ends."""
        if position not in self._known:
            self._known[position] = self._read(position)
        return self._known[position]

    def _read(self, position: int) -> tuple[int, int] | None:
        end = self._end(position)
        if end is None:
            return None
        flow = Flow(self._image, position, end, slots=self._image.linked)
        left = list(flow.leaving.values())
        if not flow.whole or flow.by_table or flow.stored or flow.leaked or len(left) != 1:
            return None
        (slots, word) = left[0].through.slots, left[0].through.word
        return (next(iter(slots)), end) if len(slots) == 1 and word.exact == frozenset() else None

    def _end(self, position: int) -> int | None:
        """Behind the jump that ends a stub; ``None`` where another branch or a store comes before it."""
        for count in range(1, _MOST + 1):
            code = decoded(self._image, position, position + 4 * count)
            if code is None:
                return None
            names = {operation.opcode.name for operation in code[-1].operations}
            if names & {"CALL", "CALLIND", "BRANCH", "CBRANCH", "STORE", "RETURN", "CALLOTHER"}:
                return None
            if "BRANCHIND" in names:
                return position + 4 * count
        return None

    def _stands(self, address: int, mark: bytes) -> bool:
        try:
            return self._image.bytes_at(address, len(mark)) == mark
        except ValueError:
            return False

    def _x86(self, position: int, function: tuple[int, int] | None) -> list[int]:
        """Where the linkage stub begins whose jump has its displacement here; empty if it is none."""
        jump = position - 2
        if self._image.bytes_at(jump, 2) != b"\xff\x25":
            return []
        if function is not None and function[1] - function[0] > 1 << 16:
            return []
        starts = [jump - len(prefix) for prefix in _X86_STARTS if self._stands(jump - len(prefix), prefix)]
        return starts if function is None or self._in_stubs(function) else []

    def _in_stubs(self, function: tuple[int, int]) -> bool:
        """Whether a stretch that the unwind table calls a function is a table of linkage stubs, 16 or 8 bytes each."""
        start, end = function
        return any(
            (end - start) % size == 0
            and all(self._image.bytes_at(at, size).startswith(_X86_STUBS) for at in range(start, end, size))
            for size in (16, 8)
        )
