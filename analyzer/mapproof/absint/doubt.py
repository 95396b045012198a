"""What a function that was not understood in full leaves in doubt: every value in it but the constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.absint.values import Cause, anything
from mapproof.model.ir import Const, Operand, Symbol, Var
from mapproof.model.site import Openness
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from mapproof.absint.event import Call, Run
    from mapproof.absint.target import Target
    from mapproof.absint.values import Leaf
    from mapproof.model.condition import Condition
    from mapproof.model.ir import Function, Operation

_REMEDY = "parse the code with its own compiler's extensions expanded, or report the construct"


def cause_of(function: Function) -> Cause | None:
    """Why what a function computes is in doubt; ``None`` if it was understood in full."""
    if not function.incomplete:
        return None
    return Cause(Reason.SYNTAX, f"{function.name} was not understood in full: {function.incomplete[0]}", _REMEDY)


def doubts(function: Function) -> list[tuple[Leaf, Condition]]:
    """What a function that was not understood in full may put into a cell beside what it is seen to put there."""
    cause = cause_of(function)
    if cause is None:
        return []
    return [(leaf, condition & function.presence) for leaf, condition in anything(8, causes=[cause])]


def doubt_of_call(function: Function, operation: Operation, index: int | None) -> Openness | None:
    """Why an argument of a call in a function is in doubt; ``index`` is its operand's, ``None`` stands for all."""
    cause = cause_of(function)
    operands = operation.inputs[1:] if index is None else operation.inputs[index : index + 1]
    if cause is None or all(_is_constant(operand, function) for operand in operands):
        return None
    return Openness(cause.reason, cause.detail, cause.remedy)


def doubts_of_argument(run: Run, call: Call, target: Target, index: int | None) -> set[Openness]:
    """Why an argument of a mapping function, or with ``None`` any of them, is in doubt: the function that calls it, or
    one that leads to it, was not understood in full. What is made of constants where it stands is beyond all doubt."""
    functions = [run.function, *(caller for caller, _ in run.context.origins)]
    if not any(function.incomplete for function in functions):
        return set()
    shift = len(call.arguments) - len(target.arguments) + 1
    written = call.operation.inputs[index + shift : index + shift + 1] if index is not None else ()
    if written and _is_constant(written[0], run.function):
        return set()
    own = doubt_of_call(run.function, call.operation, None if index is None else index + shift)
    outer = [doubt_of_call(caller, operation, None) for caller, operation in run.context.origins]
    return {doubt for doubt in (own, *outer) if doubt is not None}


def _is_constant(operand: Operand, function: Function) -> bool:
    """Whether an operand is made of constants alone, by operations that each give a variable its only value."""
    todo, seen = [operand], set[Var]()
    while todo:
        current = todo.pop()
        if isinstance(current, Const | Symbol):
            continue
        if not isinstance(current, Var) or current in function.parameters or current in seen:
            return False
        seen.add(current)
        made = [o for block in function.blocks for o in block.operations if o.output == current]
        if len(made) != 1 or not made[0].opcode.startswith("INT_"):
            return False
        todo.extend(made[0].inputs)
    return True
