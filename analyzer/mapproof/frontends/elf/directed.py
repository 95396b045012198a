"""Calls and jumps whose target is formed in a register right before them: they lead to one place, as direct ones do.

RISC-V's ``auipc`` and ``jalr``, AArch64's long branches, x86-64's large code model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.expression import Words, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.frontends.elf.lift import Instruction

_BEFORE: Final = 4
"""Instructions in which a target is formed."""

_DIRECT: Final = {"CALLIND": "CALL", "BRANCHIND": "BRANCH"}
_FLOW: Final = frozenset({"BRANCH", "CBRANCH", "CALL", "CALLIND", "BRANCHIND", "RETURN", "CALLOTHER"})


def directed(block: Sequence[Instruction], is_code: Callable[[int], bool]) -> Sequence[Instruction]:
    """A block whose last instruction names its target, if all that the target is made of stands in the block."""
    last = block[-1]
    flows = [index for index, op in enumerate(last.ops) if op[0] in _FLOW]
    if len(flows) != 1 or last.ops[flows[0]][0] not in _DIRECT or len(block) == 1:
        return block
    words = Words()
    for instruction in block[-1 - _BEFORE : -1]:
        for op in instruction.ops:
            if op[0] in _FLOW:
                words.clear()
            words.run(op)
    for op in last.ops[: flows[0]]:
        words.run(op)
    name, output, inputs = last.ops[flows[0]]
    target = evaluate(words.read(inputs[0]), {}, lambda _at, _size: None)
    if target is None or not is_code(target):
        return block
    direct = (_DIRECT[name], output, (("ram", target, inputs[0][2]), *inputs[1:]))
    ops = (*last.ops[: flows[0]], direct, *last.ops[flows[0] + 1 :])
    return [*block[:-1], last._replace(ops=ops)]
