"""SARIF 2.1.0 (OASIS), whole or as one service wants it.

``full`` says everything: what was proved harmless as ``pass``, what could not be decided as ``open``, suppressions, and
what was not covered as notifications. GitHub shows each of these as an alert, so ``github`` leaves them out; GitLab
honours suppressions and reads a level; Azure DevOps wants the log's name in a certain form.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mapproof import __version__
from mapproof.model.fingerprint import fingerprints
from mapproof.model.verdict import Verdict
from mapproof.report.base import Format, portable
from mapproof.report.posture import posture
from mapproof.report.sarif_result import advice_results, lapse_result, result, uri
from mapproof.report.sarif_rule import CWE_GUID, descriptors, taxa
from mapproof.report.words import advised, alerts, gap_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.report import Report
    from mapproof.model.site import Coverage
    from mapproof.report.base import Rendering

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
PROFILES: Final = ("full", "github", "gitlab", "azure")

_LANGUAGES: Final = {"c": "c", "cpp": "cplusplus", "python": "python"}
_GAPS: Final = {
    "unreadable": "The file could not be read",
    "missing": "There is no such file",
    "empty": "The folder holds nothing that is read",
    "binary": "The file is no source text",
    "parse": "Part of the file could not be parsed",
    "lost": "Code around a call could not be read",
    "include": "An included file was not found",
    "library": "A library that a binary needs was not found",
    "limit": "A stated limit was reached",
    "internal": "An error inside mapproof",
}

_NO_PHASE: Final = "00000000-0000-0000-0000-000000000001"
_GAP_MEANING: Final = "What was not read may hold calls that map memory: where it may, nothing is called harmless."


def render(report: Report, rendering: Rendering) -> str:
    """The log, in a stable order and without times."""
    rendering = replace(rendering, sizes={artifact.path: artifact.size for artifact in report.artifacts})
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, rendering)]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(report: Report, rendering: Rendering) -> dict[str, Any]:
    profile = rendering.profile
    rules = descriptors(rendering)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    marks = fingerprints(report.findings, rendering.folder, rendering.root)
    shown = list(alerts(report)) if profile == "github" else list(report.findings)
    results = [result(finding, report, rendering, index, marks[finding.site.id]) for finding in shown]
    results += [
        one for finding in advised(report) for one in advice_results(finding, rendering, index, marks[finding.site.id])
    ]
    results += [lapse_result(lapse, rendering, index) for lapse in report.lapses]
    driver: dict[str, Any] = {
        "name": "mapproof",
        "fullName": f"mapproof {__version__}",
        "version": __version__,
        "semanticVersion": __version__,
        "organization": "mapproof",
        "informationUri": f"pkg:generic/mapproof@{__version__}",
        "shortDescription": {"text": "Proves memory mappings harmless, or says exactly why it can't."},
        "rules": rules,
        "notifications": _notification_rules(report),
        "properties": {"rulePack": report.rule_pack},
        "supportedTaxonomies": [{"name": "CWE", "guid": CWE_GUID, "index": 0}],
    }
    if not driver["notifications"]:
        del driver["notifications"]
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "automationDetails": automation(rendering),
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    _notification(gap, rendering, number) for gap, number in _numbered(report.errors)
                ],
            }
        ],
        "artifacts": list(_artifacts(report, rendering)),
        "taxonomies": [taxa(rendering.rules)],
        "results": results,
        "properties": {
            "summary": {
                **{verdict.value: report.count(verdict) for verdict in Verdict},
                "suppressed": len(report.suppressed),
                "notCovered": len(report.errors),
                "files": report.files,
            }
        },
    }


def automation(rendering: Rendering) -> dict[str, Any]:
    """Which run this is. Azure DevOps wants its pipeline's numbers; outside of one it gets what stands for none."""
    if rendering.profile != "azure":
        return {"id": "mapproof/"}
    given = rendering.pipeline
    definition = given.get("SYSTEM_DEFINITIONID", "-1")
    prefix = "azuredevops/pipeline/build/"
    return {
        "id": f"{prefix}{definition}/mapproof/{given.get('BUILD_BUILDID', '0')}",
        "properties": {
            f"{prefix}buildDefinitionId": definition,
            f"{prefix}buildDefinitionName": given.get("BUILD_DEFINITIONNAME", "none"),
            f"{prefix}phaseId": given.get("SYSTEM_PHASEID", _NO_PHASE),
            f"{prefix}phaseName": given.get("SYSTEM_PHASENAME", "none"),
        },
    }


def _numbered(gaps: tuple[Coverage, ...]) -> Iterator[tuple[Coverage, int]]:
    kinds = sorted({gap.kind for gap in gaps})
    return ((gap, kinds.index(gap.kind)) for gap in gaps)


def _notification_rules(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "id": f"not-covered/{kind}",
            "name": "NotCovered" + kind.title().replace("-", ""),
            "shortDescription": {"text": _GAPS.get(kind, "Part of the input was not covered") + "."},
            "fullDescription": {"text": _GAP_MEANING},
            "help": {"text": _GAP_MEANING, "markdown": _GAP_MEANING},
            "defaultConfiguration": {"level": "warning"},
        }
        for kind in sorted({gap.kind for gap in report.errors})
    ]


def _notification(gap: Coverage, rendering: Rendering, number: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(rendering.path(gap.path))}}
    if gap.line is not None:
        physical["region"] = {"startLine": gap.line}
    return {
        "level": "warning",
        "message": {"text": gap_sentence(gap)},
        "descriptor": {"id": f"not-covered/{gap.kind}", "index": number},
        "locations": [{"physicalLocation": physical}],
    }


def _artifacts(report: Report, rendering: Rendering) -> Iterator[dict[str, Any]]:
    for artifact in report.artifacts:
        described: dict[str, Any] = {
            "location": {"uri": uri(rendering.path(artifact.path))},
            "length": artifact.size,
            "roles": ["analysisTarget"],
        }
        if artifact.sha256:
            described["hashes"] = {"sha-256": artifact.sha256}
        if artifact.language in _LANGUAGES:
            described["sourceLanguage"] = _LANGUAGES[artifact.language]
        else:
            described["mimeType"] = "application/x-elf"
        described["properties"] = {"language": portable(artifact.language), "sites": artifact.sites}
        if artifact.facts:
            described["properties"]["posture"] = [portable(line) for line in posture(artifact)]
        yield described


FORMAT: Final = Format("sarif", render, "SARIF 2.1.0, as --sarif-profile says")
