"""The shape of a function: the order to visit its blocks in, its loop heads, and which variables still matter where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.absint.equality import compared_in
from mapproof.model.ir import Var

if TYPE_CHECKING:
    from mapproof.model.ir import Block, Function


class Graph:
    """Facts of one function's control flow, computed once."""

    def __init__(self, function: Function) -> None:
        self.order, self.heads = _walk(function)
        self.rank = {block: position for position, block in enumerate(self.order)}
        self.live = _live(function, self.order)
        """For each block, the variables that it or a block after it reads before assigning them."""
        self.labels = [_labels(function, index) for index in range(len(function.blocks))]
        """What to call the operations of each block: the same in every part of one function."""
        self.compared = [compared_in(block) for block in function.blocks]
        """Which words the tests at the end of each block say to be equal or not."""


def _labels(function: Function, index: int) -> list[str]:
    block = function.blocks[index]
    origins = block.origins or [(index, place) for place in range(len(block.operations))]
    return [f"{function.symbol}#{number}.{place}" for number, place in origins]


_known: dict[int, tuple[Function, Graph]] = {}


def graph_of(function: Function) -> Graph:
    """The function's graph; it is kept with the function for as long as the process lives."""
    kept = _known.get(id(function))
    if kept is None or kept[0] is not function:
        kept = _known[id(function)] = (function, Graph(function))
    return kept[1]


def _walk(function: Function) -> tuple[list[int], frozenset[int]]:
    """Reverse postorder from the entry, and the targets of edges that go back in that walk."""
    entered: dict[int, bool] = {0: True}
    order: list[int] = []
    heads: set[int] = set()
    stack: list[tuple[int, int]] = [(0, 0)]
    while stack:
        block, position = stack.pop()
        edges = function.blocks[block].edges
        if position == len(edges):
            entered[block] = False
            order.append(block)
            continue
        stack.append((block, position + 1))
        target = edges[position].target
        if target not in entered:
            entered[target] = True
            stack.append((target, 0))
        elif entered[target]:
            heads.add(target)
    return order[::-1], frozenset(heads)


def _reads(block: Block) -> tuple[set[Var], set[Var]]:
    """Variables read before they are assigned in the block, and variables assigned."""
    read: set[Var] = set()
    assigned: set[Var] = set()
    for operation in block.operations:
        read.update(o for o in operation.inputs if isinstance(o, Var) and o not in assigned)
        if operation.output is not None:
            assigned.add(operation.output)
    read.update(e.test for e in block.edges if isinstance(e.test, Var) and e.test not in assigned)
    return read, assigned


def _live(function: Function, order: list[int]) -> dict[int, frozenset[Var]]:
    """Backward data flow to a fixpoint (Aho et al., "Compilers", 9.2.5)."""
    local = {index: _reads(function.blocks[index]) for index in order}
    before: dict[int, set[Var]] = {index: set(read) for index, (read, _assigned) in local.items()}
    changed = True
    while changed:
        changed = False
        for index in reversed(order):
            _read, assigned = local[index]
            for edge in function.blocks[index].edges:
                arriving = before[edge.target] - assigned
                if not arriving <= before[index]:
                    before[index] |= arriving
                    changed = True
    return {index: frozenset(variables) for index, variables in before.items()}
