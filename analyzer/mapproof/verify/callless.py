"""Proofs that a binary calls no mapping function at all: every reference to every one that it imports was looked at, it
looks none up by name, and it makes no system call of its own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Final, Literal

from msgspec import Meta

from mapproof.verify.certificate import Court, Outcome, Result
from mapproof.verify.claim import Claim
from mapproof.verify.statement import STATEMENT, Closed, Digest, Step, Subject, Tool, as_step
from mapproof.verify.verdict import UnprovableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.model.callee import CalleeTable
    from mapproof.verify.claim import Proved

PREDICATE: Final = "urn:mapproof:callless:v1"
"""The predicate's type; a change that a reader must know of raises the number."""


_OTHERS: Final = "other-files"


class Callless(Closed, frozen=True):
    """The claim: no mapping function is called. ``assumes`` is what is taken for granted, ``steps`` show it."""

    tool: Tool
    claim: Literal["no-mapping-call"]
    assumes: list[str]
    steps: Annotated[list[Step], Meta(min_length=1, max_length=200_000)]


class CalllessStatement(Closed, frozen=True, kw_only=True):
    """The in-toto Statement around it."""

    _type: Literal["https://in-toto.io/Statement/v1"] = STATEMENT
    subject: Annotated[list[Subject], Meta(min_length=1, max_length=1)]
    predicateType: Literal["urn:mapproof:callless:v1"] = PREDICATE  # noqa: N815  in-toto spells keys so
    predicate: Callless


def callless_statement(files: Mapping[str, bytes], table: CalleeTable, tool: Tool) -> CalllessStatement:
    """The proof about one binary. Raises :class:`UnprovableError` where there is a call, or may be one."""
    ((name, data),) = files.items()
    steps = _derived(files, table)
    return CalllessStatement(
        subject=[Subject(name, Digest(sha256(data).hexdigest()))],
        predicate=Callless(tool, "no-mapping-call", _assumed(steps), [as_step(s) for s in steps]),
    )


def verify_callless(statement: CalllessStatement, data: bytes, table: CalleeTable) -> Outcome:
    """What a proof is worth for a file as it is now: the claim is proved anew, and compared step by step."""
    subject = statement.subject[0]
    changed = sha256(data).hexdigest() != subject.digest.sha256
    said = (f"{subject.name} has changed",) if changed else ()
    try:
        steps = _derived({subject.name: data}, table)
    except UnprovableError as reason:
        return Outcome(Result.LAPSED, (*said, str(reason)))
    if changed:
        return Outcome(Result.ELSEWHERE, (*said, "the claim was proved anew"))
    if [as_step(step) for step in steps] != statement.predicate.steps:
        return Outcome(Result.LAPSED, ("the steps are not those that the file gives",))
    if _assumed(steps) != statement.predicate.assumes:
        return Outcome(Result.LAPSED, ("predicate.assumes is not what the steps rest on",))
    return Outcome(Result.HOLDS)


def _assumed(steps: list[Proved]) -> list[str]:
    """What the claim rests on: it speaks of the code of one file."""
    return sorted({*steps[-1].conclusion.assumes, _OTHERS})


def _derived(files: Mapping[str, bytes], table: CalleeTable) -> list[Proved]:
    """The steps that show that nothing is called; raises :class:`UnprovableError` with the first thing in the way."""
    court = Court(files, table, {})
    if court.image is None:
        message = "it is no binary that a checker reads"
        raise UnprovableError(message)
    steps = court.program()
    last = steps[-1]
    call = next((step for step in steps if step.claim.kind == "call-at"), None)
    if call is not None:
        message = f"{call.claim.name} is called at {call.claim.start:#x}"
        raise UnprovableError(message)
    if last.conclusion.rights:
        first = next((s for s in steps if s.conclusion.rights and s.claim.kind != "program"), last)
        raise UnprovableError(first.conclusion.text or "a call may be hidden")
    kept = [one for one in last.conclusion.assumes if one.startswith(("looked-up", "address-kept"))]
    if kept:
        message = f"functions may be called through their addresses ({kept[0]})"
        raise UnprovableError(message)
    assert last.claim == Claim("program")  # noqa: S101  what was asked for
    return steps
