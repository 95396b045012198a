"""SARIF 2.1.0 with the answers in it: the tools' own logs, annotated, and a log for what came in another format.

A result that is answered gets its ``kind``, a suppression where it need not be looked at again, and the answer with its
proofs in its property bag. GitHub honours neither kind nor suppression, so its profile leaves such results out; GitLab
honours suppressions and reads the level, so its profile leaves kind and level as they were.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from mapproof.model.answer import Outcome
from mapproof.report.answers.base import AnswerFormat
from mapproof.report.answers.products import detail
from mapproof.report.answers.written import dumped
from mapproof.report.base import portable
from mapproof.report.sarif import SCHEMA, automation
from mapproof.report.sarif_result import uri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mapproof.model.alert import Alert, AlertFile
    from mapproof.model.answer import Answer, Triage
    from mapproof.report.base import Rendering

SETTLED: Final = frozenset({Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN, Outcome.ACCEPTED})
"""Answers after which nobody need look at the alert again."""
_KINDS: Final = {
    Outcome.REFUTED: "pass",
    Outcome.TRUE_BUT_BENIGN: "informational",
    Outcome.UNDECIDED: "open",
}
"""What a result is once it is answered, in the standard's words (3.27.9); the others stay what they were."""


def render(found: Triage, rendering: Rendering) -> str:
    """The log: the runs of the logs that came in, in their order, then one for each other file and tool."""
    answers: dict[str, list[Answer]] = {}
    for answer in found.answers:
        answers.setdefault(answer.alert.origin, []).append(answer)
    runs: list[dict[str, Any]] = []
    for file in dict.fromkeys(found.files):
        mine = answers.pop(file.path, [])
        given = _given(file, mine, rendering)
        runs += _annotated(given, mine, found, rendering) if given is not None else _written(mine, found, rendering)
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": runs})


