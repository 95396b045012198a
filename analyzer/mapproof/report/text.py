"""The report for people: each finding framed with its source lines, its evidence in a few lines, and a summary."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from mapproof.model.condition import TRUE
from mapproof.model.location import HeaderField, Span
from mapproof.model.protection import ALL
from mapproof.model.region import Reach
from mapproof.model.verdict import Assumption, Status, Verdict
from mapproof.report.base import Format, Rendering
from mapproof.report.style import Style, flat, visible, wrapped
from mapproof.report.words import advised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.condition import Condition
    from mapproof.model.decision import Lapse
    from mapproof.model.report import Report
    from mapproof.model.site import Artifact, Coverage, Finding, Site
    from mapproof.model.verdict import Obligation

_MOST_GAPS: Final = 20
"""Files not covered that are named one by one; the rest is counted unless everything was asked for."""
_LONGEST_CONDITION: Final = 320
"""Characters of a presence condition that are shown."""

ASSUMPTIONS: Final = {
    Assumption.CLOSED_WORLD: "functions with callers in scope have no others that pass more",
    Assumption.TABLE_CONSTANT: "the table's slots are not overwritten with something else",
    Assumption.FIELD_STORES: "the stores to the member or global are those in scope",
    Assumption.GNU_STACK: "the program that runs this code has a non-executable PT_GNU_STACK",
    Assumption.DEP: "data execution prevention is on for the process, as it always is in 64-bit ones",
    Assumption.EXTERNAL_SYMBOL: "functions declared but not defined in scope are the platform's",
    Assumption.ONE_SYSTEM: "no build defines the macros of two operating systems",
    Assumption.LOADED_FILE: "a file that is loaded as code is none that the program maps as data",
}
"""Each assumption as one clause."""


def render(report: Report, rendering: Rendering) -> str:
    """The whole report as text that ends in a newline, or the empty string when there is nothing to say."""
    style = Style(rendering.color)
    blocks = [
        "\n".join(_finding(finding, report, rendering, style))
        for finding in report.findings
        if is_listed(finding, report, rendering)
    ]
    blocks += ["\n".join(_advice(finding, rendering, style)) for finding in advised(report)]
    if rendering.everything:
        blocks += ["\n".join(_headers(artifact, rendering, style)) for artifact in report.artifacts if artifact.facts]
    blocks += ["\n".join(_lapse(lapse, rendering, style)) for lapse in report.lapses]
    gaps = list(_gaps(report.errors, rendering, style))
    if gaps:
        blocks.append("\n".join(gaps))
    if not rendering.quiet:
        blocks.append("\n".join([*_benign_lines(report, rendering), _summary(report, style)]))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def is_listed(finding: Finding, report: Report, rendering: Rendering) -> bool:
    """Whether the finding is shown in full: all that is not benign, all whose evidence did not replay, but for what
    somebody decided about and for old debt."""
    if rendering.everything:
        return True
    if finding.site.id in report.suppressed or finding.site.id in report.known:
        return False
    return finding.verdict is not Verdict.BENIGN or finding.site.id in report.unverified


def _finding(finding: Finding, report: Report, rendering: Rendering, style: Style) -> Iterator[str]:
    site = finding.site
    place = style.strong(visible(str(site.location)) + ":")
    verdict = style.verdict(finding.verdict, f"{finding.verdict}[{visible(finding.rule)}]")
    yield f"{place} {verdict}: {flat(finding.reason)}"
    span = site.location
    gutter = len(str(span.end_line)) if isinstance(span, Span) else 2
    yield from _frame(site, gutter, rendering, style)
    mark = style.gutter(" " * gutter + " = ")
    notes = _notes(finding, site.id in report.unverified, rendering)
    for note in (*notes, *_life(site, report, rendering), *_checked(site, report), *_decided(site, report)):
        lines = wrapped(note, rendering.width - gutter - 3, rest="  ")
        yield from (mark + lines[0], *(" " * (gutter + 3) + line for line in lines[1:]))


def _advice(finding: Finding, rendering: Rendering, style: Style) -> Iterator[str]:
    """What else is to be said of a call."""
    place = style.strong(visible(str(finding.site.location)) + ":")
    for advice in finding.advice:
        yield f"{place} {advice.severity}[{visible(advice.rule)}]: {flat(advice.reason)}"
        first, *rest = wrapped(f"remedy: {advice.remedy}", rendering.width - 5, rest="  ")
        yield style.gutter("   = ") + first
        yield from ("     " + line for line in rest)


def _life(site: Site, report: Report, rendering: Rendering) -> Iterator[str]:
    """What becomes of the memory that the site makes, where anything does, or where everything is asked for."""
    region = next((region for region in report.regions if region.born_at == site.id), None)
    if region is None or not (region.transitions or region.moved_at or rendering.everything):
        return
    places = {finding.site.id: _nearby(finding.site, site) for finding in report.findings}
    changed = [places[one.site] for one in region.transitions if one.site in places and one.reach is not Reach.ANY]
    where = f", changed at {', '.join(changed)}" if changed else ""
    moved = [places[one] for one in region.moved_at if one in places]
    further = f", moved at {', '.join(moved)}" if moved else ""
    yield f"life: {region.life}{where}{further}"


def _nearby(other: Site, site: Site) -> str:
    """Where another site is, as seen from this one."""
    place = other.location
    if place.path != site.location.path:
        return visible(str(place))
    return f"line {place.line}" if isinstance(place, Span) else place.position


def _checked(site: Site, report: Report) -> Iterator[str]:
    """How far the checker came without the engine."""
    found = report.checked.get(site.id)
    if found is None:
        return
    if not found.agrees:
        yield "checked: the checker comes to other protections than the engine"
    elif found.gap:
        yield f"checked: not proved again without the engine: {found.gap}"
    else:
        yield f"checked: proved again without the engine in {found.steps} steps; mapproof prove writes them down"


def _decided(site: Site, report: Report) -> Iterator[str]:
    """Who decided what about the site."""
    decision = report.suppressed.get(site.id)
    if decision is not None:
        until = "" if decision.expires is None else f", until {decision.expires.isoformat()}"
        author = decision.author or "somebody"
        yield f"suppressed by {decision.alias} ({author}{until}): {decision.reason}"
    if site.id in report.known:
        yield "known: the baseline lists it"


def _headers(artifact: Artifact, rendering: Rendering, style: Style) -> Iterator[str]:
    """What a binary's headers ask for."""
    from mapproof.report.posture import posture  # noqa: PLC0415  only of binaries, when everything is asked for

    yield style.strong(visible(artifact.path) + ":") + " what its headers ask for"
    mark = style.gutter("   = ")
    for note in posture(artifact):
        lines = wrapped(note, rendering.width - 5, rest="  ")
        yield from (mark + lines[0], *("     " + line for line in lines[1:]))


