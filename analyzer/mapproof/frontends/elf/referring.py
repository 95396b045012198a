"""Whether an instruction that looks as if it referred to an address does.

A sweep over code pairs every base that a function forms with every offset it uses. Here the values are followed within
the function: numbers and places of the file, sums, what is read from constant memory and from the function's own frame.
An address that comes from anywhere else (an argument, a call, memory) was formed elsewhere, and is found there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.component import components
from mapproof.frontends.elf.expression import compute
from mapproof.frontends.elf.flow import Flow
from mapproof.model.ir import Const, Opcode, Place, Var
from mapproof.model.location import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mapproof.frontends.elf.flow import Word
    from mapproof.frontends.elf.framed import Use
    from mapproof.model.ir import Content, Function, Operand, Operation

_MOST: Final = 16
"""Numbers that one word may be; of one that may be more, anything is possible."""

_ANY: Final = None
_NONE: Final = frozenset[int]()
Numbers = frozenset[int] | None
"""The known numbers among what a word may be; ``None`` when it may be any address that the function formed."""

_COMPUTED: Final = frozenset({
    Opcode.COPY, Opcode.INT_ADD, Opcode.INT_SUB, Opcode.INT_AND, Opcode.INT_OR, Opcode.INT_LEFT, Opcode.INT_ZEXT,
    Opcode.INT_SEXT, Opcode.SUBPIECE, Opcode.PIECE,
})  # fmt: skip


class Referring:
    """Follows the words of one function. ``content`` answers as :meth:`mapproof.model.ir.Program.content` does;
    ``word`` is the size of an address in bytes, ``around`` the addresses from which the targets may be reached in
    steps."""

    def __init__(
        self, function: Function, content: Callable[[int, int], Content | None], word: int, around: range
    ) -> None:
        self._blocks = function.blocks
        self._flow = Flow(function)
        self._content = content
        self._around = around
        self._size = word
        self._mask = (1 << 8 * word) - 1
        self._known: dict[Word, Numbers] = {}
        self._places: dict[int, list[Use]] = {}
        for index, block in enumerate(function.blocks):
            for place, operation in enumerate(block.operations):
                at = operation.location
                if isinstance(at, Address) and at.return_address is not None:
                    self._places.setdefault(at.return_address, []).append((index, place))

    def refers(self, end: int, target: int, *, surely: bool = False) -> bool:
        """Whether an operation of the instruction before an address may read, write, call or make ``target``; with
        ``surely``, whether it does at least where nothing else reaches it."""
        uses = self._places.get(end)
        if uses is None:
            return not surely
        for use in uses:
            operation = self._blocks[use[0]].operations[use[1]]
            if self._is_narrow(operation):
                continue
            operands: Iterable[Operand] = operation.inputs[:1] if operation.opcode in _FIRST_ONLY else operation.inputs
            for operand in operands:
                numbers = self._operand(use, operand)
                if target in numbers if numbers is not None else not surely:
                    return True
            if operation.output is not None:
                made = self._words(frozenset({(use, operation.output)}))
                if target in made if made is not None else not surely:
                    return True
        return False

    def _is_narrow(self, operation: Operation) -> bool:
        """Whether an operation reads or writes less than an address."""
        if operation.opcode is Opcode.LOAD and operation.output is not None:
            return operation.output.size < self._size
        return operation.opcode is Opcode.STORE and getattr(operation.inputs[1], "size", 16) < self._size

    def _operand(self, use: Use, operand: Operand) -> Numbers:
        match operand:
            case Const(value, _):
                return frozenset({value})
            case Place(address, _):
                return frozenset({address & self._mask})
            case Var():
                return self._words(self._flow.reaching(use, operand))
            case _:
                return _NONE

    def _words(self, words: frozenset[Word]) -> Numbers:
        missing = [word for word in words if word not in self._known]
        if missing:
            self._find(missing)
        return self._united(words)

    def _united(self, words: Iterable[Word]) -> Numbers:
        """What any of these may be, as far as it was found out."""
        found: set[int] = set()
        for word in words:
            numbers = self._known.get(word, _NONE)
            if numbers is None:
                return _ANY
            found |= numbers
        return self._bounded(found)

    def _bounded(self, found: set[int]) -> Numbers:
        if len(found) <= _MOST:
            return frozenset(found)
        return _ANY if any(number in self._around for number in found) else _NONE

    def _find(self, wanted: Iterable[Word]) -> None:
        """Work out these words and all that they are made of; those that are made of themselves to a fixpoint."""
        graph: dict[Word, list[Word]] = {}
        todo = list(wanted)
        while todo:
            word = todo.pop()
            if word not in graph:
                graph[word] = [one for one in self._made_of(word) if one not in self._known]
                todo.extend(graph[word])
        for together in components(graph):
            self._settle(together, graph)

    def _settle(self, together: list[Word], graph: dict[Word, list[Word]]) -> None:
        """Work out words that are made of each other, when all else that they are made of is known."""
        for word in together:
            self._known[word] = _NONE
        changed = True
        far: set[Word] = set()
        while changed:
            changed = False
            for word in together:
                old = self._known[word]
                if old is None or word in far or isinstance(word, Var):
                    continue
                made = self._made(word[0])
                joined = _ANY if made is None else self._bounded({*old, *made})
                if joined is not None and len(joined) < len(old):
                    far.add(word)
                changed |= joined != old
                self._known[word] = joined
            changed &= len(together) > 1 or together[0] in graph[together[0]]

    def _made_of(self, word: Word) -> Iterable[Word]:
        """The words that a word's numbers depend on."""
        if isinstance(word, Var):
            return ()
        use = word[0]
        operation = self._blocks[use[0]].operations[use[1]]
        found: set[Word] = set()
        if operation.opcode is Opcode.LOAD or operation.opcode in _COMPUTED:
            for operand in operation.inputs:
                if isinstance(operand, Var):
                    found |= self._flow.reaching(use, operand)
        if operation.opcode is Opcode.LOAD and self._flow.cell(use) is not None:
            for store in self._flow.stores_of(use):
                value = self._blocks[store[0]].operations[store[1]].inputs[1]
                if isinstance(value, Var):
                    found |= self._flow.reaching(store, value)
        return found

    def _made(self, use: Use) -> Numbers:
        operation = self._blocks[use[0]].operations[use[1]]
        if operation.opcode is Opcode.LOAD:
            return self._loaded(use, operation)
        if operation.opcode not in _COMPUTED or operation.output is None:
            return frozenset()
        inputs = [self._operand(use, operand) for operand in operation.inputs]
        if any(numbers is None for numbers in inputs):
            return _ANY
        rows: list[list[int]] = [[]]
        for numbers in inputs:
            rows = [[*row, number] for row in rows for number in sorted(numbers or ())]
        sizes = [getattr(operand, "size", 8) for operand in operation.inputs]
        found = {_result(operation, row, sizes) for row in rows}
        return self._bounded({number for number in found if number is not None})

    def _loaded(self, use: Use, operation: Operation) -> Numbers:
        assert operation.output is not None  # noqa: S101  a LOAD has an output
        found: set[int] = set()
        for store in self._flow.stores_of(use):
            stored = self._operand(store, self._blocks[store[0]].operations[store[1]].inputs[1])
            if stored is None:
                return _ANY
            found |= stored
        for address in self._operand(use, operation.inputs[0]) or ():
            content = self._content(address, operation.output.size)
            if content is not None and isinstance(content.operand, Const):
                found.add(content.operand.value)
            elif content is not None and isinstance(content.operand, Place):
                found.add(content.operand.address & self._mask)
        return self._bounded(found)


_FIRST_ONLY: Final = frozenset({Opcode.LOAD, Opcode.CALL})


def _result(operation: Operation, row: list[int], sizes: list[int]) -> int | None:
    size = 8 if operation.output is None else operation.output.size
    if operation.opcode is Opcode.COPY:
        return row[0]
    if operation.opcode is Opcode.SUBPIECE:
        return row[0] >> 8 * row[1] & (1 << 8 * size) - 1
    return compute(operation.opcode.value, row, sizes, size)
