"""Machine words as expressions over what is not known: just enough to see what a jump table's index may be.

An expression is a tuple: ``("const", number, size)``, ``("unknown", name, size)``, ``("entry", place, size)`` for what
a register held when the function was entered, or an operation's name, the result's size and the inputs' expressions.
Equal expressions denote one word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mapproof.frontends.elf.lift import Node, Op

Expression = tuple[Any, ...]

_LEAVES: Final = frozenset({"const", "unknown", "entry"})

MAX_WEIGHT: Final = 80
"""Operations in one expression; larger ones count as unknown."""


def size_of(expression: Expression) -> int:
    """The word's size in bytes."""
    return int(expression[2] if expression[0] in _LEAVES else expression[1])


def inputs_of(expression: Expression) -> tuple[Expression, ...]:
    """The inputs of an operation; none of a leaf."""
    return () if expression[0] in _LEAVES else expression[2:]


def parts(expression: Expression) -> Iterator[Expression]:
    """The expression and all it is made of, outermost first."""
    yield expression
    for inner in inputs_of(expression):
        yield from parts(inner)


def weight(expression: Expression) -> int:
    """How many operations and leaves an expression has."""
    return 1 + sum(weight(inner) for inner in inputs_of(expression))


def evaluate(
    expression: Expression, known: dict[Expression, int], load: Callable[[int, int], int | None]
) -> int | None:
    """The word, where ``known`` gives that of some parts and ``load`` (address, size) constant memory, or ``None``."""
    if expression in known:
        return known[expression]
    kind = expression[0]
    if kind == "const":
        return int(expression[1])
    if kind in _LEAVES:
        return None
    words = [evaluate(inner, known, load) for inner in inputs_of(expression)]
    exact = [word for word in words if word is not None]
    if len(exact) < len(words):
        return None
    size = size_of(expression)
    if kind == "LOAD":
        return load(exact[0], size)
    return compute(kind, exact, [size_of(inner) for inner in inputs_of(expression)], size)


def compute(kind: str, words: list[int], sizes: list[int], size: int) -> int | None:
    """One operation of the p-code reference on numbers; ``None`` for those that no jump table needs."""
    first = _UNARY.get(kind)
    if first is not None:
        return first(words[0], sizes[0]) & (1 << 8 * size) - 1
    second = _BINARY.get(kind)
    if second is not None:
        return second(words[0], words[1], sizes[0]) & (1 << 8 * size) - 1
    if kind == "PIECE":
        return words[0] << 8 * sizes[1] | words[1]
    return None


def _signed(word: int, size: int) -> int:
    sign = 1 << 8 * size - 1
    return (word & sign - 1) - (word & sign)


def _overflows(total: int, size: int) -> int:
    return int(not -(1 << 8 * size - 1) <= total < 1 << 8 * size - 1)


_UNARY: Final[dict[str, Callable[[int, int], int]]] = {
    "COPY": lambda a, _n: a,
    "INT_ZEXT": lambda a, _n: a,
    "INT_SEXT": _signed,
    "INT_NEGATE": lambda a, _n: ~a,
    "INT_2COMP": lambda a, _n: -a,
    "BOOL_NEGATE": lambda a, _n: int(a == 0),
}
_BINARY: Final[dict[str, Callable[[int, int, int], int]]] = {
    "INT_ADD": lambda a, b, _n: a + b,
    "INT_SUB": lambda a, b, _n: a - b,
    "INT_MULT": lambda a, b, _n: a * b,
    "INT_AND": lambda a, b, _n: a & b,
    "INT_OR": lambda a, b, _n: a | b,
    "INT_XOR": lambda a, b, _n: a ^ b,
    "INT_LEFT": lambda a, b, n: a << b if b < 8 * n else 0,
    "INT_RIGHT": lambda a, b, n: a >> min(b, 8 * n),
    "INT_SRIGHT": lambda a, b, n: _signed(a, n) >> min(b, 8 * n),
    "INT_EQUAL": lambda a, b, _n: int(a == b),
    "INT_NOTEQUAL": lambda a, b, _n: int(a != b),
    "INT_LESS": lambda a, b, _n: int(a < b),
    "INT_LESSEQUAL": lambda a, b, _n: int(a <= b),
    "INT_SLESS": lambda a, b, n: int(_signed(a, n) < _signed(b, n)),
    "INT_SLESSEQUAL": lambda a, b, n: int(_signed(a, n) <= _signed(b, n)),
    "INT_CARRY": lambda a, b, n: int(a + b >= 1 << 8 * n),
    "INT_SCARRY": lambda a, b, n: _overflows(_signed(a, n) + _signed(b, n), n),
    "INT_SBORROW": lambda a, b, n: _overflows(_signed(a, n) - _signed(b, n), n),
    "BOOL_AND": lambda a, b, _n: int(bool(a) and bool(b)),
    "BOOL_OR": lambda a, b, _n: int(bool(a) or bool(b)),
    "BOOL_XOR": lambda a, b, _n: int(bool(a) != bool(b)),
    "SUBPIECE": lambda a, b, _n: a >> 8 * b,
}


