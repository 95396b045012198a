"""From a site to a proof, and from a proof to what it is worth today: written down here, checked here, argued nowhere.

The engine that found the verdict has no part in it. The claim is proved again by the rules of this room, which know
neither flow nor configurations; where they do not reach as far as the engine did, there is no proof.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from mapproof.model.verdict import Verdict
from mapproof.verify.claim import Claim, Derivation, check
from mapproof.verify.layout import header
from mapproof.verify.naming import confirmed, owners
from mapproof.verify.place import c_rules
from mapproof.verify.scope import Scope
from mapproof.verify.statement import (
    PREDICATES,
    Digest,
    Predicate,
    Site,
    Statement,
    Step,
    Subject,
    Tool,
    as_proved,
    as_step,
)
from mapproof.verify.text import Ambiguous
from mapproof.verify.verdict import CALLS, UnprovableError, assumed, call_of, duties_of, judge, protections_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mapproof.model.callee import CalleeTable
    from mapproof.verify.claim import Proved
    from mapproof.verify.image import Image
    from mapproof.verify.text import Text


class Result(StrEnum):
    """What a proof is worth today."""

    HOLDS = "holds"
    ELSEWHERE = "holds elsewhere"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with what is to be said of it, line by line."""

    result: Result
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a proof is written or checked against: today's files, tables and versions; ``rules`` are those that say
    benign, ``patterns`` those that find executable memory."""

    files: Mapping[str, bytes]
    table: CalleeTable
    rule_pack: str
    version: str
    rules: frozenset[str]
    patterns: frozenset[str] = frozenset()

    def rules_of(self, verdict: Verdict) -> frozenset[str]:
        """The rules that a verdict may be reached by."""
        return self.rules if verdict is Verdict.BENIGN else self.patterns


class Court:
    """The rules over one set of files, and all that was derived from them so far.

    Raises :class:`UnprovableError` for a binary that can't be read.
    """

    def __init__(self, files: Mapping[str, bytes], table: CalleeTable, defines: Mapping[str, str]) -> None:
        self.scope = Scope(files, table, defines)
        self.image: Image | None = None
        if len(files) == 1 and next(iter(files.values())).startswith(b"\x7fELF"):
            from mapproof.verify.binary import binary_rules  # noqa: PLC0415  sources do without it
            from mapproof.verify.image import Image, UnreadableError  # noqa: PLC0415  as above

            try:
                self.image = Image(*next(iter(files.items())))
                self.rules = binary_rules(self.image, table)
            except UnreadableError as fault:
                raise UnprovableError(str(fault)) from fault
        else:
            self.rules = c_rules(self.scope)
        self._derivation = Derivation(self.rules)

    def site(self, path: str, start: int, written: str, primitive: str, site_id: str) -> Site:
        """Where a site is, in ways that outlast changes elsewhere in the file. Raises :class:`UnprovableError`."""
        if self.image is None:
            site = site_of(self.scope.text(path), start, written, primitive, site_id)
            return confirmed(site, owners(self.scope.text(path), start), self.scope.table)
        calls = self.calls(primitive)
        code = self.image.function_at(start)
        if code is None or start not in calls:
            message = f"{start:#x} was not counted as a call of {primitive}"
            raise UnprovableError(message)
        body = digest(self.image.bytes_at(code[0], code[1] - code[0]))
        site = Site(site_id, path, None, start, 0, None, primitive, primitive, calls.index(start) + 1, body)
        return confirmed(site, self.image.names_of(code[0]), self.scope.table)

    def calls(self, primitive: str) -> list[int]:
        """The places that were counted as calls of a mapping function in a binary, rising."""
        self._derivation.prove(Claim("program"))
        found = {
            s.claim.start for s in self._derivation.steps if (s.claim.kind, s.claim.name) == ("call-at", primitive)
        }
        return sorted(found)

    def program(self) -> list[Proved]:
        """The steps that account for everything in scope, the claim about all of it last; raises
        :class:`UnprovableError`."""
        try:
            number = self._derivation.prove(Claim("program"))
        except Ambiguous as fault:
            raise UnprovableError(str(fault)) from fault
        return _needed(self._derivation.steps, number)

    def chain(
        self, path: str, start: int, written: str, primitive: str, verdict: Verdict = Verdict.BENIGN
    ) -> list[Proved]:
        """The steps that lead to a site's claim, the claim last; raises :class:`UnprovableError`."""
        try:
            if self.image is not None:
                return self._binary_chain(path, start, verdict)
            counted = self._counted(path, start)
            end = 0 if counted is None else counted.end
            primitive = primitive if counted is None else counted.name
            number = self._derivation.prove(Claim("site", f"{written}={primitive}", path, start, end))
        except Ambiguous as fault:
            raise UnprovableError(str(fault)) from fault
        steps = _needed(self._derivation.steps, number)
        judge(verdict, steps)
        return steps

    def _binary_chain(self, path: str, start: int, verdict: Verdict) -> list[Proved]:
        counted = self._counted(path, start)
        if counted is None:
            message = f"{start:#x} was not counted as a call of an imported mapping function"
            raise UnprovableError(message)
        steps = _needed(self._derivation.steps, self._derivation.prove(Claim("site-at", counted.name, path, start, 1)))
        judge(verdict, steps)
        return steps

    def _counted(self, path: str, start: int) -> Claim | None:
        """The claim about a place that was counted as the call of a mapping function."""
        self._derivation.prove(Claim("program"))
        found = (step.claim for step in self._derivation.steps if step.claim.kind in {"call", "call-at"})
        return next((claim for claim in found if (claim.path, claim.start) == (path, start)), None)


