"""Reads one ``rule.toml``: conditions, verdict and prose."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mapproof.classify.callees import PLATFORMS
from mapproof.classify.match import RIGHTS
from mapproof.classify.opening import LIMITS
from mapproof.model.callee import Role
from mapproof.model.protection import Prot
from mapproof.model.rule import Field, Justification, Mitigation, Predicate, Rule, Severity, Status, When
from mapproof.model.site import Maybe, Sharing
from mapproof.model.verdict import Assumption, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.table import Table

BENIGN: Final = "benign"
"""The group of justifications."""

ADVICE: Final = "advice"
"""The group of rules that have a severity in place of a verdict."""

OBLIGATIONS: Final = ("O1", "O2", "O3", "O4", "O5", "O6")

WORDS: Final[Mapping[Field, frozenset[str]]] = {
    Field.ROLE: frozenset(role.value for role in Role),
    Field.PLATFORM: PLATFORMS,
    Field.MAY: frozenset(RIGHTS),
    Field.WITHIN: frozenset(str(Prot(bits)) for bits in range(8)),
    Field.SHARING: frozenset(sharing.value for sharing in Sharing),
    Field.ANONYMOUS: frozenset(answer.value for answer in Maybe),
    Field.OPEN: frozenset({"yes", "no"}),
}
"""The words that a field knows; fields that are not listed take any."""

_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_CWE: Final = re.compile(r"CWE-\d+")


def read_rule(top: Table, group: str, folder: str) -> Rule:
    """The rule in a folder. Faults are noted in the table's document; the rule is then not fit for use."""
    verdict = _verdict(top, group)
    justification = _justification(top) if verdict is Verdict.BENIGN else None
    rule = Rule(
        id=_identity(top, group, folder),
        group=group,
        summary=top.text("summary"),
        since=_shaped(top, "since", _VERSION, "a release like 0.1.0"),
        status=_status(top),
        verdict=verdict,
        precedence=top.number("precedence") or 0,
        when=_when(top, group),
        why=top.text("why"),
        remedy=top.text("remedy"),
        false_positives=top.text("false_positives"),
        false_negatives=top.text("false_negatives"),
        references=top.texts("references", required=True),
        cwe=top.texts("cwe"),
        justification=justification,
        severity=_severity(top, group),
    )
    if not all(_CWE.fullmatch(entry) for entry in rule.cwe):
        top.fault("must be ids like CWE-732", "cwe")
    top.close()
    return rule


def _identity(top: Table, group: str, folder: str) -> str:
    name = top.text("id")
    if name and name != folder:
        top.fault(f"must be the folder's name, {folder}", "id")
    if name and not _ID.fullmatch(name):
        top.fault("must be kebab-case", "id")
    if group == LIMITS and name and name not in {reason.value for reason in Reason}:
        top.fault(f"must be one of the reasons: {', '.join(Reason)}", "id")
    return name


def _shaped(top: Table, key: str, shape: re.Pattern[str], wanted: str) -> str:
    text = top.text(key)
    if text and not shape.fullmatch(text):
        top.fault(f"must be {wanted}", key)
    return text


def _status(top: Table) -> Status:
    text = top.text("status")
    try:
        return Status(text)
    except ValueError:
        top.fault(f"must be one of {', '.join(Status)}", "status")
        return Status.NURSERY


def _severity(top: Table, group: str) -> Severity | None:
    text = top.text("severity", required=group == ADVICE)
    if text and group != ADVICE:
        top.fault(f"goes with the group {ADVICE} alone", "severity")
    elif text and text not in {severity.value for severity in Severity}:
        top.fault(f"must be one of {', '.join(Severity)}", "severity")
    return Severity(text) if text in {severity.value for severity in Severity} else None


