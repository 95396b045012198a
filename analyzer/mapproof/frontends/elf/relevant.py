"""Which tests of a function matter for the words of interest; all others are taken to go either way.

A large function has hundreds of branches, and what a mapping call is given depends on few of them. A test matters when
it looks at something that the words of interest are made of, or when it chooses between assignments to them together
with another test of the same thing (``moveq`` beside ``movne``). Forgetting a test only adds paths, so nothing that can
happen is lost, whatever is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mapproof.frontends.elf.contract import without_empty
from mapproof.frontends.elf.flow import Flow
from mapproof.frontends.elf.sweepdead import without_dead
from mapproof.model.ir import Block, Edge, Function, Operation, Var

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mapproof.frontends.elf.flow import Word


def with_relevant_tests(function: Function, interest: Callable[[Operation], Iterable[Var]]) -> Function:
    """The function with those tests only that matter for the variables that ``interest`` names of each operation."""
    flow = Flow(function)
    wanted = [
        flow.reaching((index, place), var)
        for index, block in enumerate(function.blocks)
        for place, operation in enumerate(block.operations)
        for var in interest(operation)
    ]
    kept = relevant_tests(function, flow, wanted)
    blocks = tuple(
        block
        if index in kept or all(edge.test is None for edge in block.edges)
        else Block(block.operations, _free(block), block.origins)
        for index, block in enumerate(function.blocks)
    )
    swept = without_dead(replace(function, blocks=blocks))
    return replace(swept, blocks=without_empty(swept.blocks, exits=True))


def relevant_tests(function: Function, flow: Flow, wanted: Sequence[frozenset[Word]]) -> set[int]:
    """The blocks whose test matters for these words, each group being what may reach one use."""
    relevant = flow.made_of(word for words in wanted for word in words)
    tested = {
        index: edge.test
        for index, block in enumerate(function.blocks)
        for edge in block.edges
        if isinstance(edge.test, Var)
    }
    at_most = MAX_WORK // max(1, len(tested))
    tests = {
        index: flow.made_of(flow.reaching((index, len(function.blocks[index].operations)), test), at_most)
        for index, test in tested.items()
    }
    sources = flow.sources(relevant)
    roots = {index: flow.sources(words) for index, words in tests.items()}
    kept = {index for index, found in roots.items() if found & sources}
    kept |= {index for index, words in tests.items() if not roots[index] and words & relevant}
    places = _meeting_places(flow, wanted, relevant)
    choosing = _choosing(function, set(tests), places)
    paired = {index for index in choosing if any(roots[index] & roots[other] for other in choosing if other != index)}
    before = _deciding_tests(function, flow, kept | paired, set(tests))
    for found in (kept | paired | before, kept | paired, (kept & choosing) | paired, kept & choosing):
        if len(found) <= MAX_TESTS:
            return found
    return set()


def _deciding_tests(function: Function, flow: Flow, kept: set[int], tests: set[int]) -> set[int]:
    """Tests close by that choose what other tests look at: flags that an instruction sets on a condition."""
    groups = [
        flow.reaching((index, len(function.blocks[index].operations)), edge.test)
        for index in kept
        for edge in function.blocks[index].edges
        if isinstance(edge.test, Var)
    ]
    made_of = flow.made_of(word for group in groups for word in group)
    return _choosing(function, tests - kept, _meeting_places(flow, groups, made_of), _NEAR)


def _meeting_places(flow: Flow, wanted: Sequence[frozenset[Word]], relevant: set[Word]) -> set[int]:
    """Blocks with an assignment that meets others where a word that matters is used."""
    groups = [*wanted, *(group for word in relevant if not isinstance(word, Var) for group in flow.read_by(word[0]))]
    return {word[0][0] for group in groups if len(group) > 1 for word in group if not isinstance(word, Var)}


def _free(block: Block) -> tuple[Edge, ...]:
    return tuple(dict.fromkeys(Edge(edge.target, presence=edge.presence) for edge in block.edges))


def _choosing(function: Function, tests: set[int], places: set[int], region: int = 40) -> set[int]:
    """Blocks whose test decides whether some assignment in the blocks ``places`` is made. ``region``: blocks between a
    test and where its ways meet; what lies further is not looked at."""
    meets = _postdominators(function)
    found: set[int] = set()
    for index in tests:
        seen: set[int] = set()
        todo = [edge.target for edge in function.blocks[index].edges]
        while todo and len(seen) <= region:
            block = todo.pop()
            if block in seen or block == meets.get(index):
                continue
            seen.add(block)
            if block in places:
                found.add(index)
                break
            todo.extend(edge.target for edge in function.blocks[block].edges)
    return found


MAX_TESTS = 40
"""Tests that are kept; of more, only those that choose between assignments to the words of interest, or none."""

MAX_WORK = 500_000
"""Words that tests are computed from, over all tests of a function; a test of which more would have to be looked at
counts as one that does not matter."""

_NEAR = 3
"""Blocks between a test and where its ways meet, for a test of which only another one depends."""


def _postdominators(function: Function) -> dict[int, int]:
    """The nearest block through which every way on from a block leads (Cooper, Harvey and Kennedy, "A Simple, Fast
    Dominance Algorithm", on the reversed graph). Blocks from which no way leads out are absent."""
    end = len(function.blocks)
    following = [[edge.target for edge in block.edges] or [end] for block in function.blocks]
    leading: list[list[int]] = [[] for _ in range(end + 1)]
    for index, targets in enumerate(following):
        for target in targets:
            leading[target].append(index)
    order: list[int] = []
    seen = {end}
    stack = [(end, iter(leading[end]))]
    while stack:
        block, ways = stack[-1]
        following_block = next((way for way in ways if way not in seen), None)
        if following_block is None:
            order.append(block)
            stack.pop()
        else:
            seen.add(following_block)
            stack.append((following_block, iter(leading[following_block])))
    rank = {block: position for position, block in enumerate(order)}
    found: dict[int, int] = {end: end}
    changed = True
    while changed:
        changed = False
        for block in reversed(order[:-1]):
            known = [target for target in following[block] if target in found]
            nearest = known[0]
            for other in known[1:]:
                nearest = _meeting(nearest, other, found, rank)
            if found.get(block) != nearest:
                found[block] = nearest
                changed = True
    del found[end]
    return found


def _meeting(first: int, second: int, found: dict[int, int], rank: dict[int, int]) -> int:
    while first != second:
        while rank[first] < rank[second]:
            first = found[first]
        while rank[second] < rank[first]:
            second = found[second]
    return first