def _lapse(lapse: Lapse, rendering: Rendering, style: Style) -> Iterator[str]:
    path, line = lapse.suppression.written_at
    place = style.strong(f"{visible(path)}:{line}:")
    kind = style.verdict(Verdict.UNRESOLVED, f"suppression {lapse.kind}[{visible(lapse.suppression.alias)}]")
    yield f"{place} {kind}: {flat(lapse.detail)}"
    mark = style.gutter("   = ")
    lines = wrapped(f"remedy: {lapse.remedy}", rendering.width - 5, rest="  ")
    yield from (mark + lines[0], *("     " + line for line in lines[1:]))


def _frame(site: Site, gutter: int, rendering: Rendering, style: Style) -> Iterator[str]:
    """The excerpt beside its line numbers, which are ``gutter`` cells wide."""
    from mapproof.report.excerpt import excerpt  # noqa: PLC0415  a run without a find gets by without

    lines = excerpt(site, rendering.width - gutter - 3, rendering.protection_at)
    bar = style.gutter(" " * gutter + " |")
    if lines:
        yield bar
    for line in lines:
        if line.number is None:
            yield style.gutter("." * min(gutter, 3))
            continue
        number = style.gutter(f"{line.number:>{gutter}} |")
        yield f"{number} {line.text}".rstrip()
        if line.carets:
            first, last = line.carets
            yield f"{bar} {' ' * first}{style.strong('^' * (last - first))}"
    if lines:
        yield bar


def _notes(finding: Finding, unverified: bool, rendering: Rendering) -> Iterator[str]:
    """What stands under the excerpt, one note per line."""
    site = finding.site
    yield _call(site)
    if (presence := site.presence.build_part()) is not TRUE:
        yield f"compiled when {_readable(presence)}"
    yield from _protections(site)
    yield from _openings(finding)
    for obligation in finding.obligations:
        if rendering.everything or _tells(obligation, finding.verdict):
            yield f"{obligation.name} {obligation.status}: {obligation.detail}"
    for assumption in sorted(finding.assumptions):
        yield f"assumes {assumption}: {ASSUMPTIONS[assumption]}"
    if unverified:
        yield "unverified: the evidence did not replay, so do not rely on this verdict; please report it"
    if finding.remedy:
        yield f"remedy: {finding.remedy}"


def _tells(obligation: Obligation, verdict: Verdict) -> bool:
    """Whether a failed obligation explains the verdict; the last, identity, only chooses among justifications."""
    identity = obligation.name == "O6" and verdict is not Verdict.UNRESOLVED
    return obligation.status is Status.FAILED and not identity


