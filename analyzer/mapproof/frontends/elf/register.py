"""Registers and temporaries without overlap: each stretch that instructions can name parts of is one variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.model.ir import Var

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.frontends.elf.lift import Instruction


class Registers:
    """The variables that a lifter's registers make up. ``table`` gives each register's (offset, size) by name."""

    def __init__(self, table: Mapping[str, tuple[int, int]]) -> None:
        self._table = table
        self._at: dict[int, tuple[int, Var]] = {}
        spans: list[tuple[int, int, str]] = []
        for name, (offset, size) in sorted(table.items(), key=lambda item: (item[1][0], -item[1][1], item[0])):
            if spans and offset < spans[-1][1]:
                start, end, first = spans[-1]
                spans[-1] = (start, max(end, offset + size), first)
            else:
                spans.append((offset, offset + size, name))
        for start, end, name in spans:
            variable = Var(name, end - start)
            for offset in range(start, end):
                self._at[offset] = (start, variable)

    def holding(self, offset: int, size: int) -> tuple[int, Var]:
        """(offset in it, variable) for a part of the register file."""
        found = self._at.get(offset)
        if found is None or offset - found[0] + size > found[1].size:
            start = offset & ~15
            found = (start, Var(f"r{start:#x}", 16 if offset + size <= start + 16 else 64))
        return offset - found[0], found[1]

    def place(self, name: str) -> tuple[int, int]:
        """Where a register stands in the register file, and its size."""
        return self._table[name]

    def named(self, name: str) -> Var:
        """The variable that a register is, or is a part of."""
        return self._at[self._table[name][0]][1]

    def knows(self, name: str) -> bool:
        """Whether the lifter has a register of that name."""
        return name in self._table


def temporaries(instruction: Instruction) -> dict[int, tuple[int, Var]]:
    """For each temporary of an instruction (by offset) the variable that holds it and all that overlaps it."""
    spans = sorted({
        (node[1], node[1] + node[2])
        for _name, output, inputs in instruction.ops
        for node in (*inputs, *(() if output is None else (output,)))
        if node[0] == "unique"
    })  # fmt: skip
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    found: dict[int, tuple[int, Var]] = {}
    for start, _end in spans:
        low, high = next(span for span in merged if span[0] <= start < span[1])
        found[start] = (low, Var(f"u{low:x}", high - low))
    return found