class Words:
    """What registers and temporaries hold along one stretch of code.

    ``entering``, where a function begins with it, says what is known of registers then, by their place.
    """

    def __init__(self, entering: dict[int, int] | None = None) -> None:
        self._held: dict[Node, Expression] = {}
        self._names = 0
        self._entering = entering
        self._stored: tuple[Expression, Expression] | None = None
        """The last store: where, and what."""

    def fresh(self, size: int) -> Expression:
        """A word nothing is known of."""
        self._names += 1
        return ("unknown", self._names, size)

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self._stored = None
        self._entering = None

    def call(self, kept: frozenset[int]) -> None:
        """Forget what a call may change: all but the registers that stand at these places."""
        self._held = {
            node: word
            for node, word in self._held.items()
            if node[0] == "register" and node[1] in kept and word[0] == "entry"
        }
        self._entering = None
        self._stored = None

    def read(self, node: Node) -> Expression:
        """The word in a varnode."""
        space, offset, size = node
        if space == "const":
            return ("const", offset & (1 << 8 * size) - 1, size)
        if space == "ram":
            return ("LOAD", size, ("const", offset, 8))
        kept = self._held.get(node)
        if kept is not None:
            return kept
        for (other, start, width), whole in self._held.items():
            if other == space and start <= offset and offset + size <= start + width:
                return _piece(whole, offset - start, size)
        if self._entering is not None and space == "register" and not self._overlaps(node):
            known = self._entering.get(offset)
            return self._remember(node, ("entry", offset, size) if known is None else ("const", known, size))
        return self._remember(node, self.fresh(size))

    def _overlaps(self, node: Node) -> bool:
        space, offset, size = node
        return any(
            kind == space and start < offset + size and offset < start + width for kind, start, width in self._held
        )

    def _remember(self, node: Node, word: Expression) -> Expression:
        self.write(node, word)
        return word

    def write(self, node: Node, word: Expression) -> None:
        """Set a varnode; what overlaps it is forgotten."""
        space, offset, size = node
        for other in [
            (kind, start, width)
            for kind, start, width in self._held
            if kind == space and start < offset + size and offset < start + width
        ]:
            del self._held[other]
        self._held[node] = word

    def run(self, op: Op) -> None:
        """Carry out one operation that writes a varnode."""
        name, output, inputs = op
        if name == "STORE":
            self._stored = (self.read(inputs[0]), self.read(inputs[1]))
        if output is None or output[0] == "ram":
            return
        if name == "LOAD" and self._stored is not None:
            address, stored = self._stored
            if size_of(stored) == output[2] and self.read(inputs[0]) == address:
                self.write(output, stored)
                return
        known = name in _UNARY or name in _BINARY or name in {"PIECE", "LOAD"}
        words = [self.read(node) for node in inputs] if known else []
        word = _simplified(name, output[2], words) if known else self.fresh(output[2])
        self.write(output, word if weight(word) <= MAX_WEIGHT else self.fresh(output[2]))


def _piece(whole: Expression, start: int, size: int) -> Expression:
    if whole[0] == "const":
        return ("const", whole[1] >> 8 * start & (1 << 8 * size) - 1, size)
    if whole[0] in {"INT_ZEXT", "INT_SEXT"} and start == 0 and size_of(whole[2]) == size:
        return tuple(whole[2])
    return ("SUBPIECE", size, whole, ("const", start, 4))


def _simplified(name: str, size: int, words: list[Expression]) -> Expression:
    if name == "COPY":
        return words[0]
    if name == "SUBPIECE" and words[1][0] == "const":
        return _piece(words[0], words[1][1], size)
    if name in {"INT_XOR", "INT_SUB"} and words[0] == words[1]:
        return ("const", 0, size)
    if name != "LOAD" and all(word[0] == "const" for word in words):
        exact = compute(name, [word[1] for word in words], [size_of(word) for word in words], size)
        if exact is not None:
            return ("const", exact, size)
    return (name, size, *words)
