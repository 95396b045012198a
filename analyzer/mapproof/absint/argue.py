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
    known: dict[int, int] = {}
    for mask in sorted(masks.numbers):
        premises: tuple[int, ...] = ()
        trace = masks.traces.get(mask)
        if trace is not None and len(steps) < MAX_STEPS:
            premises = (_trace(trace, steps, known),)
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


def _trace(trace: Trace, steps: list[Step], known: dict[int, int], depth: int = 0) -> int:
    """Append the steps of one word's making, depth first; the number of the last. ``known`` are those of traces that
    were met before, by identity: a word used twice is argued for once."""
    if id(trace) not in known:
        known[id(trace)] = _argued(trace, steps, known, depth)
    return known[id(trace)]


def _argued(trace: Trace, steps: list[Step], known: dict[int, int], depth: int) -> int:
    if trace.operation is None:
        step = Step(StepKind.CONSTANT, trace.name or str(trace.value), None, trace.name, trace.value)
    else:
        cut = depth >= MAX_STEPS or len(steps) >= MAX_STEPS
        premises = () if cut else tuple(_trace(inner, steps, known, depth + 1) for inner in trace.inputs)
        premises = premises if len(premises) == len(trace.operation.inputs) else ()
        step = Step(StepKind.ARITHMETIC, *_spelled(trace, premises), trace.value, premises)
    for number, earlier in enumerate(steps):
        if earlier == step:
            return number
    steps.append(step)
    return len(steps) - 1
