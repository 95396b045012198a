"""JUnit's XML, in the form that Jenkins, GitLab and others read: a suite for each file, a case for each site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from mapproof.model.verdict import Verdict
from mapproof.report.base import Format, portable
from mapproof.report.words import gap_sentence, lapse_sentence, place, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mapproof.model.report import Report
    from mapproof.model.site import Finding
    from mapproof.report.base import Rendering

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold."""


def render(report: Report, rendering: Rendering) -> str:
    """The document. Violations and executable memory fail; under a strict policy so does what is unresolved."""
    suites: dict[str, list[str]] = {}
    for finding in report.findings:
        suites.setdefault(rendering.path(finding.site.artifact), []).append(_case(finding, report, rendering))
    for gap in report.errors:
        position = "" if gap.line is None else f":{gap.line}"
        outcome = _outcome("error", f"not-covered/{gap.kind}", gap_sentence(gap))
        suites.setdefault(rendering.path(gap.path), []).append(_element(f"coverage{position}", "coverage", outcome))
    for lapse in report.lapses:
        path, line = lapse.suppression.written_at
        outcome = _outcome("failure", f"suppression-{lapse.kind}", lapse_sentence(lapse))
        name = f"{lapse.suppression.alias}:{line}"
        suites.setdefault(rendering.path(path), []).append(_element(name, "suppressions", outcome))
    body = "".join(_suite(name, cases) for name, cases in sorted(suites.items()))
    totals = _totals([case for cases in suites.values() for case in cases])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="mapproof"{totals}>\n{body}</testsuites>\n'


def _suite(name: str, cases: list[str]) -> str:
    skipped = sum("<skipped" in case for case in cases)
    return (
        f'  <testsuite name={_attribute(name)}{_totals(cases)} skipped="{skipped}">\n{"".join(cases)}  </testsuite>\n'
    )


def _totals(cases: Iterable[str]) -> str:
    cases = list(cases)
    failures, errors = sum("<failure" in case for case in cases), sum("<error" in case for case in cases)
    return f' tests="{len(cases)}" failures="{failures}" errors="{errors}"'


def _case(finding: Finding, report: Report, rendering: Rendering) -> str:
    site = finding.site
    name = f"{site.callee.written} at {site.location.position}" + (f" in {site.function}" if site.function else "")
    return _element(name, finding.rule, "".join(_outcomes(finding, report, rendering)))


def _outcomes(finding: Finding, report: Report, rendering: Rendering) -> Iterator[str]:
    decision = report.suppressed.get(finding.site.id)
    if decision is not None:
        yield _outcome("skipped", "", f"suppressed by {decision.alias}: {decision.reason}")
        return
    if finding.site.id in report.known:
        yield _outcome("skipped", "", "in the baseline")
        return
    text = f"{place(finding, rendering)}: {sentence(finding)}"
    if finding.verdict in {Verdict.VIOLATION, Verdict.EXECUTABLE}:
        yield _outcome("failure", finding.rule, text)
    elif finding.site.id in report.unverified:
        yield _outcome("failure", finding.rule, "The evidence did not replay. " + text)
    elif finding.verdict is Verdict.UNRESOLVED:
        yield _outcome("failure" if rendering.strict else "skipped", finding.rule, text)


def _outcome(tag: str, kind: str, text: str) -> str:
    if tag == "skipped":  # a string, without attributes, in the schema of Jenkins
        return f"      <skipped>{_text(text)}</skipped>\n"
    return f"      <{tag} type={_attribute(kind)} message={_attribute(text)}/>\n"


def _element(name: str, classname: str, inner: str) -> str:
    return f"    <testcase name={_attribute(name)} classname={_attribute(classname)}>\n{inner}    </testcase>\n"


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", portable(text)))


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", portable(text)))


FORMAT: Final = Format("junit", render, "JUnit XML")
