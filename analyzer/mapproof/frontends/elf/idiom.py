"""What operations and calls are known to come to that p-code itself does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.frontends.elf.lift import Instruction, Node, Op
    from mapproof.frontends.elf.register import Registers
    from mapproof.model.ir import Var

# Why a word is not known, each begun with the kind of reason.
CLOBBERED: Final = "unknown-call: a call may have changed the register"
AGAIN: Final = "unknown-call: a call that returns twice may find in memory what was stored after it"
PROCESSOR: Final = "processor operation"
"""The callee that stands for an operation of the processor that is not modelled."""
FOUND: Final = "unknown-memory: it is what a register held when the function was entered"
JUMPED: Final = "limit: a jump through a table that is not understood may lead here"
ENTERED: Final = "limit: control may come here from code that could not be followed"

RETURNING_TWICE: Final = frozenset({
    "setjmp", "_setjmp", "sigsetjmp", "__sigsetjmp", "getcontext", "savectx", "vfork", "__vfork",
})  # fmt: skip
"""Functions that come back a second time, when what was stored since they did first is in memory (POSIX, and GCC's
list of what it takes to be ``returns_twice``)."""

SELF_ZERO: Final = frozenset({"INT_SUB", "INT_XOR", "INT_LESS", "INT_SLESS", "INT_NOTEQUAL", "INT_SBORROW", "BOOL_XOR"})
"""Operations that give 0 when both inputs are one word."""

TRUTHS: Final = frozenset({"FLOAT_EQUAL", "FLOAT_NOTEQUAL", "FLOAT_LESS", "FLOAT_LESSEQUAL", "FLOAT_NAN"})
"""Operations that are not modelled, of which it is known that they give 0 or 1."""


def moves(name: str, inputs: tuple[Node, ...]) -> bool:
    """``or r4, r24, r24`` and ``ori r2, r2, 0``: some processors' way to move a word, or to do nothing."""
    if name not in {"INT_OR", "INT_AND"} or len(inputs) != 2:
        return False
    return inputs[0] == inputs[1] or (name == "INT_OR" and inputs[1][:2] == ("const", 0))


def may_address(node: Node, word: int) -> bool:
    """Whether an operand is as wide as an address and no constant."""
    return node[0] != "const" and node[2] == word


def with_constants(ops: tuple[Op, ...]) -> tuple[Op, ...]:
    """The operations of an instruction, with numbers in place of temporaries that only ever hold one: the lifter spells
    immediate operands so."""
    held = {}
    for name, output, inputs in ops:
        if name == "COPY" and output is not None and output[0] == "unique" and inputs[0][0] == "const":
            held[output] = inputs[0]
    if not held:
        return ops
    written = [output for _name, output, _inputs in ops if output is not None and output[0] == "unique"]
    constant = {
        node: number
        for node, number in held.items()
        if node[2] == number[2]
        and sum(1 for one in written if one[1] < node[1] + node[2] and node[1] < one[1] + one[2]) == 1
    }
    return tuple(
        op if op[0] in _LED else (op[0], op[1], tuple(constant.get(node, node) for node in op[2])) for op in ops
    )


_LED: Final = frozenset({"BRANCH", "CBRANCH", "BRANCHIND", "CALL", "CALLIND", "CALLOTHER", "RETURN"})
"""Operations whose operands are not only words."""


def module(instructions: Iterable[Instruction], registers: Registers, name: str) -> Var | None:
    """The register that leads to the file's own table of addresses, where code computes it, not only loads it."""
    if not name:
        return None
    start, size = registers.place(name)
    computed = any(
        opcode != "LOAD" and output is not None and output[0] == "register" and start <= output[1] < start + size
        for instruction in instructions
        for opcode, output, _inputs in instruction.ops
    )
    return registers.named(name) if computed else None
