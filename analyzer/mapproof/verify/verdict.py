"""What steps have to show for each verdict, and how the obligations O1 to O6 stand then.

Each verdict has its own claim: that nothing in scope makes the memory executable (``benign``); that the call asks for x
and nothing in scope for w and x at once of memory that is there (``executable``); that whenever the call is made, it
asks for w and x at once (``violation``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.model.verdict import Status, Verdict
from mapproof.verify.account import ONE_VIEW, OWN, VIEW
from mapproof.verify.statement import Duty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mapproof.verify.claim import Proved

GNU_STACK: Final = "gnu-stack"
CALLS: Final = frozenset({"call", "call-at"})
_COUNTS: Final = frozenset({"uses", "slot-uses", "import"})
_KEPT: Final = frozenset({
    "external-symbol", "address-kept", "looked-up", "not-read", "code-starts", "slot-addresses", "loaded-file",
})  # fmt: skip
"""Kinds of assumption that concern what is called; the others concern values."""


class UnprovableError(Exception):
    """The rules of this room don't reach the claim; the message says where they stop."""


def plain(right: str) -> str:
    """A right without the mark that says which memory gets it."""
    return right.removeprefix(OWN).removeprefix(VIEW)


def call_of(steps: Sequence[Proved]) -> Proved | None:
    """The call that the last step is about, if it was counted as the call of a mapping function."""
    last = steps[-1].claim
    for number, step in enumerate(steps):
        here = step.claim.kind in CALLS and (step.claim.path, step.claim.start) == (last.path, last.start)
        if here and any(number in other.premises for other in steps if other.claim.kind in _COUNTS):
            return step
    return None


def judge(verdict: Verdict, steps: Sequence[Proved]) -> None:
    """Raise :class:`UnprovableError` where the steps do not show the verdict, with the first reason."""
    if verdict is Verdict.BENIGN:
        _judge_benign(steps)
        return
    call = call_of(steps)
    if call is None or steps[-1].claim.end == 0:
        message = "the call is of a wrapper or a macro: only for the mapping call itself is this verdict proved"
        raise UnprovableError(message)
    asked = {plain(right) for right in call.conclusion.rights}
    if verdict is Verdict.VIOLATION:
        _judge_violation(call, asked)
    else:
        _judge_executable(steps, call, asked)


def _judge_benign(steps: Sequence[Proved]) -> None:
    last = steps[-1]
    if not any(plain(right).endswith("x") for right in last.conclusion.rights):
        return
    _first_unknown(steps)
    asked = ", ".join(sorted({plain(right) for right in last.conclusion.rights if plain(right).endswith("x")}))
    message = f"{asked} may be asked for: {last.conclusion.text}"
    raise UnprovableError(message)


def _judge_executable(steps: Sequence[Proved], call: Proved, asked: set[str]) -> None:
    last = steps[-1]
    both = sorted({plain(right) for right in last.conclusion.rights if _is_both(plain(right))})
    if both:
        _first_unknown(steps)
        message = f"{', '.join(both)} may be asked for: {last.conclusion.text}"
        raise UnprovableError(message)
    if not any(right.endswith("x") for right in asked):
        message = f"{call.conclusion.text} {', '.join(sorted(asked)) or 'no right'}: that is not x"
        raise UnprovableError(message)


def _judge_violation(call: Proved, asked: set[str]) -> None:
    word = call.conclusion.word
    if word is not None and word.why:
        message = f"{call.conclusion.text} what is not known: {word.why[0]}"
        raise UnprovableError(message)
    other = sorted(right for right in asked if not _is_both(right))
    if other or not asked:
        message = (
            f"{call.conclusion.text} {', '.join(sorted(asked)) or 'no right'}: a call that asks for w and x at once "
            "whenever it is made is what is proved; paths to a call, or two views of one object, are not"
        )
        raise UnprovableError(message)


def _is_both(right: str) -> bool:
    return right.endswith("wx")


