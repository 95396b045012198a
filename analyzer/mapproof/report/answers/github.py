"""Dismissals for GitHub's code scanning: for each alert that is settled, the body of the request that dismisses it.

Source: the REST API's "Update a code scanning alert". A comment has at most 280 characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mapproof.model.answer import Outcome
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.sarif import SETTLED
from mapproof.report.answers.written import dumped
from mapproof.report.style import flat

if TYPE_CHECKING:
    from mapproof.model.answer import Answer, Triage
    from mapproof.report.base import Rendering

LONGEST: Final = 280
"""Characters of a comment that GitHub takes."""
_REASONS: Final = {
    Outcome.REFUTED: "false positive",
    Outcome.TRUE_BUT_BENIGN: "false positive",
    Outcome.ACCEPTED: "won't fix",
}
_LEADS: Final = {
    Outcome.REFUTED: "The claim is false here, proved by mapproof",
    Outcome.TRUE_BUT_BENIGN: "True and harmless, proved by mapproof",
    Outcome.ACCEPTED: "The risk was accepted",
}


def render(found: Triage, rendering: Rendering) -> str:  # noqa: ARG001  the shape of every format
    """Which alerts are to be dismissed and how; the rest stays open, and is named."""
    return dumped({
        "schema": "mapproof.dismissals/1",
        "alerts": len(found.answers),
        "dismissals": [
            {"number": one.alert.number, "alert": about(one), "payload": payload(one)}
            for one in found.answers
            if one.outcome in SETTLED
        ],
        "open": [
            {"number": one.alert.number, "answer": one.outcome.value}
            for one in found.answers
            if one.outcome not in SETTLED
        ],
    })  # fmt: skip


def about(answer: Answer) -> dict[str, Any]:
    """By what the service's own alert is known again: tool, rule, path and line."""
    place = answer.alert.place
    return {"tool": answer.alert.tool, "rule": answer.alert.rule, "path": place.path, "line": place.line}


def payload(answer: Answer) -> dict[str, str]:
    """The request's body. The comment ends in the proof's digest, whole."""
    proof = f" Proof {answer.proofs[0]}" if answer.proofs else ""
    more = f" and {len(answer.proofs) - 1} more" if len(answer.proofs) > 1 else ""
    tail = f"{proof}{more}." if proof else "."
    lead = f"{_LEADS[answer.outcome]}: "
    room = LONGEST - len(lead) - len(tail)
    reason = flat(answer.reason)
    if len(reason) > room:
        reason = reason[: room - 3] + "..."
    return {
        "state": "dismissed",
        "dismissed_reason": _REASONS[answer.outcome],
        "dismissed_comment": f"{lead}{reason}{tail}",
    }


FORMAT: Final = AnswerFormat("github", render, "dismissals for GitHub's code scanning")
