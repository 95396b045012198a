"""Reads a file of suppressions: decisions about sites, each with a reason and an author."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from mapproof.model.decision import Alert, Claim, Origin, Suppression
from mapproof.table import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mapproof.model.rule import Predicate
    from mapproof.table import Table

FILE_NAME: Final = "mapproof.suppressions.toml"

_ALIAS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


def read_suppressions(
    path: str,
    text: str,
    rules: Collection[str],
    predicates: Callable[[Table, str], list[Predicate]],
    faults: list[str],
) -> list[Suppression]:
    """The suppressions in a file's text; what is wrong goes into ``faults``, each with its line.

    ``rules`` are the ids there are, ``predicates`` reads the conditions under a key.
    """
    top = Document(path, text, faults).parse()
    if top is None:
        return []
    found: list[Suppression] = []
    seen: dict[str, int] = {}
    for table in top.tables("suppression"):
        made = _one(path, table, rules, predicates)
        if made.alias and made.alias in seen:
            table.fault(f"{made.alias} is the alias of line {seen[made.alias]} already", "alias")
        seen.setdefault(made.alias, table.line)
        found.append(made)
    top.close()
    return found


def _one(
    path: str, table: Table, rules: Collection[str], predicates: Callable[[Table, str], list[Predicate]]
) -> Suppression:
    alias = table.text("alias")
    if alias and not _ALIAS.fullmatch(alias):
        table.fault("takes letters, digits, dots, dashes and underscores", "alias")
    claim = table.text("claim")
    if claim and claim not in {member.value for member in Claim}:
        table.fault(f"{claim} is none of {', '.join(Claim)}", "claim")
    expires, faulty = read_date(table, "expires")
    created, _ = read_date(table, "created")
    nth = table.number("nth")
    if nth is not None and nth < 1:
        table.fault("counts from 1", "nth")
    proof = table.text("proof", required=False)
    if proof and not _DIGEST.fullmatch(proof):
        table.fault("must be sha256: and 64 hexadecimal digits, as `mapproof suppressions add` writes it", "proof")
    made = Suppression(
        alias=alias,
        claim=Claim(claim) if claim in {member.value for member in Claim} else Claim.ACCEPTED,
        reason=table.text("reason"),
        author=table.text("author"),
        origin=Origin.FILE,
        written_at=(path, table.line),
        path=table.text("path"),
        function=table.text("function", required=False),
        primitive=table.text("call", required=False),
        rule=read_rule_id(table, rules),
        nth=nth,
        created=created,
        expires=expires,
        faulty_date=faulty,
        alert=_alert(table),
        proof=proof,
        holds_while=tuple(predicates(table, "holds_while")),
    )
    table.close()
    return made


def read_rule_id(table: Table, rules: Collection[str]) -> str:
    """The ``rule`` of a decision; one that the pack does not have is a fault."""
    rule = table.text("rule", required=False)
    if rule and rule not in rules:
        from difflib import get_close_matches  # noqa: PLC0415  only for a fault

        near = get_close_matches(rule, rules, n=1)
        table.fault(
            f"there is no rule {rule}: " + (f"did you mean {near[0]}?" if near else "see mapproof rules"), "rule"
        )
    return rule


def read_date(table: Table, key: str) -> tuple[date | None, bool]:
    """A date, and whether what stands there is none: a decision with such a date has lapsed."""
    value = table.raw(key)
    if value is None:
        return None, False
    if isinstance(value, datetime):
        return value.date(), False
    if isinstance(value, date):
        return value, False
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip()), False
        except ValueError:
            return None, True
    return None, True


def _alert(table: Table) -> Alert | None:
    inner = table.table("source_alert")
    if inner is None:
        return None
    found = Alert(inner.text("tool"), inner.text("rule", required=False), inner.text("fingerprint", required=False))
    inner.close()
    return found
