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
_OPTIONAL: Final = {"conditions", "inherits", "verdict", "rule", "verdict_not"}


class ReadingError(Exception):
    """An ``expected.json`` is not shaped as ``corpus/README.md`` says."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One site as it was read; the fields are those of ``corpus/README.md``."""

    file: str
    line: int
    function: str | None
    written: str
    primitive: tuple[str, ...]
    protections: frozenset[str] | None
    open: bool | None
    sharing: frozenset[str] | None
    why: str
    conditions: Mapping[str, str]
    inherits: bool
    verdict: str | None
    rules: frozenset[str]
    verdict_not: str | None

    @property
    def place(self) -> str:
        """``file:line written``, as mismatches print it."""
        return f"{self.file}:{self.line} {self.written}"


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
    faults += [f"{one!r} is no protection" for one in protections or () if one not in spelled]
    if faults:
        message = f"{file}:{entry.get('line')}: " + "; ".join(faults)
        raise ReadingError(message)
    sharing = entry["sharing"]
    return Expected(
        file=entry["file"],
        line=entry["line"],
        function=entry["function"],
        written=entry["written"],
        primitive=tuple(_texts(entry["primitive"])),
        protections=None if protections is None else frozenset(protections),
        open=entry["open"],
        sharing=None if sharing is None else frozenset(_texts(sharing)),
        why=entry["why"],
        conditions=entry.get("conditions", {}),
        inherits=entry.get("inherits", False),
        verdict=entry.get("verdict"),
        rules=frozenset(_texts(entry.get("rule"))),
        verdict_not=entry.get("verdict_not"),
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


def mismatches(expected: Sequence[Expected], got: Iterable[Got]) -> list[str]:
    """Every difference between a reading and a report, each as ``file:line callee: what was expected, what came``."""
    open_ends = [one for one in got if one.counts]
    faults: list[str] = []
    for site in expected:
        matching = [one for one in open_ends if _same_place(site, one)]
        if not matching:
            faults.append(f"{site.place}: expected a site in {site.function}, got none ({site.why})")
        for one in matching:
            open_ends.remove(one)
            faults += [f"{site.place}: {text} ({site.why})" for text in _differences(site, one)]
    faults += [f"{one.file}:{one.line} {one.written}: expected no site, got {one}" for one in open_ends]
    return faults


def _same_place(site: Expected, one: Got) -> bool:
    """Whether a reported site is the one that was read."""
    return (one.file, one.line, one.written) == (site.file, site.line, site.written)


def _differences(site: Expected, one: Got) -> list[str]:
    """What a report says differently of a site that it found."""
    pairs: list[tuple[str, object, object, bool]] = [
        ("function", site.function, one.function, one.function == site.function),
        ("primitive", site.primitive, one.primitive, one.primitive in site.primitive),
        ("open", site.open, one.open, site.open is None or one.open == site.open),
        ("sharing", _shown(site.sharing), _shown(one.sharing), site.sharing is None or one.sharing == site.sharing),
        ("verdict", site.verdict, one.verdict, site.verdict is None or one.verdict == site.verdict),
        ("rule", _shown(site.rules), one.rule, not site.rules or one.rule in site.rules),
    ]
    if site.protections is not None:
        right = one.protections == site.protections or (site.inherits and not one.protections)
        pairs.append(("protections", _shown(site.protections), _shown(one.protections), right))
    faults = [f"expected {key} {wanted}, got {came}" for key, wanted, came, right in pairs if not right]
    if site.verdict_not is not None and one.verdict == site.verdict_not:
        faults.append(f"expected any verdict but {site.verdict_not}, got {one.verdict} ({one.rule})")
    return faults


def _shown(values: frozenset[str] | None) -> str:
    """A set as text."""
    return "none" if values is None else "{" + ", ".join(sorted(values)) + "}"
