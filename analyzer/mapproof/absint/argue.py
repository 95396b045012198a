"""Write a site's evidence: the chain of small claims from the call's text to its protections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.evidence import Step, StepKind

if TYPE_CHECKING:
    from mapproof.absint.project import Masks
    from mapproof.absint.values import Trace
    from mapproof.model.callee import CalleeSpec, Encoding
    from mapproof.model.location import Location

MAX_STEPS: Final = 60
"""A chain longer than this is cut; the mask's own decoding is always kept."""


def evidence_of(
    written: str, location: Location, spec: CalleeSpec, masks: Masks, encoding: Encoding
) -> tuple[Step, ...]:
    """The call's token, then for each mask its constants, the arithmetic on them and what the mask means."""
    steps: list[Step] = [Step(StepKind.TOKEN, written, location, spec.primitive or spec.name)]
    for mask in sorted(masks.numbers):
        premises: tuple[int, ...] = ()
        trace = masks.traces.get(mask)
        if trace is not None and len(steps) < MAX_STEPS:
            premises = (_trace(trace, steps),)
        decoded = " ".join(str(prot) for prot in encoding.decode(mask))
        steps.append(Step(StepKind.DECODE, decoded, None, encoding.name, mask, premises))
    return tuple(steps)


def _spelled(trace: Trace, premises: tuple[int, ...]) -> tuple[str, Location | None, str]:
    """An operation's name, place and widths; one whose premises were cut is spelled ``...``."""
    operation = trace.operation
    if operation is None or operation.output is None:
        return "...", None, "0>0"
    sizes = ",".join(str(getattr(operand, "size", 8)) for operand in operation.inputs)
    widths = f"{sizes}>{operation.output.size}"
    complete = len(premises) == len(operation.inputs)
    return (operation.opcode if complete else "..."), operation.location, widths


def _trace(trace: Trace, steps: list[Step]) -> int:
    """Append the steps of one word's making, depth first; the number of the last."""
    if trace.operation is None:
        step = Step(StepKind.CONSTANT, trace.name or str(trace.value), None, trace.name, trace.value)
    else:
        premises = tuple(_trace(inner, steps) for inner in trace.inputs) if len(steps) < MAX_STEPS else ()
        premises = premises if len(premises) == len(trace.operation.inputs) else ()
        step = Step(StepKind.ARITHMETIC, *_spelled(trace, premises), trace.value, premises)
    for number, known in enumerate(steps):
        if known == step:
            return number
    steps.append(step)
    return len(steps) - 1