def _first_unknown(steps: Sequence[Proved]) -> None:
    """Raise :class:`UnprovableError` for the first step that leaves something unknown."""
    for step in steps:
        word = step.conclusion.word
        if word is not None and word.why and step.claim.kind in CALLS:
            message = f"{step.conclusion.text} what is not known: {word.why[0]}"
            raise UnprovableError(message)
    for step in steps:
        if step.claim.kind not in {"program", "site"} and len(step.conclusion.rights) == 8 and step.conclusion.text:
            raise UnprovableError(step.conclusion.text)


def protections_of(steps: Sequence[Proved], verdict: Verdict = Verdict.BENIGN) -> list[str]:
    """What can be asked for: of the memory where that is the claim, by the call where it is about the call."""
    call = call_of(steps) if verdict is not Verdict.BENIGN else None
    return sorted({plain(right) for right in (steps[-1] if call is None else call).conclusion.rights})


def assumed(steps: Sequence[Proved], verdict: Verdict) -> list[str]:
    """All that a proof takes for granted."""
    found = {*steps[-1].conclusion.assumes}
    if verdict is not Verdict.VIOLATION:
        found.add(GNU_STACK)
    return sorted(found)


def duties_of(steps: Sequence[Proved], rule: str, verdict: Verdict = Verdict.BENIGN) -> list[Duty]:
    """O1 to O6, as the steps show them."""
    numbers = {step.claim.kind: number for number, step in enumerate(steps)}
    last, program = len(steps) - 1, numbers["program"]
    start = steps[last].claim.start
    calls = [number for number, step in enumerate(steps) if step.claim.kind in CALLS and step.claim.start == start]
    reaches = numbers["reaches" if "reaches" in numbers else "import"]
    assumes = list(steps[last].conclusion.assumes)
    kept = [one for one in assumes if one.split(" ")[0] in _KEPT]
    values = [one for one in assumes if one not in kept]
    asked = ", ".join(protections_of(steps, verdict))
    first = _duty("O1", steps[reaches].conclusion.text, [reaches], kept[:1])
    if verdict is Verdict.VIOLATION:
        not_met = f"not met: whenever the call is made, it asks for {asked}"
        return [
            first,
            Duty("O2", Status.FAILED, not_met, calls, values),
            Duty("O3", Status.FAILED, "not met from the start", calls, []),
            Duty("O4", Status.FAILED, "not asked: the call itself makes memory executable", calls, []),
            Duty("O5", Status.FAILED, "not asked: one view of the memory is enough", calls, []),
            _duty("O6", f"the pattern is {rule}; it proves nothing", [], []),
        ]
    if verdict is Verdict.EXECUTABLE:
        views = [one for one in assumes if one == ONE_VIEW]
        values = [one for one in values if one != ONE_VIEW]
        shown = [numbers["views"]] if "views" in numbers else [last]
        return [
            first,
            _duty("O2", f"the call asks for {asked}: never for w and x at once", calls, values),
            _duty("O3", "no call in scope asks for w and x at once of memory that is there", [program, last], kept),
            _duty("O4", "no personality() call in scope makes writable memory executable", [program], [GNU_STACK]),
            _duty("O5", "the memory is not written through another view while it is executable", shown, views),
            _duty("O6", f"the pattern is {rule}; it proves nothing", [], []),
        ]
    return [
        first,
        _duty("O2", f"only {asked} can be asked for", calls or [last], values),
        _duty("O3", "no call in scope can add x to memory that is there", [program], kept),
        _duty("O4", "no personality() call in scope makes readable memory executable", [program], [GNU_STACK]),
        _duty("O5", "no call in scope can map with x what this one may map", [program, last], kept),
        _duty("O6", f"the documented reason is {rule}; it proves nothing", [], []),
    ]


def _duty(name: str, detail: str, steps: list[int], assumes: list[str]) -> Duty:
    return Duty(name, Status.ASSUMED if assumes else Status.PROVED, detail, steps, assumes)
