"""Which comparison a processor's flags spell: signed order is read off two flags, one for overflow, one for the sign.

``a < b`` of signed words holds when the flags of ``a - b`` differ. Taken one by one the flags say little of ``a``; so
where an overflow flag is computed, the comparison is too, and a test of the two flags becomes a test of it. Words are
numbered while a block is lowered: two variables of one number hold one word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.model.ir import Const, Opcode, Var

if TYPE_CHECKING:
    from mapproof.model.ir import Operand

Key = tuple[object, ...]


class Numbering:
    """Which word each variable holds, and how it was made, in one block."""

    def __init__(self) -> None:
        self._held: dict[Var, int] = {}
        self._numbers: dict[Key, int] = {}
        self._made: dict[int, Key] = {}
        self._order: dict[tuple[int, int], Var] = {}

    def clear(self) -> None:
        """A new block begins."""
        self._held.clear()
        self._order.clear()

    def _number(self, operand: Operand) -> int:
        if isinstance(operand, Var):
            if operand not in self._held:
                self._held[operand] = self._fresh()
            return self._held[operand]
        key: Key = ("const", operand.value) if isinstance(operand, Const) else ("other", operand)
        return self._keyed(key)

    def _fresh(self) -> int:
        return self._keyed(("fresh", len(self._numbers)))

    def _keyed(self, key: Key) -> int:
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._numbers)
            self._made[found] = key
        return found

    def define(self, opcode: Opcode, output: Var, inputs: tuple[Operand, ...]) -> None:
        """Note that a variable was assigned."""
        if opcode is Opcode.COPY and isinstance(inputs[0], Var | Const) and inputs[0].size == output.size:
            number = self._number(inputs[0])
        elif opcode in {Opcode.LOAD, Opcode.CALL, Opcode.CALLOTHER} or not all(
            isinstance(operand, Var | Const) for operand in inputs
        ):
            number = self._fresh()
        else:
            number = self._keyed((opcode, output.size, *(self._number(operand) for operand in inputs)))
        self._held[output] = number

    def assign(self, output: Var) -> None:
        """Note that a variable holds a new word."""
        self._held[output] = self._fresh()

    def remember(self, first: Operand, second: Operand, order: Var) -> None:
        """``order`` says whether the first word is less than the second, as signed words."""
        self._order[self._number(first), self._number(second)] = order

    def order(self, first: Operand, second: Operand) -> Var | None:
        """The variable that says what the difference of two flags does: whether one word is less than another."""
        for overflow, sign in ((first, second), (second, first)):
            flag = self._made.get(self._number(overflow), ())
            negative = self._made.get(self._number(sign), ())
            if len(flag) != 4 or flag[0] is not Opcode.INT_SBORROW or len(negative) != 4:
                continue
            less, _size, word, zero = negative
            if less is not Opcode.INT_SLESS or self._made.get(_as_number(zero)) != ("const", 0):
                continue
            difference = self._made.get(_as_number(word), ())
            if len(difference) == 4 and difference[0] is Opcode.INT_SUB and difference[2:] == flag[2:]:
                return self._order.get((_as_number(flag[2]), _as_number(flag[3])))
        return None


def _as_number(part: object) -> int:
    assert isinstance(part, int)  # noqa: S101  what a key holds behind the size
    return part