def _call(site: Site) -> str:
    """``calls osMmap -> (macro, table) -> mmap in unixShmMap``."""
    callee = site.callee
    if isinstance(site.location, HeaderField):
        return f"the headers ask for it: {site.location.name} at {site.location.position}"
    chain = callee.written
    if callee.via:
        chain += f" -> ({', '.join(callee.via)})"
    if callee.via or callee.primitive != callee.written:
        chain += f" -> {callee.primitive}"
    return f"calls {chain} in {site.function}" if site.function else f"calls {chain}"


def _protections(site: Site) -> Iterator[str]:
    conditions = dict(site.conditions)
    if site.protections == ALL and site.open:
        yield "may request any protection"
        return
    for protection in site.protections:
        presence = conditions.get(protection, TRUE).build_part()
        yield f"{protection}" if presence is TRUE else f"{protection}  when {_readable(presence)}"


def _readable(presence: Condition) -> str:
    """The condition as far as anybody reads; what is cut off is said, and stands in the JSON document."""
    text = str(presence)
    if len(text) <= _LONGEST_CONDITION:
        return text
    shown = text[:_LONGEST_CONDITION].rpartition(" ")[0]
    return f"{shown} ... ({len(text) - len(shown)} more characters; --format json has them)"


def _openings(finding: Finding) -> Iterator[str]:
    """Why more may come from outside, without what the finding says already."""
    for opening in finding.site.open_because:
        detail = "" if opening.detail in finding.reason else f": {opening.detail}"
        remedy = f"; {opening.remedy}" if opening.remedy and opening.remedy != finding.remedy else ""
        yield f"open ({opening.reason}){detail}{remedy}"


def _gaps(errors: tuple[Coverage, ...], rendering: Rendering, style: Style) -> Iterator[str]:
    """What was not covered, one line each, the flood counted."""
    shown = errors if rendering.everything else errors[:_MOST_GAPS]
    for gap in shown:
        place = visible(gap.path) + (f":{gap.line}" if gap.line is not None else "")
        yield f"{style.strong(place + ':')} not covered[{gap.kind}]: {flat(gap.detail)}"
    if len(shown) < len(errors):
        kinds = Counter(gap.kind for gap in errors[len(shown) :])
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        yield f"... and {len(errors) - len(shown)} more not covered ({counts}); --all lists them"


def _benign_lines(report: Report, rendering: Rendering) -> Iterator[str]:
    """How many benign sites each justification has, and how to see them."""
    benign = [finding for finding in report.findings if finding.verdict is Verdict.BENIGN]
    if not benign:
        return
    rules = Counter(finding.rule for finding in benign)
    for rule, count in sorted(rules.items()):
        yield f"benign[{rule}]: {count} site{'s' * (count != 1)}"
    if rendering.strict and any(finding.assumptions for finding in benign):
        resting = sum(bool(finding.assumptions) for finding in benign)
        yield f"--strict accepts no assumption: {resting} of {len(benign)} benign rest on one"
    elif resting := sum(bool(rendering.refused & set(finding.assumptions)) for finding in benign):
        refused = ", ".join(sorted(rendering.refused))
        yield f"the policy does not accept {refused}: {resting} of {len(benign)} benign rest on it"
    if not rendering.everything:
        yield f"--all shows each with its proof; mapproof explain {min(rules)} says why it is harmless"


def _summary(report: Report, style: Style) -> str:
    standing = Counter(finding.verdict for finding in report.standing())
    counted = [
        (standing[Verdict.VIOLATION], "violation", Verdict.VIOLATION),
        (standing[Verdict.EXECUTABLE], "executable", Verdict.EXECUTABLE),
        (standing[Verdict.UNRESOLVED], "unresolved", Verdict.UNRESOLVED),
        (report.count(Verdict.BENIGN), "benign (proved)", Verdict.BENIGN),
    ]
    parts = []
    for count, word, verdict in counted:
        text = f"{count} {word}" + ("s" if verdict is Verdict.VIOLATION and count != 1 else "")
        parts.append(style.verdict(verdict, text) if count else style.dim(text))
    advice = sum(len(finding.advice) for finding in advised(report))
    others = (
        (advice, "with advice" if advice == 1 else "pieces of advice"),
        (sum(finding.verdict is not Verdict.BENIGN for finding in _decided_about(report)), "suppressed"),
        (len(report.known), "in the baseline"),
        (len(report.lapses), "lapsed"),
        (report.unchanged, "untouched by the change"),
    )
    parts += [f"{count} {word}" for count, word in others if count]
    parts.append(f"{len(report.errors)} not covered")
    if report.unverified:
        parts.append(f"{len(report.unverified)} unverified")
    files = f"{report.files} file{'s' * (report.files != 1)}"
    return f"{', '.join(parts)}; {files} in {_duration(report.seconds)}"


def _decided_about(report: Report) -> Iterator[Finding]:
    return (finding for finding in report.findings if finding.site.id in report.suppressed)


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 0.1 else f"{seconds:.1f} s"


FORMAT: Final = Format("text", render, "for people")
