"""Which tests of a function matter for the words of interest; all others are taken to go either way.

A large function has hundreds of branches, and what a mapping call is given depends on few of them. A test matters when
it looks at something that the words of interest are made of, or when it chooses between assignments to them together
with another test of the same thing (``moveq`` beside ``movne``). Forgetting a test only adds paths, so nothing that can
happen is lost, whatever is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mapproof.frontends.elf.sweepdead import without_dead
from mapproof.model.ir import Block, Const, Edge, Function, Opcode, Operation, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mapproof.model.ir import Operand

Use = tuple[int, int]
"""An operation: the numbers of its block and its place there."""
Word = tuple[Use, Var] | Var
"""What a variable holds: as assigned by an operation, or as the function was entered."""


def with_relevant_tests(function: Function, interest: Callable[[Operation, Operand | None], Iterable[Var]]) -> Function:
    """The function with those tests only that matter for the variables that ``interest`` names.

    It is asked about each operation, and told where its first input comes from if that was loaded from one place.
    """
    flow = _Flow(function)
    wanted = [
        word
        for index, block in enumerate(function.blocks)
        for place, operation in enumerate(block.operations)
        for var in interest(operation, flow.cell_of((index, place)))
        for word in flow.reaching((index, place), var)
    ]
    relevant = flow.made_of(wanted)
    tests = {
        index: flow.made_of(word for word in flow.reaching((index, len(block.operations)), edge.test))
        for index, block in enumerate(function.blocks)
        for edge in block.edges
        if isinstance(edge.test, Var)
    }
    sources = flow.sources(relevant)
    roots = {index: flow.sources(words) for index, words in tests.items()}
    kept = {index for index, found in roots.items() if found & sources}
    places = {word[0][0] for word in relevant if not isinstance(word, Var)}
    choosing = _choosing(function, set(tests), places)
    for index in choosing:
        if any(roots[index] & roots[other] for other in choosing if other != index):
            kept.add(index)
    blocks = tuple(
        block if index in kept or index not in tests else Block(block.operations, _free(block))
        for index, block in enumerate(function.blocks)
    )
    return without_dead(replace(function, blocks=blocks))


def _free(block: Block) -> tuple[Edge, ...]:
    return tuple(dict.fromkeys(Edge(edge.target, presence=edge.presence) for edge in block.edges))


class _Flow:
    """Which assignments reach which uses, found out on demand."""

    def __init__(self, function: Function) -> None:
        self._blocks = function.blocks
        self._leading: list[list[int]] = [[] for _ in function.blocks]
        self._assigned: list[dict[Var, list[int]]] = []
        for index, block in enumerate(function.blocks):
            for edge in block.edges:
                self._leading[edge.target].append(index)
            places: dict[Var, list[int]] = {}
            for place, operation in enumerate(block.operations):
                if operation.output is not None:
                    places.setdefault(operation.output, []).append(place)
            self._assigned.append(places)
        self._entering: dict[tuple[int, Var], frozenset[Word]] = {}
        self._stores = self._stored()

    def reaching(self, use: Use, var: Var) -> frozenset[Word]:
        """The assignments that may have given a variable what an operation reads."""
        block, place = use
        earlier = [at for at in self._assigned[block].get(var, ()) if at < place]
        return frozenset({((block, earlier[-1]), var)}) if earlier else self._on_entry(block, var)

    def cell_of(self, use: Use) -> Operand | None:
        """The place that an operation's first input was loaded from, or that input itself."""
        operation = self._blocks[use[0]].operations[use[1]]
        if operation.opcode is not Opcode.CALL:
            return None
        operand: Operand = operation.inputs[0]
        for _step in range(4):
            if not isinstance(operand, Var):
                break
            words = self.reaching(use, operand)
            word = next(iter(words))
            if len(words) != 1 or isinstance(word, Var):
                break
            use = word[0]
            operation = self._blocks[use[0]].operations[use[1]]
            if operation.opcode not in {Opcode.LOAD, Opcode.COPY}:
                break
            operand = operation.inputs[0]
        return operand

    def _on_entry(self, block: int, var: Var) -> frozenset[Word]:
        key = (block, var)
        if key not in self._entering:
            found: set[Word] = {var} if block == 0 else set()
            seen = {block}
            todo = list(self._leading[block])
            while todo:
                before = todo.pop()
                if before in seen and before != block:
                    continue
                places = self._assigned[before].get(var)
                if places:
                    found.add(((before, places[-1]), var))
                    continue
                if before in seen:
                    continue
                seen.add(before)
                if before == 0:
                    found.add(var)
                todo.extend(self._leading[before])
            self._entering[key] = frozenset(found)
        return self._entering[key]

    def _cell(self, use: Use) -> tuple[Word, int] | None:
        """The memory that a LOAD or STORE names: a fixed distance from one word."""
        address = self._blocks[use[0]].operations[use[1]].inputs[0]
        distance = 0
        for _step in range(4):
            if not isinstance(address, Var):
                return None
            words = self.reaching(use, address)
            if len(words) != 1:
                return None
            (word,) = words
            if isinstance(word, Var):
                return word, distance
            use = word[0]
            operation = self._blocks[use[0]].operations[use[1]]
            first, *rest = operation.inputs
            if operation.opcode is Opcode.COPY and isinstance(first, Var):
                address = first
            elif operation.opcode in {Opcode.INT_ADD, Opcode.INT_SUB} and isinstance(rest[0], Const):
                half = 1 << 8 * rest[0].size - 1
                step = (rest[0].value & half - 1) - (rest[0].value & half)
                distance += step if operation.opcode is Opcode.INT_ADD else -step
                address = first
            else:
                return word, distance
        return None

    def _stored(self) -> dict[tuple[Word, int], list[Use]]:
        found: dict[tuple[Word, int], list[Use]] = {}
        for index, block in enumerate(self._blocks):
            for place, operation in enumerate(block.operations):
                if operation.opcode is Opcode.STORE:
                    cell = self._cell((index, place))
                    if cell is not None:
                        found.setdefault(cell, []).append((index, place))
        return found

    def _before(self, use: Use) -> list[Word]:
        """What an operation's result is made of; nothing for one that nothing more is known of."""
        operation = self._blocks[use[0]].operations[use[1]]
        if operation.opcode in {Opcode.CALL, Opcode.CALLOTHER}:
            return []
        found: list[Word] = []
        if operation.opcode is Opcode.LOAD:
            for store in self._stores_of(use):
                value = self._blocks[store[0]].operations[store[1]].inputs[1]
                if isinstance(value, Var):
                    found.extend(self.reaching(store, value))
            return found
        for operand in operation.inputs:
            if isinstance(operand, Var):
                found.extend(self.reaching(use, operand))
        return found

    def _stores_of(self, use: Use) -> list[Use]:
        cell = self._cell(use)
        return [] if cell is None else self._stores.get(cell, [])

    def made_of(self, wanted: Iterable[Word]) -> set[Word]:
        """All words that these are computed from, themselves included."""
        found: set[Word] = set()
        todo = list(wanted)
        while todo:
            word = todo.pop()
            if word not in found:
                found.add(word)
                if not isinstance(word, Var):
                    todo.extend(self._before(word[0]))
        return found

    def sources(self, words: Iterable[Word]) -> set[Word]:
        """Those words that nothing more is known of: parameters, results of calls, loads from elsewhere."""
        found: set[Word] = set()
        for word in words:
            if isinstance(word, Var):
                found.add(word)
                continue
            operation = self._blocks[word[0][0]].operations[word[0][1]]
            opaque = operation.opcode in {Opcode.CALL, Opcode.CALLOTHER}
            unknown = operation.opcode is Opcode.COPY and isinstance(operation.inputs[0], Unknown)
            if opaque or unknown or (operation.opcode is Opcode.LOAD and not self._stores_of(word[0])):
                found.add(word)
        return found


def _choosing(function: Function, tests: set[int], places: set[int]) -> set[int]:
    """Blocks whose test decides whether some assignment in the blocks ``places`` is made."""
    meets = _postdominators(function)
    found: set[int] = set()
    for index in tests:
        seen: set[int] = set()
        todo = [edge.target for edge in function.blocks[index].edges]
        while todo and len(seen) <= _REGION:
            block = todo.pop()
            if block in seen or block == meets.get(index):
                continue
            seen.add(block)
            if block in places:
                found.add(index)
                break
            todo.extend(edge.target for edge in function.blocks[block].edges)
    return found


_REGION = 40
"""Blocks between a test and where its ways meet; what lies further is not looked at."""


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
