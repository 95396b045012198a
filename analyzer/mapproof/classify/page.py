"""The page of a rule, as ``mapproof explain`` prints it, and the index of a pack. Both are Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.classify.rulefile import OBLIGATIONS
from mapproof.model.verdict import Assumption, Verdict
from mapproof.table import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mapproof.classify.pack import Pack
    from mapproof.model.rule import Justification, Predicate, Rule, When

OBLIGATION_TITLES: Final[Mapping[str, str]] = {
    "O1": "the call is what it seems",
    "O2": "never executable at birth",
    "O3": "never made executable later",
    "O4": "the platform adds no execute",
    "O5": "no executable twin",
    "O6": "identity (chooses this justification, proves nothing)",
}

ASSUMPTION_TEXTS: Final[Mapping[Assumption, str]] = {
    Assumption.CLOSED_WORLD: "a function with callers in scope has no others that pass more",
    Assumption.TABLE_CONSTANT: "a table that is initialised once is not overwritten with something else",
    Assumption.FIELD_STORES: "the stores to a member or a global are those in scope",
    Assumption.GNU_STACK: "the program's `PT_GNU_STACK` is there and not executable, so Linux adds no execute",
    Assumption.DEP: "data execution prevention is on for the process, as it always is in 64-bit ones on Windows",
    Assumption.EXTERNAL_SYMBOL: "a function that is declared and not defined in scope is the platform's of that name",
    Assumption.ONE_SYSTEM: "no build defines the macros of two operating systems (`_WIN32` and `__FreeBSD__`, say)",
    Assumption.LOADED_FILE: "a file that is loaded as code (`dlopen`) is none that the program maps as data",
}
"""What each assumption says, in the words of a page."""

VERDICT_TEXTS: Final[Mapping[Verdict, str]] = {
    Verdict.VIOLATION: "some path or configuration has memory that is writable and executable at once",
    Verdict.EXECUTABLE: "memory becomes executable, and is proved never to be writable and executable at once",
    Verdict.BENIGN: "never executable: every obligation is proved or rests on a listed assumption",
    Verdict.UNRESOLVED: "not proved, with the reason and the one thing that would settle it",
}

COMPARISON: Final = "comparison.md"
"""The file of a pack that says how plain Semgrep does on its cases."""

GROUP_TEXTS: Final[Mapping[str, str]] = {
    "mapping": "memory at birth",
    "transition": "changes of protection",
    "segment": "what the headers of a binary ask for",
    "platform": "what the platform adds",
    "advice": "what a reader of the call should know besides; no verdict, no exit code",
    "benign": "justifications: why a mapping that was proved harmless is there",
    "limits": "why a verdict is withheld",
}


def page(rule: Rule) -> str:
    """Everything a pack says of one rule. Ends with a newline."""
    return "\n".join(_page(rule)) + "\n"


def index(pack: Pack) -> str:
    """The content of a pack's ``README.md``: what rules there are, by group. Ends with a newline."""
    return "\n".join(_index(pack)) + "\n"


def _page(rule: Rule) -> Iterator[str]:
    yield f"# {rule.id}"
    yield ""
    yield rule.summary + "."
    yield ""
    if rule.verdict is not None:
        yield f"Verdict **{rule.verdict}** ({VERDICT_TEXTS[rule.verdict]})."
    else:
        yield f"Advice, a **{rule.severity}**: it changes no verdict and no exit code."
    cwe = f" · {', '.join(rule.cwe)}" if rule.cwe else ""
    yield f"Group {rule.group} · since {rule.since} · {rule.status}{cwe}"
    justification = rule.justification
    if justification is not None:
        yield from _section("What the mapping is for", justification.purpose)
    yield from _section("Why it is harmless" if justification is not None else "Why this matters", rule.why)
    if justification is not None:
        yield from _proof(justification)
    yield from _section("What to do", rule.remedy)
    if justification is not None:
        yield from _mitigations(justification)
    yield from _section("Where it may be wrong", rule.false_positives)
    yield from _section("What it does not see", rule.false_negatives)
    yield from _section("When it applies", "\n".join(_conditions(rule.when)))
    if justification is not None:
        yield from _section("Upstream", _bullets(justification.upstream))
    yield from _section("References", _bullets(rule.references))


