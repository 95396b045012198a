"""What depends on each other comes together, after all else that it depends on."""

from __future__ import annotations

from random import Random

from mapproof.frontends.elf.component import components


def _reached(graph: dict[int, list[int]], start: int) -> set[int]:
    found: set[int] = set()
    todo = list(graph[start])
    while todo:
        node = todo.pop()
        if node in graph and node not in found:
            found.add(node)
            todo.extend(graph[node])
    return found


def test_components_of_graphs() -> None:
    random = Random(20)  # noqa: S311  graphs, no secrets
    for _ in range(400):
        size = random.randint(1, 12)
        graph = {node: [random.randrange(size + 2) for _ in range(random.randint(0, 3))] for node in range(size)}
        reached = {node: _reached(graph, node) for node in graph}
        found = list(components(graph))
        assert sorted(node for together in found for node in together) == sorted(graph)
        done: set[int] = set()
        for together in found:
            one = together[0]
            assert set(together) == {one} | {other for other in reached[one] if one in reached[other]}
            done.update(together)
            assert all(reached[node] <= done for node in together)


def test_a_chain_is_as_long_as_it_likes() -> None:
    found = list(components({number: [number + 1] for number in range(50_000)}))
    assert found[0] == [49_999]
    assert len(found) == 50_000
