"""Strongly connected components of a graph: what depends on each other, after all else that it depends on.

Robert Tarjan's algorithm ("Depth-First Search and Linear Graph Algorithms", 1972) without recursion: the words of a
function may depend on each other thousands deep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

Node = TypeVar("Node", bound="Hashable")


def components(graph: Mapping[Node, Sequence[Node]]) -> Iterator[list[Node]]:
    """The components of a graph that says of each node what it depends on; a component comes after those that it
    depends on. What is named but no key of the graph depends on nothing and is left out."""
    number: dict[Node, int] = {}
    lowest: dict[Node, int] = {}
    open_nodes: list[Node] = []
    standing: set[Node] = set()
    for root in graph:
        if root in number:
            continue
        path = [(root, iter(graph[root]))]
        number[root] = lowest[root] = len(number)
        open_nodes.append(root)
        standing.add(root)
        while path:
            node, following = path[-1]
            for other in following:
                if other not in graph:
                    continue
                if other not in number:
                    number[other] = lowest[other] = len(number)
                    open_nodes.append(other)
                    standing.add(other)
                    path.append((other, iter(graph[other])))
                    break
                if other in standing:
                    lowest[node] = min(lowest[node], number[other])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    found: list[Node] = []
                    while not found or found[-1] != node:
                        found.append(open_nodes.pop())
                        standing.discard(found[-1])
                    yield found
