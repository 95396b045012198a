"""Which words of a function may point into its own stack frame, and which hold something that is to be traced.

Apart from the interpreter and coarser than it: this only decides what the interpreter need not be given. A word is an
address in the frame when it is computed from the stack pointer, or read from a part of the frame that such a word is
stored to. Once an address has left the function, what comes back may be one too; by then the whole frame counts as
known outside, so that a word from anywhere changes no less than one that is known to lead there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.model.ir import Const, Opcode, Symbol, SymbolKind, Var

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mapproof.frontends.elf.flow import Flow, Word
    from mapproof.frontends.elf.framed import Use
    from mapproof.model.ir import Function, Operand, Operation

_SUMS: Final = frozenset({Opcode.INT_ADD, Opcode.INT_SUB, Opcode.PTRADD})
_TESTS: Final = frozenset({
    Opcode.INT_EQUAL, Opcode.INT_NOTEQUAL, Opcode.INT_LESS, Opcode.INT_LESSEQUAL, Opcode.INT_SLESS,
    Opcode.INT_SLESSEQUAL, Opcode.INT_CARRY, Opcode.INT_SCARRY, Opcode.INT_SBORROW, Opcode.POPCOUNT,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a word: the frame it may point into (``None``: into none, ``*``: into any), where in it
    (``None``: anywhere), and whether it holds what is traced."""

    frame: str | None
    offset: int | None = None
    traced: bool = False


_Kept = tuple[str, int | None, int, bool]
"""Where something is stored: frame, offset, size, and whether the order of stores tells who sees it."""

_ANYWHERE: Final = "*"
_PLAIN: Final = Fact(None)
_TRACED: Final = Fact(None, None, traced=True)


