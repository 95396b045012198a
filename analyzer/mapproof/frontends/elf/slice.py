"""The part of a function that some words depend on: what the interpreter is given of a function of machine code.

Mark Weiser's backward slice ("Program Slicing", 1981) from the operands of interest, through assignments, through the
stack frame, and through the tests that matter (:mod:`relevant`). What is left out of a block may still have changed
memory that the slice reads: a store to nowhere known stands in its place. Blocks that are left empty are left out too,
which changes no path.

A slice says what the operands of interest are; what the function leaves behind in memory or returns, it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.calledcell import Sums
from mapproof.frontends.elf.contract import without_empty
from mapproof.frontends.elf.flow import Flow
from mapproof.frontends.elf.pointed import Pointed
from mapproof.frontends.elf.relevant import relevant_tests
from mapproof.model.ir import Block, Const, Edge, Opcode, Operation, Place, Symbol, Unknown, Var

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mapproof.frontends.elf.flow import Word
    from mapproof.frontends.elf.framed import Use
    from mapproof.frontends.elf.pointed import Fact
    from mapproof.model.ir import Function, Operand

_LEFT_OUT: Final = "limit: it does not matter where it is not asked for"
_FAR: Final = "unknown-memory: it is read through an address that is not known"
_ELSEWHERE: Final = "unknown-memory: some store or call may have changed it"

_FOLLOWED: Final = 2
"""Reads of memory outside the frame that an address is followed through."""


class Weight(Enum):
    """How much about an input matters."""

    DECIDING = auto()
    """Its value, and the tests that decide it."""
    VALUE = auto()
    """Its value."""
    NEAR = auto()
    """Its value, and the tests that decide it, unless it was read from memory of which nothing is known."""


Interest = Callable[[Operation, "Operand | None"], "Mapping[int, Weight]"]
"""Of an operation, the inputs that matter; it is told where the first one comes from, if that was loaded."""


def sliced(
    function: Function,
    interest: Interest,
    traced: Collection[int],
    opaque: Callable[[str], bool],
) -> Function:
    """The function without all that the inputs of ``interest`` do not depend on.

    ``traced`` are the ends of instructions that form or load an address whose way into calls matters; ``opaque`` says
    whether nothing is known of a function of that name.
    """
    return _Slice(function, interest, traced, opaque).function()


class _Slice:
    def __init__(
        self,
        function: Function,
        interest: Interest,
        traced: Collection[int],
        opaque: Callable[[str], bool],
    ) -> None:
        self._function = function
        self._flow = Flow(function)
        self._sums = Sums(function, self._flow)
        self._opaque = opaque
        self._traced = bool(traced)
        self._pointed = Pointed(function, self._flow, lambda operation: _stands_at(operation, traced))
        self._kept: dict[Use, set[int]] = {}
        """The operations that are kept, with the positions of the inputs that are."""
        self._cells: set[tuple[str, int, int]] = set()
        """Parts of the frame that the slice reads: frame, offset, size."""
        self._ordered: set[tuple[str, int, int]] = set()
        """The same, where the order of stores tells which of those to known places are seen, and calls or stores to
        other places may have changed what is read."""
        self._anywhere = False
        """The slice reads somewhere in a frame."""
        self._outside = False
        """The slice reads through addresses that may lead to a caller's frame."""
        self._todo: list[Use] = []
        self._distances: dict[Word, int] = {}
        self._lost: dict[Use, set[int]] = {}
        """Inputs of operations of interest that were read from far away."""
        self._stores: list[Use] = []
        self._calls: list[Use] = []
        wanted: list[frozenset[Word]] = []
        for index, block in enumerate(function.blocks):
            for place, operation in enumerate(block.operations):
                wanted += self._ask((index, place), operation, interest)
        if self._anywhere:
            wanted += [self._flow.reaching(use, value) for use, value in self._framed_stores()]
        self._tests = relevant_tests(function, self._flow, wanted)

    def _framed_stores(self) -> Iterable[tuple[Use, Var]]:
        """The stores of words to frames."""
        for use in self._stores:
            value = self._function.blocks[use[0]].operations[use[1]].inputs[1]
            if isinstance(value, Var) and _in_frame(self._pointed.input(use, 0)):
                yield use, value

    def _ask(self, use: Use, operation: Operation, interest: Interest) -> list[frozenset[Word]]:
        """Keep an operation of interest; the words whose tests matter, as they reach each of its inputs."""
        if operation.opcode is Opcode.STORE:
            self._stores.append(use)
        if operation.opcode is Opcode.CALL:
            self._calls.append(use)
        elif operation.opcode is Opcode.CALLOTHER and operation.output is None:
            self._keep(use)
        cell = self._sums.called_cell(use) if operation.opcode is Opcode.CALL else None
        weights = interest(operation, cell)
        positions = {place: weight for place, weight in weights.items() if not self._is_lost(use, place, weight)}
        if len(positions) < len(weights):
            self._lost[use] = weights.keys() - positions.keys()
        if operation.opcode is Opcode.CALL:
            handed = self._handed(use, lambda fact: fact.traced) if self._traced else frozenset()
            if handed or positions:
                self._keep(use, {0, *handed, *positions})
            if any(_in_frame(self._pointed.input(use, place)) for place in positions):
                self._anywhere = True
        elif positions:
            self._keep(use, positions)
        return [
            self._flow.reaching(use, var)
            for place, weight in positions.items()
            if weight is not Weight.VALUE and isinstance(var := operation.inputs[place], Var)
        ]

    def _handed(self, use: Use, which: Callable[[Fact], bool]) -> frozenset[int]:
        """The arguments of a call that are such words."""
        count = len(self._function.blocks[use[0]].operations[use[1]].inputs)
        return frozenset(place for place in range(1, count) if which(self._pointed.input(use, place)))

    def _is_lost(self, use: Use, place: int, weight: Weight) -> bool:
        """Whether an input that is only of interest near its origin was read from far away."""
        operand = self._function.blocks[use[0]].operations[use[1]].inputs[place]
        if weight is not Weight.NEAR or not isinstance(operand, Var):
            return False
        words = self._flow.reaching(use, operand)
        return self._pointed.input(use, place).frame is None and self._distance(words) >= 1

    # -- what is kept --------------------------------------------------------------------------------------------------

    def _keep(self, use: Use, positions: Iterable[int] | None = None) -> None:
        operation = self._function.blocks[use[0]].operations[use[1]]
        wanted = set(range(len(operation.inputs)) if positions is None else positions) - self._lost.get(use, set())
        known = self._kept.get(use)
        if known is None or wanted - known:
            self._kept[use] = wanted | (known or set())
            self._todo.append(use)

    def _keep_word(self, word: Word) -> None:
        if isinstance(word, Var):
            return
        use = word[0]
        operation = self._function.blocks[use[0]].operations[use[1]]
        callee = operation.inputs[0] if operation.inputs else None
        if operation.opcode is Opcode.CALL and isinstance(callee, Symbol) and self._opaque(callee.name):
            self._keep(use, {0})
        elif operation.opcode is Opcode.LOAD and self._is_far(use):
            self._keep(use, ())
        else:
            self._keep(use)

    def _is_far(self, use: Use) -> bool:
        """Whether a LOAD goes where nothing will be known: through an address that was itself read through one that was
        read."""
        if self._pointed.input(use, 0).frame is not None:
            return False
        address = self._function.blocks[use[0]].operations[use[1]].inputs[0]
        return isinstance(address, Var) and self._distance(self._flow.reaching(use, address)) >= _FOLLOWED

    def _distance(self, words: Iterable[Word]) -> int:
        """Through how many reads of unknown memory the words came; -1 for numbers and places of the file."""
        return max((self._distance_of(word) for word in words), default=-1)

    def _distance_of(self, word: Word) -> int:
        if isinstance(word, Var):
            return 0
        todo = [word]
        while todo:
            before = [one for one in self._made_of(todo[-1]) if one not in self._distances]
            if todo[-1] not in self._distances and before:
                self._distances[todo[-1]] = -1
                todo.extend(one for one in before if not isinstance(one, Var))
                continue
            done = todo.pop()
            self._distances[done] = self._worked_out(done)
        return self._distances[word]

    def _made_of(self, word: Word) -> frozenset[Word]:
        """The words whose distance says that of a word."""
        if isinstance(word, Var):
            return frozenset()
        use = word[0]
        operation = self._function.blocks[use[0]].operations[use[1]]
        if operation.opcode in {Opcode.CALL, Opcode.CALLOTHER}:
            return frozenset()
        if operation.opcode is Opcode.LOAD and self._flow.framed(use) is not None:
            return frozenset(word for group in self._flow.read_by(use) for word in group)
        found = [self._flow.reaching(use, operand) for operand in operation.inputs if isinstance(operand, Var)]
        return frozenset(word for group in found for word in group)

    def _worked_out(self, word: Word) -> int:
        """The distance of a word when that of those is known that it is made of; of one that is made of itself, without
        itself."""
        if isinstance(word, Var):
            return 0
        use = word[0]
        operation = self._function.blocks[use[0]].operations[use[1]]
        opaque = operation.opcode in {Opcode.CALL, Opcode.CALLOTHER}
        unknown = opaque or any(isinstance(operand, Unknown) for operand in operation.inputs)
        found = max(
            (0 if isinstance(one, Var) else self._distances.get(one, -1) for one in self._made_of(word)),
            default=-1,
        )
        found = max(found, 0) if unknown else found
        if operation.opcode is not Opcode.LOAD:
            return found
        if self._pointed.input(use, 0).frame is not None:
            return max(found, 0) if self._flow.framed(use) is not None else 0
        return found + 1 if found >= 0 else found

    def _close(self) -> None:
        """Keep all that the kept operations depend on."""
        for index in self._tests:
            block = self._function.blocks[index]
            for edge in block.edges:
                if isinstance(edge.test, Var):
                    for word in self._flow.reaching((index, len(block.operations)), edge.test):
                        self._keep_word(word)
        while True:
            self._follow()
            before = sum(len(positions) for positions in self._kept.values())
            self._remember()
            if not self._todo and before == sum(len(positions) for positions in self._kept.values()):
                return

    def _follow(self) -> None:
        """Through assignments."""
        while self._todo:
            use = self._todo.pop()
            operation = self._function.blocks[use[0]].operations[use[1]]
            for place in sorted(self._kept[use]):
                operand = operation.inputs[place]
                if isinstance(operand, Var):
                    for word in self._flow.reaching(use, operand):
                        self._keep_word(word)
            if operation.opcode is Opcode.LOAD and operation.output is not None and self._kept[use]:
                self._read(use, operation, self._pointed.input(use, 0), operation.output.size)

    def _read(self, use: Use, operation: Operation, address: Fact, size: int) -> None:
        if address.frame is None:
            self._outside = self._outside or not isinstance(operation.inputs[0], Place | Const)
        elif address.offset is None or address.frame == "*":
            self._anywhere = True
        elif self._flow.framed(use) is not None:
            view = self._flow.seen_by(use)
            for store in view.stores:
                self._keep(store)
            if view.others:
                self._ordered.add((address.frame, address.offset, size))
        else:
            self._cells.add((address.frame, address.offset, size))

    def _remember(self) -> None:
        """Through memory: stores that may change what the slice reads, and what hands the frame's address out."""
        if not (self._cells or self._ordered or self._anywhere):
            return
        for use in self._stores:
            address, value = self._pointed.input(use, 0), self._pointed.input(use, 1)
            if address.frame is not None and self._may_be_read(use, address):
                self._keep(use)
            elif address.frame is None and value.frame is not None:
                self._keep(use, {1})
        for use in self._calls:
            handed = self._handed(use, _in_frame)
            if handed:
                called = self._function.blocks[use[0]].operations[use[1]].inputs[0]
                seen = isinstance(called, Symbol) and not self._opaque(called.name)
                self._keep(use, None if seen else handed)

    def _may_be_read(self, use: Use, address: Fact) -> bool:
        if self._anywhere or address.offset is None or address.frame == "*":
            return True
        operand = self._function.blocks[use[0]].operations[use[1]].inputs[1]
        end = address.offset + getattr(operand, "size", 16)
        cells = self._cells if self._flow.framed(use) is not None else self._cells | self._ordered
        return any(
            frame == address.frame and address.offset < offset + width and offset < end
            for frame, offset, width in cells
        )

    # -- the slice -----------------------------------------------------------------------------------------------------

    def function(self) -> Function:
        self._close()
        framed = bool(self._cells or self._ordered) or self._anywhere
        leaks = framed and (
            any(
                self._pointed.input(use, 0).frame is None and self._pointed.input(use, 1).frame is not None
                for use in self._stores
            )
            or any(self._handed(use, _in_frame) for use in self._calls)
        )
        disturbed = self._outside or leaks
        blocks = [self._block(index, block) for index, block in enumerate(self._function.blocks)]
        disturbs = [
            self._disturbs(index, block) if disturbed else () for index, block in enumerate(self._function.blocks)
        ]
        unknown = Unknown(_ELSEWHERE, 8)
        disturbance = Operation(Opcode.STORE, None, (unknown, unknown), self._function.location)
        return replace(self._function, blocks=without_empty(blocks, disturbs, disturbance))

    def _disturbs(self, index: int, block: Block) -> tuple[int, ...]:
        """Before which of the kept operations of a block something that is left out may have changed memory."""
        found: list[int] = []
        kept = 0
        for place, operation in enumerate(block.operations):
            use = (index, place)
            if use in self._kept:
                partly = operation.opcode is Opcode.STORE and 0 not in self._kept[use]
                kept += 1
                if partly:
                    found.append(kept)
            elif operation.opcode is Opcode.CALL or (
                operation.opcode is Opcode.STORE and self._pointed.input(use, 0).frame is None
            ):
                found.append(kept)
        return tuple(dict.fromkeys(found))

    def _block(self, index: int, block: Block) -> Block:
        operations: list[Operation] = []
        origins: list[tuple[int, int]] = []
        for place, operation in enumerate(block.operations):
            positions = self._kept.get((index, place))
            if positions is None:
                continue
            why = _FAR if operation.opcode is Opcode.LOAD or 0 in positions else _LEFT_OUT
            inputs = tuple(
                operand if at in positions or not isinstance(operand, Var) else Unknown(why, operand.size)
                for at, operand in enumerate(operation.inputs)
            )
            operations.append(operation if inputs == operation.inputs else replace(operation, inputs=inputs))
            origins.append(block.origins[place] if block.origins else (index, place))
        edges = block.edges
        if index not in self._tests:
            edges = tuple(dict.fromkeys(Edge(edge.target, presence=edge.presence) for edge in edges))
        return Block(tuple(operations), edges, tuple(origins))


def _stands_at(operation: Operation, addresses: Collection[int]) -> bool:
    return getattr(operation.location, "return_address", None) in addresses


def _in_frame(fact: Fact) -> bool:
    return fact.frame is not None