def _needed(steps: Sequence[Proved], last: int) -> list[Proved]:
    """The steps that one rests on, in order, numbered anew."""
    wanted: set[int] = set()
    waiting = [last]
    while waiting:
        number = waiting.pop()
        if number not in wanted:
            wanted.add(number)
            waiting.extend(steps[number].premises)
    order = {old: new for new, old in enumerate(sorted(wanted))}
    return [
        type(steps[old])(steps[old].claim, steps[old].conclusion, tuple(order[p] for p in steps[old].premises))
        for old in sorted(wanted)
    ]


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()


def site_of(text: Text, start: int, written: str, primitive: str, site_id: str) -> Site:
    """Where a site is, in ways that outlast changes elsewhere in the file."""
    head = header(text, start)
    calls = [at for at in text.mentions(written) if _function_of(text, at) == (head.name if head is not None else None)]
    body = text.data[head.start : head.end] if head is not None else _line(text, start)
    return Site(
        id=site_id,
        path=text.path,
        line=text.line(start),
        start=start,
        end=start + len(written.encode()),
        function=head.name if head is not None else None,
        written=written,
        primitive=primitive,
        ordinal=calls.index(start) + 1,
        snippet=digest(body),
    )


def _line(text: Text, offset: int) -> bytes:
    end = text.data.find(b"\n", offset)
    return text.data[text.data.rfind(b"\n", 0, offset) + 1 : end if end >= 0 else len(text.data)]


def certify(
    court: Court,
    context: Context,
    site: tuple[str, str, int, str, str],
    rule: str,
    scope: Sequence[str],
    verdict: Verdict = Verdict.BENIGN,
) -> Statement:
    """The proof of a site, given as id, path, offset, callee as written and primitive. Raises
    :class:`UnprovableError`."""
    site_id, path, start, written, primitive = site
    steps = court.chain(path, start, written, primitive, verdict)
    spelled = next(name for name in PREDICATES if name == verdict.value)
    return Statement(
        subject=[Subject(name, Digest(digest(data))) for name, data in sorted(context.files.items())],
        predicateType=PREDICATES[spelled],
        predicate=Predicate(
            tool=Tool("mapproof", context.version, context.rule_pack),
            site=court.site(path, start, written, steps[-1].claim.name.rpartition("=")[2], site_id),
            verdict=spelled,
            rule=rule,
            protections=protections_of(steps, verdict),
            obligations=duties_of(steps, rule, verdict),
            assumes=assumed(steps, verdict),
            scope=list(scope),
            defines=dict(court.scope.defines),
            steps=[as_step(step) for step in steps],
        ),
    )


