"""Suppressions for mapproof itself out of answers: each says of a site that an alert about it is false, while it is."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from mapproof.report.answers.base import AnswerFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.answer import Triage
    from mapproof.model.dossier import Judged
    from mapproof.report.base import Rendering

_UNNAMED: Final = re.compile(r"[^A-Za-z0-9._-]+")


def render(found: Triage, rendering: Rendering) -> str:
    """The entries, to be added to ``mapproof.suppressions.toml`` at the project's top."""
    return "\n".join(_entries(found, rendering))


def _entries(found: Triage, rendering: Rendering) -> Iterator[str]:
    from mapproof.model.answer import Outcome
    from mapproof.model.decision import Claim
    from mapproof.report.style import flat
    from mapproof.triage.edit import Draft, entry

    sites = found.sites()
    numbers = _numbers(found)
    settled = [one for one in found.answers if one.outcome in {Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN}]
    seen: set[str] = set()
    texts: list[str] = []
    without = 0
    for answer in settled:
        alert = answer.alert
        mine = [sites[name] for name in answer.match.sites if sites[name].verdict == "benign"]
        without += not mine
        for number, site in enumerate(site for site in mine if site.id not in seen):
            seen.add(site.id)
            name = _UNNAMED.sub("-", f"{alert.tool}-{alert.rule}-{alert.number}").strip("-.") or "alert"
            draft = Draft(
                path=rendering.path(site.artifact),
                function=site.function,
                call=site.primitive or site.written,
                rule=site.rule,
                nth=numbers.get(site.id),
                proof=site.finding,
            )
            texts.append(
                entry(
                    draft,
                    alias=f"{name}-{number + 1}" if len(mine) > 1 else name,
                    claim=Claim.BENIGN,
                    reason=flat(f"{answer.outcome}: {answer.reason}"),
                    author=rendering.author,
                    created=date.fromisoformat(rendering.now[:10]),
                    alert=(alert.tool, alert.rule) if alert.tool else None,
                )
            )
    others = len(found.answers) - len(settled)
    yield (
        f"# {len(found.answers)} alerts answered: {len(texts)} calls suppressed for {len(settled) - without} of them; "
        f"{without} are about no call, {others} are not proved harmless\n"
    )
    yield from texts


def _numbers(found: Triage) -> dict[str, int]:
    """The number of each site among those of its function and primitive, where there are several."""
    groups: dict[tuple[str, str, str], list[Judged]] = {}
    for dossier in found.dossiers:
        for site in dossier.sites:
            groups.setdefault((site.artifact, site.function, site.primitive), []).append(site)
    return {
        site.id: number for alike in groups.values() if len(alike) > 1 for number, site in enumerate(alike, start=1)
    }


FORMAT: Final = AnswerFormat("suppressions", render, "entries for mapproof.suppressions.toml")