def _given(file: AlertFile, answers: Sequence[Answer], rendering: Rendering) -> dict[str, Any] | None:
    """The log that a file holds, whole; ``None`` where it holds none, or another than was read."""
    if file.format != "sarif" or file.fault:
        return None
    try:
        data = rendering.content(file.path)
        log = json.loads(data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"))
        held = {
            f"/runs/{i}/results/{j}" for i, run in enumerate(log["runs"]) for j in range(len(run.get("results") or ()))
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return log if held == {answer.alert.pointer for answer in answers} else None


def _annotated(
    log: dict[str, Any], answers: Sequence[Answer], found: Triage, rendering: Rendering
) -> list[dict[str, Any]]:
    by_pointer = {answer.alert.pointer: answer for answer in answers}
    for number, run in enumerate(log["runs"]):
        results = []
        for position, result in enumerate(run.get("results") or ()):
            answer = by_pointer[f"/runs/{number}/results/{position}"]
            if isinstance(result, dict):
                results.append((answer, result))
        run["results"] = _answered(results, rendering)
        _signed(run, found, len(run["results"]))
        if rendering.profile == "azure":
            run["automationDetails"] = automation(rendering)
    return list(log["runs"])


def _answered(results: Sequence[tuple[Answer, dict[str, Any]]], rendering: Rendering) -> list[dict[str, Any]]:
    """The results with their answers, as the profile's reader wants them."""
    if rendering.profile == "github":
        results = [(answer, result) for answer, result in results if answer.outcome not in SETTLED]
    for answer, result in results:
        _annotate(answer, result, rendering.profile)
    if rendering.profile != "github" and any(result.get("suppressions") for _, result in results):
        for _, result in results:
            result.setdefault("suppressions", [])  # all results of a run have the property, or none (3.27.23)
    return [result for _, result in results]


def _annotate(answer: Answer, result: dict[str, Any], profile: str) -> None:
    outcome = answer.outcome
    bag = result.setdefault("properties", {})
    said: dict[str, Any] = {
        "answer": outcome.value,
        "claim": answer.understood.claim.value,
        "confidence": answer.confidence.value,
        "reason": answer.reason,
        "settles": answer.settles,
        "rule": answer.rule,
        "proofs": list(answer.proofs),
        "files": list(answer.match.files),
        "sites": list(answer.match.sites),
        "notes": [*answer.match.notes, *answer.disagreements],
    }
    if profile in {"full", "azure"} and outcome in _KINDS:
        if "level" in result:
            said["levelBefore"] = result["level"]
        result |= {"kind": _KINDS[outcome], "level": "none"}
    if isinstance(bag, dict):
        bag["mapproof"] = {name: value for name, value in said.items() if value}
    if profile == "full":
        result.setdefault("baselineState", "unchanged" if outcome is Outcome.NOT_COVERED else "updated")
    if profile == "github":
        return
    before = result.get("suppressions")
    if outcome in SETTLED:
        result["suppressions"] = [*(before or ()), _suppression(answer, "accepted")]
    elif outcome is Outcome.CONFIRMED and before:
        result["suppressions"] = [*before, _suppression(answer, "rejected")]


def _suppression(answer: Answer, status: str) -> dict[str, Any]:
    name = "\n".join([answer.alert.pointer, answer.outcome, *answer.proofs])
    return {
        "guid": str(uuid5(NAMESPACE_URL, portable(name))),
        "kind": "external",
        "status": status,
        "justification": detail(answer),
        "properties": {"alias": f"mapproof-{answer.alert.number}", "answer": answer.outcome.value},
    }


def _signed(run: dict[str, Any], found: Triage, results: int) -> None:
    """Say in the run that answers were put into it, and by whom."""
    tool = run.get("tool")
    if isinstance(tool, dict):
        extension = {"name": "mapproof", "version": found.version, "properties": {"rulePack": found.rule_pack}}
        tool["extensions"] = [*(tool.get("extensions") or ()), extension]
    bag = run.setdefault("properties", {})
    if isinstance(bag, dict):
        bag["mapproof"] = {"alerts": len(found.answers), "results": results}


def _written(answers: Sequence[Answer], found: Triage, rendering: Rendering) -> list[dict[str, Any]]:
    """Runs for alerts that came in another format, one for each tool."""
    tools: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        tools.setdefault((answer.alert.tool or "unnamed tool", answer.alert.tool_version), []).append(answer)
    runs = []
    for (tool, version), mine in tools.items():
        rules = list(dict.fromkeys(answer.alert.rule for answer in mine if answer.alert.rule))
        index = {rule: number for number, rule in enumerate(rules)}
        run: dict[str, Any] = {
            "tool": {"driver": {"name": tool, "rules": [{"id": rule} for rule in rules]}},
            "results": _answered([(answer, _result(answer, index, rendering)) for answer in mine], rendering),
        }
        if version:
            run["tool"]["driver"]["version"] = version
        if rendering.profile == "azure":
            run["automationDetails"] = automation(rendering)
        _signed(run, found, len(run["results"]))
        runs.append(run)
    return runs


def _result(answer: Answer, index: Mapping[str, int], rendering: Rendering) -> dict[str, Any]:
    alert = answer.alert
    result: dict[str, Any] = {
        "ruleId": alert.rule or "alert",
        "level": "warning",
        "message": {"text": " ".join(alert.message.split()) or alert.fault or alert.rule or "an alert without words"},
        "locations": [{"physicalLocation": _place(answer, rendering)}],
        "properties": {"origin": alert.origin, "pointer": alert.pointer},
    }
    if alert.rule in index:
        result["ruleIndex"] = index[alert.rule]
    if alert.severity:
        result["properties"]["severity"] = alert.severity
    if alert.fingerprints:
        result["partialFingerprints"] = {name: value for name, value in alert.fingerprints if name and value}
    return result


def _place(answer: Answer, rendering: Rendering) -> dict[str, Any]:
    alert = answer.alert
    place = alert.place
    path = _path(alert) or (rendering.path(answer.match.files[0]) if answer.match.files else alert.origin)
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(path)}}
    if place.line is not None:
        physical["region"] = {"startLine": place.line}
        if place.column is not None and place.column > 0:
            physical["region"]["startColumn"] = place.column
        if place.end_line is not None and place.end_line >= place.line:
            physical["region"]["endLine"] = place.end_line
    elif place.address is not None:
        physical["address"] = {"absoluteAddress": place.address}
    elif place.offset is not None:
        physical["region"] = {"byteOffset": place.offset, "byteLength": 0}
    if "region" not in physical and rendering.profile == "github":
        physical["region"] = {"startLine": 1}
    return physical


def _path(alert: Alert) -> str:
    return f"{alert.place.path}!{alert.place.member}" if alert.place.member else alert.place.path


FORMAT: Final = AnswerFormat("sarif", render, "SARIF 2.1.0: the tools' own logs with the answers in them")