def verify(statement: Statement, context: Context, court: Court | None = None) -> Outcome:
    """What a proof is worth for these files: its own, by the names it gives them.

    ``court`` is one that has sat over the very same files and macros, where there is one."""
    changed = _changes(statement, context)
    try:
        court = Court(context.files, context.table, statement.predicate.defines) if court is None else court
    except UnprovableError as reason:
        return Outcome(Result.LAPSED, (*changed, str(reason)))
    if not changed:
        fault = _fault(statement, court, context)
        return Outcome(Result.HOLDS) if fault is None else Outcome(Result.LAPSED, (fault,))
    try:
        steps, site = _anew(statement, court)
    except (UnprovableError, Ambiguous) as reason:
        return Outcome(Result.LAPSED, (*changed, *_first_difference(statement, court), f"not proved anew: {reason}"))
    claimed = set(statement.predicate.protections)
    verdict = Verdict(statement.predicate.verdict)
    wider = sorted(set(protections_of(steps, verdict)) - claimed)
    if wider or statement.predicate.rule not in context.rules_of(verdict):
        what = f"{', '.join(wider)} can be asked for now" if wider else f"there is no rule {statement.predicate.rule}"
        return Outcome(Result.LAPSED, (*changed, *_differences(statement.predicate.steps, steps), what))
    more = sorted({*assumed(steps, verdict)} - {*statement.predicate.assumes})
    if _kinds(more) - _kinds(statement.predicate.assumes):
        return Outcome(Result.LAPSED, (*changed, f"it would take more for granted: {', '.join(more)}"))
    return Outcome(Result.ELSEWHERE, (*changed, f"the claim was proved anew at {place_of(site)}"))


def place_of(site: Site) -> str:
    """``path:line``, or ``path:address`` in a binary."""
    return f"{site.path}:{site.line}" if site.line is not None else f"{site.path}:{site.start:#x}"


def _kinds(assumes: Sequence[str]) -> set[str]:
    return {one.split(" ")[0] for one in assumes}


def _changes(statement: Statement, context: Context) -> list[str]:
    """What differs from when the proof was written: files, and the rules that judged them."""
    found = [
        f"{subject.name} has changed"
        for subject in statement.subject
        if subject.name in context.files and digest(context.files[subject.name]) != subject.digest.sha256
    ]
    known = {subject.name for subject in statement.subject}
    found += [f"{name} has been added" for name in sorted(context.files) if name not in known]
    found += [f"{name} is no longer there" for name in sorted(known) if name not in context.files]
    if statement.predicate.tool.version != context.version:
        found.append(f"the tool is version {context.version}, the proof's is {statement.predicate.tool.version}")
    if statement.predicate.tool.rulePack != context.rule_pack:
        found.append("the rule pack is another one")
    return found


def _fault(statement: Statement, court: Court, context: Context) -> str | None:
    """What is wrong with a proof whose files are as they were: first its steps, then that they show what it claims."""
    steps = [as_proved(step) for step in statement.predicate.steps]
    for number, step in enumerate(steps):
        try:
            fault = check(number, steps, court.rules)
        except (Ambiguous, KeyError, IndexError, ValueError) as reason:
            fault = f"it speaks of what is not there: {reason}"
        if fault is not None:
            return f"step {number + 1} ({step.claim.kind} {step.claim.name}): {fault}"
    return _short_of_claim(statement, steps, court, context)


