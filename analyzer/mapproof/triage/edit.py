"""Edits a file of suppressions as text, so that comments and order stay as their authors left them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.model.decision import Claim

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

_HEADER: Final = re.compile(r"^[ \t]*\[\[?[ \t]*([A-Za-z0-9_.-]+)[ \t]*\]\]?[ \t]*(#.*)?$")
_ALIAS: Final = re.compile(r"""^[ \t]*alias[ \t]*=[ \t]*(?:"([^"\\]*)"|'([^']*)')""")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a decision is about: a site's file as the suppressions' own folder sees it, its function, its call (the
    primitive), the rule of its finding, and its number among those of its function and primitive, where there are
    several. ``proof`` is the digest of what was found out."""

    path: str
    function: str
    call: str
    rule: str
    proof: str
    nth: int | None


def entry(
    draft: Draft,
    *,
    alias: str,
    claim: Claim,
    reason: str,
    author: str,
    created: date,
    expires: date | None = None,
    alert: tuple[str, str] | None = None,
) -> str:
    """The text of one suppression. ``alert`` is the tool and, where it is known, its rule."""
    lines = [
        "[[suppression]]",
        f"alias = {_string(alias)}",
        f'claim = "{claim.value}"',
        f"path = {_string(draft.path)}",
    ]
    if draft.function:
        lines.append(f"function = {_string(draft.function)}")
    lines.append(f"call = {_string(draft.call)}")
    if draft.nth is not None:
        lines.append(f"nth = {draft.nth}")
    if claim is Claim.ACCEPTED:
        lines.append(f"rule = {_string(draft.rule)}")
    lines += [f"reason = {_string(reason)}", f"author = {_string(author)}", f"created = {created.isoformat()}"]
    if expires is not None:
        lines.append(f"expires = {expires.isoformat()}")
    if alert is not None:
        tool, rule = alert
        named = f", rule = {_string(rule)}" if rule else ""
        lines.append(f"source_alert = {{ tool = {_string(tool)}{named} }}")
    lines.append(f'proof = "{draft.proof}"')
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    """A basic string of TOML 1.0: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def without(text: str, aliases: Collection[str]) -> str:
    """The text without the suppressions of these names, and without the comments right above them."""
    lines = text.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    dropped: set[int] = set()
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        header = _HEADER.match(lines[start])
        if header is None or header[1] != "suppression" or not lines[start].strip().startswith("[["):
            continue
        stop = _end_of_block(lines, start, end)
        named = [match[1] or match[2] or "" for line in lines[start:stop] if (match := _ALIAS.match(line))]
        if named and named[0] in aliases:
            first = start
            while first > 0 and lines[first - 1].lstrip().startswith("#"):
                first -= 1
            dropped.update(range(first, stop))
    kept = "".join(line for number, line in enumerate(lines) if number not in dropped)
    return re.sub(r"\n{3,}", "\n\n", kept).lstrip("\n")


def _end_of_block(lines: list[str], start: int, end: int) -> int:
    """The line after a table's last: the comments right above the next header belong to that."""
    stop = end
    while stop > start + 1 and end < len(lines) and lines[stop - 1].lstrip().startswith("#"):
        stop -= 1
    return stop