def _verdict(top: Table, group: str) -> Verdict | None:
    if group == ADVICE:
        if top.text("verdict", required=False):
            top.fault("a rule of the group advice has a severity and no verdict", "verdict")
        return None
    text = top.text("verdict")
    if text not in {verdict.value for verdict in Verdict}:
        top.fault(f"must be one of {', '.join(Verdict)}", "verdict")
        return Verdict.UNRESOLVED
    verdict = Verdict(text)
    if (group == BENIGN) != (verdict is Verdict.BENIGN) or (group == LIMITS) != (verdict is Verdict.UNRESOLVED):
        top.fault(f"{verdict} does not go with the group {group}", "verdict")
    return verdict


def _when(top: Table, group: str) -> When:
    table = top.table("when")
    if table is None:
        if group != LIMITS:
            top.fault("is missing", "when")
        return When()
    if group == LIMITS:
        top.fault("a limit has no conditions: the reason chooses it", "when")
    instead = tuple(_conditions(other) for other in table.tables("instead"))
    return replace(_conditions(table, needed=group != LIMITS), instead=instead)


def _conditions(table: Table, *, needed: bool = True) -> When:
    when = When(
        tuple(read_predicates(table, "all")),
        tuple(read_predicates(table, "any")),
        tuple(read_predicates(table, "unless")),
    )
    if not when.all and not when.any and needed:
        table.fault("needs a condition under `all` or `any`")
    table.close()
    return when


def read_predicates(table: Table, key: str) -> list[Predicate]:
    """The conditions in the list under a key."""
    found: list[Predicate] = []
    for entry in table.items(key):
        if not isinstance(entry, dict) or len(entry) != 1:
            table.fault(f"each condition is a table with one field, got {entry!r}", key)
            continue
        ((name, value),) = entry.items()
        if name not in {field.value for field in Field}:
            table.fault(f"{name} is not a field of conditions: {', '.join(Field)}", key)
            continue
        found.append(Predicate(Field(name), _words(table, key, Field(name), value)))
    return found


def _words(table: Table, key: str, field: Field, value: Any) -> tuple[str, ...]:  # noqa: ANN401  unchecked TOML
    words = value if isinstance(value, list) else [value]
    if not words or not all(isinstance(word, str) and word for word in words):
        table.fault(f"{field} takes a word or a list of words, got {value!r}", key)
        return ()
    known = WORDS.get(field)
    for word in words:
        if known is not None and word not in known:
            table.fault(f"{field} does not know {word}: {', '.join(sorted(known))}", key)
        elif field in {Field.MASK, Field.FLAG} and not re.fullmatch(r"0x[0-9a-fA-F]+|[1-9][0-9]*", word):
            table.fault(f"{field} takes numbers other than 0, got {word}", key)
    return tuple(words)


def _justification(top: Table) -> Justification:
    obligations = top.table("obligations")
    sentences = tuple(obligations.text(name) for name in OBLIGATIONS) if obligations is not None else ()
    if obligations is None:
        top.fault("is missing", "obligations")
    else:
        obligations.close()
    return Justification(
        purpose=top.text("purpose"),
        upstream=top.texts("upstream", required=True),
        obligations=sentences,
        assumes=tuple(_assumptions(top)),
        changes_verdict=top.texts("changes_verdict", required=True),
        mitigations=tuple(_mitigations(top)),
    )


def _assumptions(top: Table) -> list[Assumption]:
    found: list[Assumption] = []
    for text in top.texts("assumes"):
        if text in {assumption.value for assumption in Assumption}:
            found.append(Assumption(text))
        else:
            top.fault(f"{text} is none of {', '.join(Assumption)}", "assumes")
    return found


def _mitigations(top: Table) -> list[Mitigation]:
    found: list[Mitigation] = []
    for entry in top.items("mitigations"):
        match entry:
            case {"action": str(action), "effect": str(effect), "cost": str(cost), **others} if not others:
                found.append(Mitigation(action.strip(), effect.strip(), cost.strip()))
            case _:
                top.fault("each is a table with the strings `action`, `effect` and `cost`", "mitigations")
    if not found:
        top.fault("is missing", "mitigations")
    return found