class Pointed:
    """What the words of a function are, found out on demand."""

    def __init__(self, function: Function, flow: Flow, traces: Callable[[Operation], bool]) -> None:
        self._blocks = function.blocks
        self._flow = flow
        self._traces = traces
        self._facts: dict[Word, Fact] = {}
        self._kept: dict[_Kept, Fact] | None = None
        """Addresses and traced words that are stored to frames."""
        self._asked = False
        """What is stored to frames was asked for before it was known."""

    def input(self, use: Use, place: int) -> Fact:
        """What an input of an operation is."""
        operand = self._blocks[use[0]].operations[use[1]].inputs[place]
        if isinstance(operand, Var):
            words = self._flow.reaching(use, operand)
            self._find(words)
            if self._asked and self._kept is None:
                self._keep()
                self._find(words)
        return self._of(use, operand)

    def _of(self, use: Use, operand: Operand) -> Fact:
        """What an operand is, as far as it was found out."""
        if isinstance(operand, Var):
            facts = [self._facts[word] for word in self._flow.reaching(use, operand) if word in self._facts]
            found = facts[0] if facts else _PLAIN
            for fact in facts[1:]:
                found = _join(found, fact)
            return found
        if isinstance(operand, Symbol) and operand.kind is SymbolKind.FRAME:
            return Fact(operand.name, 0)
        return _PLAIN

    def _find(self, words: Iterable[Word]) -> None:
        """Work out these words and all that they are made of, to a fixpoint."""
        order: list[Word] = []
        seen: set[Word] = set()
        readers: dict[Word, list[Word]] = {}
        todo = [word for word in words if word not in self._facts]
        while todo:
            word = todo.pop()
            if word in seen:
                continue
            seen.add(word)
            order.append(word)
            for before in self._made_of(word):
                if before not in self._facts:
                    readers.setdefault(before, []).append(word)
                    todo.append(before)
        pending = order
        queued = set(order)
        while pending:
            word = pending.pop()
            queued.discard(word)
            fact = self._work_out(word)
            if fact is None:
                continue
            old = self._facts.get(word)
            joined = fact if old is None else _join(old, fact)
            if joined != old:
                self._facts[word] = joined
                for reader in readers.get(word, ()):
                    if reader not in queued:
                        queued.add(reader)
                        pending.append(reader)

    def _made_of(self, word: Word) -> list[Word]:
        if isinstance(word, Var):
            return []
        operation = self._blocks[word[0][0]].operations[word[0][1]]
        if operation.opcode is Opcode.CALL or operation.opcode in _TESTS:
            return []
        found: list[Word] = []
        for operand in operation.inputs:
            if isinstance(operand, Var):
                found.extend(self._flow.reaching(word[0], operand))
        for store in self._seen_by(word[0]):
            value = self._blocks[store[0]].operations[store[1]].inputs[1]
            if isinstance(value, Var):
                found.extend(self._flow.reaching(store, value))
        return found

    def _seen_by(self, use: Use) -> Iterable[Use]:
        """The stores that a LOAD from a place of the frame that is known beforehand may see."""
        operation = self._blocks[use[0]].operations[use[1]]
        if operation.opcode is not Opcode.LOAD or self._flow.framed(use) is None:
            return ()
        return self._flow.seen_by(use).stores

    def _work_out(self, word: Word) -> Fact | None:
        """What a word is, from what is known of others; ``None`` while none of those it is made of is known."""
        if isinstance(word, Var):
            return _PLAIN
        use = word[0]
        operation = self._blocks[use[0]].operations[use[1]]
        before = self._made_of(word)
        if before and not any(other in self._facts for other in before):
            return None
        made = self._made(use, operation, tuple(self._of(use, operand) for operand in operation.inputs))
        for store in self._seen_by(use):
            value = self._of(store, self._blocks[store[0]].operations[store[1]].inputs[1])
            if value != _PLAIN:
                made = _join(made, value if self._flow.framed(store) == self._flow.framed(use) else _anywhere(value))
        return Fact(made.frame, made.offset, traced=True) if self._traces(operation) else made

    def _made(self, use: Use, operation: Operation, facts: tuple[Fact, ...]) -> Fact:
        opcode = operation.opcode
        if opcode is Opcode.LOAD:
            ordered = self._flow.framed(use) is not None
            return self._loaded(facts[0], _size_of(operation.output), ordered=ordered)
        if opcode in _TESTS or opcode is Opcode.CALL:
            return _PLAIN
        traced = any(fact.traced for fact in facts)
        pointers = [fact for fact in facts if fact.frame is not None]
        if not pointers:
            return _TRACED if traced else _PLAIN
        first = pointers[0]
        if opcode is Opcode.COPY:
            return first
        if opcode in _SUMS and len(pointers) == 1 and first.offset is not None:
            at, distance = operation.inputs[:2]
            if isinstance(at, Const) and opcode is not Opcode.INT_SUB:
                distance = at
            if isinstance(distance, Const):
                half = 1 << 8 * distance.size - 1
                step = (distance.value & half - 1) - (distance.value & half)
                offset = first.offset + (step if opcode is not Opcode.INT_SUB else -step)
                return Fact(first.frame, offset, traced)
        frames = {fact.frame for fact in pointers}
        return Fact(first.frame if len(frames) == 1 else _ANYWHERE, None, traced)

    def _loaded(self, address: Fact, size: int, *, ordered: bool) -> Fact:
        """What is read; with ``ordered``, without what is told by the order of stores (:meth:`_seen_by`)."""
        if address.frame is None:
            return _PLAIN
        if self._kept is None:
            self._asked = True
            return _PLAIN
        found: Fact | None = None
        for (frame, offset, width, framed), fact in self._kept.items():
            if ordered and framed:
                continue
            if _ANYWHERE not in {frame, address.frame} and frame != address.frame:
                continue
            exact = False
            if offset is not None and address.offset is not None:
                if not (offset < address.offset + size and address.offset < offset + width):
                    continue
                exact = offset == address.offset and width == size
            other = fact if exact else _anywhere(fact)
            found = other if found is None else _join(found, other)
        return _PLAIN if found is None else _join(found, _PLAIN)

    def _keep(self) -> None:
        """Find out what is stored to frames, to a fixpoint: what is read from them depends on it."""
        known: dict[_Kept, Fact] | None = None
        self._kept = {}
        while known != self._kept:
            known = self._kept
            self._facts = {}
            found: dict[_Kept, Fact] = {}
            for index, block in enumerate(self._blocks):
                for place, operation in enumerate(block.operations):
                    if operation.opcode is not Opcode.STORE:
                        continue
                    use = (index, place)
                    value = self.input(use, 1)
                    if value == _PLAIN:
                        continue
                    address = self.input(use, 0)
                    if address.frame is not None:
                        framed = self._flow.framed(use) is not None
                        cell = (address.frame, address.offset, _size_of(operation.inputs[1]), framed)
                        found[cell] = value if cell not in found else _join(found[cell], value)
            self._kept = {**known, **{c: f if c not in known else _join(known[c], f) for c, f in found.items()}}


def _anywhere(fact: Fact) -> Fact:
    return Fact(fact.frame, None, fact.traced)


def _join(first: Fact, second: Fact) -> Fact:
    if first == second:
        return first
    traced = first.traced or second.traced
    if first.frame is None or second.frame is None:
        return Fact(first.frame if second.frame is None else second.frame, None, traced)
    frame = first.frame if first.frame == second.frame else _ANYWHERE
    offset = first.offset if first.offset == second.offset and frame == first.frame else None
    return Fact(frame, offset, traced)


def _size_of(operand: Operand | None) -> int:
    return getattr(operand, "size", 16)