def _short_of_claim(  # noqa: C901, PLR0911  one per thing that a proof may leave out
    statement: Statement, steps: list[Proved], court: Court, context: Context
) -> str | None:
    """Why valid steps do not show the claim that the proof makes."""
    predicate, last = statement.predicate, steps[-1]
    site = predicate.site
    kind, name = ("site", f"{site.written}={site.primitive}") if court.image is None else ("site-at", site.primitive)
    if (last.claim.kind, last.claim.name, last.claim.path, last.claim.start) != (kind, name, site.path, site.start):
        return "the last step is about another site than the claim"
    if _needed(steps, len(steps) - 1) != steps:
        return "it holds steps that nothing rests on"
    verdict = Verdict(predicate.verdict)
    try:
        judge(verdict, steps)
    except UnprovableError as reason:
        return f"the steps do not show {verdict}: {reason}"
    if last.claim.end and call_of(steps) is None:
        return "the last step is about a call that was not counted as one of a mapping function"
    if last.claim.end == 0 and any(
        step.claim.kind in CALLS and (step.claim.path, step.claim.start) == (site.path, site.start) for step in steps
    ):
        return "the last step claims less than the site's call"
    stated = (predicate.protections, predicate.obligations, predicate.assumes)
    shown = (
        protections_of(steps, verdict),
        duties_of(steps, predicate.rule, verdict),
        assumed(steps, verdict),
    )
    for name, one, other in zip(("protections", "obligations", "assumes"), stated, shown, strict=True):
        if one != other:
            return f"predicate.{name} is not what the steps show"
    try:
        described = court.site(site.path, site.start, site.written, site.primitive, site.id)
    except (UnprovableError, ValueError) as reason:
        return f"predicate.site: {reason}"
    if site != described:
        return "predicate.site does not describe the place that it names"
    if predicate.rule not in context.rules_of(verdict):
        return f"predicate.rule: there is no rule {predicate.rule} that says {verdict}"
    return None


def _anew(statement: Statement, court: Court) -> tuple[list[Proved], Site]:
    """The claim's steps for the files as they are now; the site is looked up by function and number of the call."""
    site, verdict = statement.predicate.site, Verdict(statement.predicate.verdict)
    if site.path not in court.scope.paths:
        message = f"{site.path} is not there"
        raise UnprovableError(message)
    if court.image is not None:
        counted = court.calls(site.primitive)
        if len(counted) < site.ordinal:
            message = f"call {site.ordinal} of {site.primitive} is no longer there"
            raise UnprovableError(message)
        start = counted[site.ordinal - 1]
        steps = court.chain(site.path, start, site.written, site.primitive, verdict)
        return steps, court.site(site.path, start, site.written, site.primitive, site.id)
    text = court.scope.text(site.path)
    calls = [at for at in text.mentions(site.written) if _function_of(text, at) == site.function]
    if len(calls) < site.ordinal:
        where = f"in {site.function}()" if site.function is not None else "outside functions"
        message = f"call {site.ordinal} of {site.written} {where} is no longer there"
        raise UnprovableError(message)
    start = calls[site.ordinal - 1]
    steps = court.chain(site.path, start, site.written, site.primitive, verdict)
    return steps, court.site(site.path, start, site.written, site.primitive, site.id)


def _function_of(text: Text, offset: int) -> str | None:
    head = header(text, offset)
    return head.name if head is not None else None


_LINES: Final = re.compile(r":\d+\b|0x[0-9a-f]{3,}")


def _key(step: Proved) -> tuple[object, ...]:
    found = step.conclusion
    return (step.claim.kind, step.claim.name, step.claim.path, _LINES.sub("", found.text), found.word, found.rights)


def _differences(old: Sequence[Step], new: Sequence[Proved]) -> list[str]:
    """The first old step that no new one equals, and what stands in its place."""
    have = Counter(_key(step) for step in new)
    lost: list[str] = []
    for number, raw in enumerate(old):
        step = as_proved(raw)
        key = _key(step)
        if have[key]:
            have[key] -= 1
            continue
        now = next((s for s in new if s.claim.name and _topic(s) == _topic(step)), None)
        said = f"step {number + 1} ({step.claim.kind} {step.claim.name}) fails: it said {_said(step)}"
        if now is not None:
            return [f"{said}; now {_said(now)}"]
        lost.append(f"{said}; nothing like it is left")
    return lost[:1]


def _topic(step: Proved) -> tuple[str, str]:
    return step.claim.kind, step.claim.name


def _said(step: Proved) -> str:
    found = step.conclusion
    word = f" = {', '.join(found.word.spelled())}" if found.word is not None else ""
    rights = f" [{' '.join(found.rights)}]" if found.rights else ""
    return f"{found.text}{word}{rights}"


def _first_difference(statement: Statement, court: Court) -> list[str]:
    return _differences(statement.predicate.steps, court._derivation.steps)  # noqa: SLF001  the same module
