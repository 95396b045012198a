"""Suppressions in the source: ``mapproof: allow[rule] reason`` in a comment, at the call or on the line above."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from mapproof.model.decision import Claim, Origin, Suppression

if TYPE_CHECKING:
    from collections.abc import Collection

_COMMENT: Final = re.compile(
    r"(?:(?://|/\*|\#|;|--|<!--)[^\n]*?|^[ \t]*\*+[ \t]*)mapproof:[ \t]*allow(?P<rules>\[[^\]\n]*\])?(?P<rest>[^\n]*)",
    re.MULTILINE,
)
_FIELD: Final = re.compile(r"\s*(by|until)=(\S+)")


def read_comments(path: str, text: str, rules: Collection[str], faults: list[str]) -> list[Suppression]:
    """The suppressions in a file's comments; what is wrong goes into ``faults``, each with its line.

    ``by=NAME`` and ``until=2026-01-31`` may stand before the reason.
    """
    found: list[Suppression] = []
    for match in _COMMENT.finditer(text):
        line = text.count("\n", 0, match.start("rest")) + 1
        place = f"{path}:{line}"
        names = [name.strip() for name in (match["rules"] or "[]")[1:-1].split(",") if name.strip()]
        fields, reason = _parts(match["rest"])
        if not names:
            faults.append(f"{place}: name the rule: mapproof: allow[RULE] reason")
        faults += [f"{place}: there is no rule {name}: see mapproof rules" for name in names if name not in rules]
        if names and not reason:
            faults.append(f"{place}: a reason must follow: mapproof: allow[{', '.join(names)}] reason")
        until, faulty = _date(fields.get("until"))
        found += [
            Suppression(
                alias=f"{path}:{name}",
                claim=Claim.ACCEPTED,
                reason=reason,
                author=fields.get("by", ""),
                origin=Origin.SOURCE,
                written_at=(path, line),
                path=path,
                rule=name,
                expires=until,
                faulty_date=faulty,
            )
            for name in names
        ]
    return found


def _parts(rest: str) -> tuple[dict[str, str], str]:
    fields: dict[str, str] = {}
    while (match := _FIELD.match(rest)) is not None:
        fields[match[1]] = match[2]
        rest = rest[match.end() :]
    return fields, rest.removesuffix("-->").rstrip().removesuffix("*/").lstrip(" \t:-").rstrip()


def _date(text: str | None) -> tuple[date | None, bool]:
    if text is None:
        return None, False
    try:
        return date.fromisoformat(text), False
    except ValueError:
        return None, True
