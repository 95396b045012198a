"""Strongly connected components of a graph: what depends on each other, after all else that it depends on.

Kosaraju and Sharir's algorithm (Micha Sharir, "A Strong-Connectivity Algorithm and its Applications in Data Flow
Analysis", 1981) without recursion: the words of a function may depend on each other thousands deep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

Node = TypeVar("Node", bound="Hashable")


def components(graph: Mapping[Node, Sequence[Node]]) -> Iterator[list[Node]]:
    """The components of a graph that says of each node what it depends on; a component comes after those that it
    depends on. What is named but no key of the graph depends on nothing and is left out."""
    needed_by: dict[Node, list[Node]] = {node: [] for node in graph}
    for node, needed in graph.items():
        for other in needed:
            if other in graph:
                needed_by[other].append(node)
    left: list[Node] = []
    seen: set[Node] = set()
    for root in graph:
        left.extend(_left_in_order(root, needed_by, seen))
    done: set[Node] = set()
    for root in reversed(left):
        together = [node for node in _left_in_order(root, graph, done) if node in graph]
        if together:
            yield together


def _left_in_order(root: Node, graph: Mapping[Node, Sequence[Node]], seen: set[Node]) -> Iterable[Node]:
    """What is newly reached from a node, each after all that is reached through it."""
    if root in seen:
        return
    seen.add(root)
    path = [(root, iter(graph.get(root, ())))]
    while path:
        node, following = path[-1]
        other = next((one for one in following if one not in seen), None)
        if other is None:
            path.pop()
            yield node
        else:
            seen.add(other)
            path.append((other, iter(graph.get(other, ()))))
