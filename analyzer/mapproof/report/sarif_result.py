"""The results of a SARIF log: one site each, with where every bit of its protection came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from mapproof.model.condition import TRUE
from mapproof.model.decision import Origin
from mapproof.model.location import Address, HeaderField, Span
from mapproof.model.verdict import Verdict
from mapproof.report.base import portable
from mapproof.report.words import LEVELS, advice_sentence, lapse_sentence, sentence, step_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mapproof.model.decision import Lapse, Suppression
    from mapproof.model.location import Location
    from mapproof.model.report import Report
    from mapproof.model.site import Finding, Site
    from mapproof.report.base import Rendering

KINDS: Final[Mapping[Verdict, str]] = {
    Verdict.VIOLATION: "fail",
    Verdict.EXECUTABLE: "review",
    Verdict.UNRESOLVED: "open",
    Verdict.BENIGN: "pass",
}
_MOST_STEPS: Final = 200
"""Steps of one code flow: far below what services take (GitHub keeps 10,000 and shows 1,000)."""


def result(
    finding: Finding, report: Report, rendering: Rendering, index: Mapping[str, int], fingerprint: str
) -> dict[str, Any]:
    """One finding. ``index`` numbers the rules."""
    site = finding.site
    unverified = site.id in report.unverified
    kind = "review" if unverified else KINDS[finding.verdict]
    leveled = rendering.profile in {"github", "gitlab"} and finding.verdict is not Verdict.BENIGN
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "kind": "fail" if leveled else kind,
        "level": LEVELS[finding.verdict] if leveled or kind == "fail" else "none",
        "message": {"text": sentence(finding)},
        "locations": [_location(site, rendering)],
        "partialFingerprints": {"mapproof/site/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint[:16]}:1"},
        "properties": _properties(finding, unverified=unverified),
    }
    if finding.rule in index:
        found["ruleIndex"] = index[finding.rule]
    flow = list(_flow(site, rendering))
    if len(flow) > 1:
        found["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
        found["relatedLocations"] = [
            {**step["location"], "id": number} for number, step in enumerate(flow[:-1][:100], start=1)
        ]
    if rendering.profile == "github":
        return found
    decision = report.suppressed.get(site.id)
    found["suppressions"] = [] if decision is None else [_suppression(decision)]
    if report.known or report.unchanged:
        found["baselineState"] = "unchanged" if site.id in report.known else "new"
    return found


def advice_results(
    finding: Finding, rendering: Rendering, index: Mapping[str, int], fingerprint: str
) -> Iterator[dict[str, Any]]:
    """What else is to be said of a site, each a result of its own."""
    for advice in finding.advice:
        described: dict[str, Any] = {
            "ruleId": advice.rule,
            "kind": "fail",
            "level": advice.severity.value,
            "message": {"text": advice_sentence(advice)},
            "locations": [_location(finding.site, rendering)],
            "partialFingerprints": {"mapproof/advice/v1": f"{fingerprint}/{advice.rule}"},
            "properties": {"adviceOn": finding.site.id},
        }
        if advice.rule in index:
            described["ruleIndex"] = index[advice.rule]
        yield described


def lapse_result(lapse: Lapse, rendering: Rendering, index: Mapping[str, int]) -> dict[str, Any]:
    """One decision that no longer counts, at the line where it is written down."""
    path, line = lapse.suppression.written_at
    rule = f"suppression-{lapse.kind}"
    return {
        "ruleId": rule,
        "ruleIndex": index[rule],
        "kind": "fail",
        "level": "warning",
        "message": {"text": lapse_sentence(lapse)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(rendering.path(path))},
                    "region": {"startLine": line},
                }
            }
        ],
        "partialFingerprints": {"mapproof/suppression/v1": portable(f"{lapse.kind}/{lapse.suppression.alias}")},
    }


def uri(path: str) -> str:
    """A path as a URI reference: relative as it is, absolute with its scheme."""
    quoted = quote(path.encode("utf-8", "surrogateescape"), safe="/._-~!$&'()*+,;=@")
    return f"file://{quoted}" if path.startswith("/") else quoted


def _location(site: Site, rendering: Rendering, text: str = "") -> dict[str, Any]:
    described = _physical(site.location, rendering, site.source)
    if site.function:
        described["logicalLocations"] = [{"fullyQualifiedName": portable(site.function), "kind": "function"}]
    if text:
        described["message"] = {"text": text}
    return described


def _physical(place: Location, rendering: Rendering, source: str = "") -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(rendering.path(place.path))}}
    if isinstance(place, Span):
        region: dict[str, Any] = {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line}
        lines = source.split("\n")
        if source and len(lines) == place.end_line - place.line + 1:
            first = place.column if len(lines) == 1 else 1
            region["endColumn"] = first + len(lines[-1])
            region["snippet"] = {"text": portable(source)}
        physical["region"] = region
    elif isinstance(place, HeaderField):
        field = {"byteOffset": place.offset, "byteLength": place.size}
        physical["region"] = {"startLine": 1} if rendering.profile == "github" else field
    elif isinstance(place, Address):
        physical["address"] = {"absoluteAddress": place.address, "kind": "instruction"}
        # GitHub refuses an alert without a line; others are told of the whole file, and of the address in it.
        whole = {"byteOffset": 0, "byteLength": rendering.sizes.get(place.path, 0)}
        physical["region"] = {"startLine": 1} if rendering.profile == "github" else whole
    return {"physicalLocation": physical}


def _flow(site: Site, rendering: Rendering) -> Iterator[dict[str, Any]]:
    """From the tokens that the bits come from to the call."""
    for number, step in enumerate(site.evidence[:_MOST_STEPS]):
        text = {"text": step_words(step)}
        where = _physical(step.location, rendering) if step.location is not None else _location(site, rendering)
        location: dict[str, Any] = {"location": {**where, "message": text}, "executionOrder": number + 1}
        location["importance"] = "important" if step.location is not None else "unimportant"
        yield location
    words = f"{site.callee.written} may be asked for {', '.join(map(str, site.protections)) or 'nothing'}"
    last = _location(site, rendering, portable(words))
    yield {"location": last, "executionOrder": len(site.evidence[:_MOST_STEPS]) + 1, "importance": "essential"}


def _properties(finding: Finding, *, unverified: bool) -> dict[str, Any]:
    site = finding.site
    conditions = {
        str(protection): portable(str(presence))
        for protection, condition in site.conditions
        if (presence := condition.build_part()) is not TRUE
    }
    found: dict[str, Any] = {
        "verdict": finding.verdict.value,
        "primitive": site.callee.primitive,
        "via": list(site.callee.via),
        "protections": [str(protection) for protection in site.protections],
        "open": site.open,
        "assumptions": sorted(set(finding.assumptions)),
        "verified": not unverified,
        "siteId": site.id,
    }
    if conditions:
        found["conditions"] = conditions
    if finding.obligations:
        found["obligations"] = {
            obligation.name: f"{obligation.status}: {portable(obligation.detail)}" for obligation in finding.obligations
        }
    return found


def _suppression(decision: Suppression) -> dict[str, Any]:
    """In SARIF's words; the names of the properties are those of Microsoft's multitool."""
    properties: dict[str, Any] = {"alias": portable(decision.alias), "claim": decision.claim.value}
    if decision.author:
        properties["author"] = portable(decision.author)
    if decision.created is not None:
        properties["timeUtc"] = f"{decision.created.isoformat()}T00:00:00.000Z"
    if decision.expires is not None:
        properties["expiryUtc"] = f"{decision.expires.isoformat()}T23:59:59.000Z"
    if decision.proof:
        properties["proof"] = decision.proof
    return {
        "kind": "inSource" if decision.origin is Origin.SOURCE else "external",
        "status": "accepted",
        "justification": portable(decision.reason),
        "properties": properties,
    }