def _proof(justification: Justification) -> Iterator[str]:
    titled = zip(OBLIGATIONS, justification.obligations, strict=True)
    lines = (f"**{name}, {OBLIGATION_TITLES[name]}.** {sentence}" for name, sentence in titled)
    yield from _section("Obligations, and how each is met", _bullets(lines))
    if justification.assumes:
        lines = (f"`{assumption}`: {ASSUMPTION_TEXTS[assumption]}" for assumption in justification.assumes)
        text = _bullets(lines) + "\n\nA finding lists the assumptions that it really used."
        yield from _section("Assumptions", text)
    yield from _section("What would change the verdict", _bullets(justification.changes_verdict))


def _mitigations(justification: Justification) -> Iterator[str]:
    lines = (f"**{entry.action}.** {entry.effect} *Cost:* {entry.cost}" for entry in justification.mitigations)
    yield from _section("Mitigations, and what they cost", _bullets(lines))


def _section(title: str, text: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", text)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _conditions(when: When) -> Iterator[str]:
    if not when.all and not when.any:
        yield "Chosen by the reason of the same name, wherever nothing worse is known of the site."
        return
    yield from (f"- {_words(predicate)}" for predicate in when.all)
    if when.any:
        yield f"- {' or '.join(_words(predicate) for predicate in when.any)}"
    yield from (f"- not: {_words(predicate)}" for predicate in when.unless)
    for other in when.instead:
        yield from ("", "Or instead:", "")
        yield from _conditions(other)


def _words(predicate: Predicate) -> str:
    return f"{predicate.field} {', '.join(f'`{value}`' for value in predicate.values)}"


def _index(pack: Pack) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "Generated from the rules; `mapproof explain ID` prints a rule's page. One folder per rule: `rule.toml` says"
    yield "what it is about, `cases/` shows it (`expect:`, `ok:` and `todo:` at the end of a line). Which functions map"
    yield f"memory, and how their masks are read, stands in `callees.toml` ({len(pack.callees.callees)} functions)."
    yield ""
    yield "Rules never make a verdict. The obligations O1 to O6 do; a rule names what was decided and explains it."
    for group in dict.fromkeys([*GROUP_TEXTS, *(rule.group for rule in pack.rules)]):
        rules = [rule for rule in pack.rules if rule.group == group]
        if not rules:
            continue
        yield from ("", f"## {group}: {GROUP_TEXTS[group]}" if group in GROUP_TEXTS else f"## {group}", "")
        yield from ("| rule | verdict | |", "| --- | --- | --- |")
        for rule in rules:
            nursery = "" if rule.status.value == "stable" else f" ({rule.status})"
            word = rule.verdict or rule.severity
            yield f"| [{rule.id}]({rule.group}/{rule.id}/rule.toml) | {word} | {rule.summary}{nursery} |"
    comparison = pack.text(COMPARISON)
    if comparison:
        yield ""
        yield "## Beside plain Semgrep"
        yield ""
        yield "`semgrep --config rules/` works without mapproof, for what Semgrep's language can say. Both looked at"
        yield "the same cases: how many of the marked lines each finds, and of how many to be left alone"
        yield "it says something all the same. Measured by `python -m tests.rules.compare`."
        yield ""
        yield from comparison.rstrip().split("\n")
    yield ""
    yield "## Assumptions"
    yield ""
    yield from (f"- `{assumption}`: {ASSUMPTION_TEXTS[assumption]}" for assumption in Assumption)
    yield from _alerts(pack)


def _alerts(pack: Pack) -> Iterator[str]:
    """What other tools' rules assert, as `mapproof triage` takes them."""
    documents = pack.alert_files()
    if not documents:
        return
    yield ""
    yield "## alerts: what other tools' rules assert"
    yield ""
    yield "`mapproof triage` looks an alert's rule up here; what is not listed is told by its words"
    yield "(`alerts/any.toml`), with less confidence, or not at all."
    yield ""
    yield "| tool | rule | claim |"
    yield "| --- | --- | --- |"
    for path, text in documents:
        top = Document(path, text, []).parse()
        rows = [] if top is None else top.tables("alert")
        for row in rows:
            rules = ", ".join(f"`{pattern}`" for pattern in row.texts("rule"))
            tool = path.rpartition("/")[2].removesuffix(".toml")
            yield f"| [{tool}]({path}) | {rules} | {row.text('claim')} |"
