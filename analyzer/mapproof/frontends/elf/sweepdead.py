"""Leave out what nothing reads: most flags that an instruction sets are never tested."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Block, Opcode, Var

if TYPE_CHECKING:
    from mapproof.model.ir import Function, Operation

_EFFECTS: Final = frozenset({Opcode.STORE, Opcode.CALL, Opcode.RETURN})


def without_dead(function: Function) -> Function:
    """The function without operations whose output no later operation or edge can read."""
    live = _live(function)
    blocks = []
    for index, block in enumerate(function.blocks):
        needed = _after(block, live)
        kept: list[Operation] = []
        origins: list[tuple[int, int]] = []
        for place in range(len(block.operations) - 1, -1, -1):
            operation = block.operations[place]
            output = operation.output
            if operation.opcode not in _EFFECTS and output not in needed:
                continue
            if output is not None:
                needed.discard(output)
            needed.update(operand for operand in operation.inputs if isinstance(operand, Var))
            kept.append(operation)
            origins.append(block.origins[place] if block.origins else (index, place))
        blocks.append(Block(tuple(reversed(kept)), block.edges, tuple(reversed(origins))))
    return replace(function, blocks=tuple(blocks))


def _after(block: Block, live: list[set[Var]]) -> set[Var]:
    needed: set[Var] = set()
    for edge in block.edges:
        needed |= live[edge.target]
    needed.update(edge.test for edge in block.edges if isinstance(edge.test, Var))
    return needed


def _live(function: Function) -> list[set[Var]]:
    """For each block what operations that matter read before it is written: backward data flow to a fixpoint."""
    live: list[set[Var]] = [set() for _ in function.blocks]
    leading: list[list[int]] = [[] for _ in function.blocks]
    for index, block in enumerate(function.blocks):
        for edge in block.edges:
            leading[edge.target].append(index)
    pending = list(range(len(function.blocks)))
    queued = set(pending)
    while pending:
        index = pending.pop()
        queued.discard(index)
        block = function.blocks[index]
        needed = _after(block, live)
        for operation in reversed(block.operations):
            output = operation.output
            if operation.opcode not in _EFFECTS and output not in needed:
                continue
            if output is not None:
                needed.discard(output)
            needed.update(operand for operand in operation.inputs if isinstance(operand, Var))
        if needed != live[index]:
            live[index] = needed
            for before in leading[index]:
                if before not in queued:
                    queued.add(before)
                    pending.append(before)
    return live
