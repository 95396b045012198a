"""Blocks with nothing in them are left out of a function, where that changes no path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Block, Edge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.model.ir import Operation

_STANDS_IN: Final = (-1, -1)
"""Origin of an operation that stands for others."""


def without_empty(
    blocks: Sequence[Block],
    disturbed: Sequence[Sequence[int]] = (),
    disturbance: Operation | None = None,
    *,
    exits: bool = False,
) -> tuple[Block, ...]:
    """The blocks that do something or decide where to go, block 0 first, and the edges between them.

    With ``exits`` leaving the function is something that is done.

    ``disturbed`` says for each block before which of its operations (behind the last: their number) memory may have
    changed; there ``disturbance`` is put. In a block that goes it is handed to those behind it, where paths meet it
    would count anyway.
    """
    graph = _Graph(blocks, disturbed or [()] * len(blocks), exits=exits)
    graph.drop_useless()
    graph.contract()
    return graph.blocks(disturbance)


class _Graph:
    def __init__(self, blocks: Sequence[Block], disturbed: Sequence[Sequence[int]], *, exits: bool) -> None:
        self._blocks = blocks
        self._disturbed = [set(places) for places in disturbed]
        self._edges: list[list[Edge]] = [list(block.edges) for block in blocks]
        self._ends = [bool(block.operations) or (exits and not block.edges) for block in blocks]
        self._works = [
            ends or any(edge.test is not None for edge in block.edges)
            for ends, block in zip(self._ends, blocks, strict=True)
        ]
        self._leading: list[set[int]] = [set() for _ in blocks]
        for index, edges in enumerate(self._edges):
            for edge in edges:
                self._leading[edge.target].add(index)
        self._gone: set[int] = set()

    def drop_useless(self) -> None:
        """Leave out what is not reached, and blocks from which no operation can be reached."""
        reached = {0}
        todo = [0]
        while todo:
            for edge in self._edges[todo.pop()]:
                if edge.target not in reached:
                    reached.add(edge.target)
                    todo.append(edge.target)
        useful = {index for index in reached if self._ends[index]}
        todo = list(useful)
        while todo:
            for before in self._leading[todo.pop()]:
                if before in reached and before not in useful:
                    useful.add(before)
                    todo.append(before)
        useful.add(0)
        for index in range(len(self._blocks)):
            if index not in useful:
                self._gone.add(index)
                self._edges[index] = []
            else:
                self._edges[index] = [edge for edge in self._edges[index] if edge.target in useful]
            self._leading[index] &= useful

    def contract(self) -> None:
        """Leave out empty blocks, each edge into one replaced by edges to what follows, where that makes no more."""
        todo = [i for i in range(len(self._blocks)) if i not in self._gone and not self._works[i] and i != 0]
        pending = set(todo)
        while todo:
            index = todo.pop()
            pending.discard(index)
            if index in self._gone:
                continue
            following = {edge.target for edge in self._edges[index]} - {index}
            before = self._leading[index] - {index}
            if len(before) * len(following) > len(before) + len(following):
                continue
            self._remove(index, before, following)
            for other in before | following:
                if not self._works[other] and other not in self._gone and other != 0 and other not in pending:
                    pending.add(other)
                    todo.append(other)

    def _remove(self, index: int, before: set[int], following: set[int]) -> None:
        self._gone.add(index)
        self._edges[index] = []
        for other in following:
            self._leading[other].discard(index)
            self._leading[other] |= before
            if self._disturbed[index]:
                self._disturbed[other].add(0)
        for other in before:
            edges: list[Edge] = []
            for edge in self._edges[other]:
                if edge.target != index:
                    edges.append(edge)
                else:
                    edges.extend(Edge(target, edge.test, edge.nonzero, edge.presence) for target in sorted(following))
            self._edges[other] = list(dict.fromkeys(edges))

    def blocks(self, disturbance: Operation | None) -> tuple[Block, ...]:
        """What is left, numbered anew."""
        kept = [index for index in range(len(self._blocks)) if index not in self._gone]
        numbers = {index: number for number, index in enumerate(kept)}
        found: list[Block] = []
        for index in kept:
            block = self._blocks[index]
            operations: list[Operation] = []
            origins: list[tuple[int, int]] = []
            for place in range(len(block.operations) + 1):
                if place in self._disturbed[index] and disturbance is not None:
                    operations.append(disturbance)
                    origins.append(_STANDS_IN)
                if place < len(block.operations):
                    operations.append(block.operations[place])
                    origins.append(block.origins[place] if block.origins else (index, place))
            edges = tuple(
                Edge(numbers[edge.target], edge.test, edge.nonzero, edge.presence) for edge in self._edges[index]
            )
            found.append(Block(tuple(operations), edges, tuple(origins)))
        return tuple(found)
