"""The readings: what a person found in the pinned sources, and how a report differs from it.

The comparison only reads attributes of findings, so that the corpus needs nothing of mapproof to be loaded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_REQUIRED: Final = {"file", "line", "function", "written", "primitive", "protections", "open", "sharing", "why"}
_OPTIONAL: Final = {"conditions", "inherits", "verdict", "rule", "verdict_not", "at_least", "optional", "todo"}


class ReadingError(Exception):
    """An ``expected.json`` is not shaped as ``corpus/README.md`` says."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One site as it was read; the fields are those of ``corpus/README.md``."""

    file: str
    line: int
    function: str | None
    written: tuple[str, ...]
    primitive: tuple[str, ...]
    protections: frozenset[str] | None
    at_least: frozenset[str]
    open: bool | None
    sharing: frozenset[str] | None
    why: str
    conditions: Mapping[str, str]
    inherits: bool
    verdict: str | None
    rules: frozenset[str]
    verdict_not: str | None
    optional: bool
    todo: str | None

    @property
    def place(self) -> str:
        """``file:line written``, as mismatches print it."""
        return f"{self.file}:{self.line} {self.written[0]}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference. ``unsound``: the report promises more than the source keeps, which nothing excuses."""

    text: str
    unsound: bool

    def __str__(self) -> str:
        """``unsound: file:line callee: …``."""
        return f"{'unsound' if self.unsound else 'imprecise'}: {self.text}"


def load(file: Path) -> tuple[Expected, ...]:
    """Read one ``expected.json``; raises :class:`ReadingError` on a key or a protection that does not exist."""
    document = json.loads(file.read_text(encoding="utf-8"))
    if document.keys() != {"reading", "sites"}:
        message = f"{file}: the keys are {sorted(document)}, not reading and sites"
        raise ReadingError(message)
    sites = tuple(_expected(entry, file) for entry in document["sites"])
    places = [(site.file, site.line, site.written, site.function) for site in sites]
    if len(set(places)) != len(places):
        message = f"{file}: a site is listed twice"
        raise ReadingError(message)
    return sites


def _texts(value: str | list[str] | None) -> list[str]:
    """One text, a list of them or none, as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def _expected(entry: dict[str, Any], file: Path) -> Expected:
    """One entry of ``sites``."""
    faults = [f"{key} is missing" for key in sorted(_REQUIRED - entry.keys())]
    faults += [f"{key} is unknown" for key in sorted(entry.keys() - _REQUIRED - _OPTIONAL)]
    protections = entry.get("protections")
    spelled = {f"{r}{w}{x}" for r in "r-" for w in "w-" for x in "x-"}
    named = {*(protections or ()), *entry.get("at_least", ())}
    faults += [f"{one!r} is no protection" for one in sorted(named - spelled)]
    if faults:
        message = f"{file}:{entry.get('line')}: " + "; ".join(faults)
        raise ReadingError(message)
    sharing = entry["sharing"]
    return Expected(
        file=entry["file"],
        line=entry["line"],
        function=entry["function"],
        written=tuple(_texts(entry["written"])),
        primitive=tuple(_texts(entry["primitive"])),
        protections=None if protections is None else frozenset(protections),
        at_least=frozenset(protections if protections is not None else entry.get("at_least", ())),
        open=entry["open"],
        sharing=None if sharing is None else frozenset(_texts(sharing)),
        why=entry["why"],
        conditions=entry.get("conditions", {}),
        inherits=entry.get("inherits", False),
        verdict=entry.get("verdict"),
        rules=frozenset(_texts(entry.get("rule"))),
        verdict_not=entry.get("verdict_not"),
        optional=entry.get("optional", False),
        todo=entry.get("todo"),
    )


@dataclass(frozen=True, slots=True)
class Got:
    """One site as a tool reports it, in the words of a reading. ``role`` is the callee's."""

    file: str
    line: int
    function: str | None
    written: str
    primitive: str
    role: str
    protections: frozenset[str]
    open: bool
    sharing: frozenset[str] | None
    conditions: Mapping[str, str]
    verdict: str
    rule: str

    def __str__(self) -> str:
        """The whole site on one line, for a mismatch."""
        rights = "{" + ", ".join(sorted(self.protections)) + "}"
        more = " open" if self.open else ""
        return f"{self.file}:{self.line} {self.written} -> {self.primitive} {rights}{more} {self.verdict} ({self.rule})"

    @property
    def counts(self) -> bool:
        """Whether a reading lists such a site: it maps or changes protection, or makes an object with one."""
        return self.role in {"map", "protect", "remap", "personality"} or (
            self.role == "object" and bool(self.protections)
        )


