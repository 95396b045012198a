"""The list of rules: a table for people, a list of records for tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mapproof.report.style import Style, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.model.rule import Rule


def as_text(rules: Iterable[Rule], width: int, style: Style | None = None) -> str:
    """Rules by group: id, verdict and what it says, in at most ``width`` cells where words allow it."""
    style = style or Style()
    ordered = sorted(rules, key=lambda rule: (rule.group, rule.id))
    column = max((len(rule.id) for rule in ordered), default=0) + 4
    lines: list[str] = []
    group = None
    for rule in ordered:
        if rule.group != group:
            group = rule.group
            lines += ["", style.strong(f"{visible(group)}/")] if lines else [style.strong(f"{visible(group)}/")]
        word = rule.verdict or rule.severity or ""
        opening = f"  {rule.id:<{column}}{word:<12}"
        first, *rest = wrapped(rule.summary, width, opening, " " * len(opening))
        shown = word if rule.verdict is None else style.verdict(rule.verdict, rule.verdict)
        lines.append(f"  {rule.id:<{column}}{shown}{first[2 + column + len(word) :]}")
        lines += rest
    lines += ["", "mapproof explain RULE prints a rule's page"]
    return "\n".join(lines) + "\n"


def as_json(rules: Iterable[Rule]) -> str:
    """The same as a JSON list, ordered by group and id."""
    records = [
        {
            "id": rule.id,
            "group": rule.group,
            "summary": rule.summary,
            "verdict": rule.verdict,
            "severity": rule.severity,
            "status": rule.status,
            "since": rule.since,
            "cwe": list(rule.cwe),
        }
        for rule in sorted(rules, key=lambda rule: (rule.group, rule.id))
    ]
    return json.dumps(records, indent=2) + "\n"