def mismatches(expected: Sequence[Expected], got: Iterable[Got]) -> list[Fault]:
    """Every difference between a reading and a report, each with its place, what was expected and what came.

    A site with a ``todo`` may be imprecise, and must be as long as it has one; it may never be unsound.
    """
    left = [one for one in got if one.counts]
    faults: list[Fault] = []
    for site in expected:
        matching = [one for one in left if _same_place(site, one)]
        left = [one for one in left if not _same_place(site, one)]
        found = (
            [] if matching or site.optional else [Fault(f"expected a site in {site.function}, got none", unsound=True)]
        )
        found += [fault for one in matching for fault in _differences(site, one)]
        if site.todo is not None:
            done = Fault("nothing differs any more, the todo is done", unsound=False)
            found = [fault for fault in found if fault.unsound] or ([] if found else [done])
        faults += [Fault(f"{site.place}: {fault.text} ({site.why})", fault.unsound) for fault in found]
    return [
        *faults,
        *(Fault(f"{one.file}:{one.line} {one.written}: expected no site, got {one}", unsound=False) for one in left),
    ]


def _same_place(site: Expected, one: Got) -> bool:
    """Whether a reported site is the one that was read."""
    return (one.file, one.line) == (site.file, site.line) and one.written in site.written


def _differences(site: Expected, one: Got) -> list[Fault]:
    """What a report says differently of a site that it found."""
    pairs: list[tuple[str, object, object, bool]] = [
        ("function", site.function, one.function, one.function == site.function),
        ("primitive", site.primitive, one.primitive, one.primitive in site.primitive),
        ("sharing", _shown(site.sharing), _shown(one.sharing), site.sharing is None or one.sharing == site.sharing),
        ("verdict", site.verdict, one.verdict, site.verdict is None or one.verdict == site.verdict),
        ("rule", _shown(site.rules), one.rule, not site.rules or one.rule in site.rules),
    ]
    faults = [Fault(f"expected {key} {wanted}, got {came}", unsound=False) for key, wanted, came, ok in pairs if not ok]
    faults += _rights(site, one)
    if site.verdict_not is not None and one.verdict == site.verdict_not:
        faults.append(Fault(f"expected any verdict but {site.verdict_not}, got it by {one.rule}", unsound=True))
    return faults


def _rights(site: Expected, one: Got) -> list[Fault]:
    """Differences in what may be requested: too little is unsound, unless more is said to come from outside."""
    faults = []
    left_to_region = site.inherits and not one.protections
    if not left_to_region and not site.at_least <= one.protections:
        text = f"expected protections {_shown(site.at_least)}, got only {_shown(one.protections)}"
        faults.append(Fault(text, unsound=not one.open))
    if site.protections is not None and not one.protections <= site.protections:
        text = f"expected protections {_shown(site.protections)}, got {_shown(one.protections)}"
        faults.append(Fault(text, unsound=False))
    if site.open is not None and site.open != one.open:
        faults.append(Fault(f"expected open {site.open}, got {one.open}", unsound=site.open))
    return faults


def _shown(values: frozenset[str] | None) -> str:
    """A set as text."""
    return "none" if values is None else "{" + ", ".join(sorted(values)) + "}"
