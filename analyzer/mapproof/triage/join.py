"""Ties the calls of sources to those of binaries built from them, and says where the two differ.

By the function's name and the callee, or else by the known library's own call that both were recognised as. Calls that
can't be told apart are tied together: a compiler may move them, leave them out or repeat them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from mapproof.model.alert import Confidence
from mapproof.model.answer import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mapproof.model.answer import Answer
    from mapproof.model.dossier import Dossier, Held, Judged

_DECIDED = frozenset({Outcome.REFUTED, Outcome.TRUE_BUT_BENIGN})


class Ties:
    """Which sites of the other kind each site is tied to."""

    def __init__(self, dossiers: Iterable[Dossier]) -> None:
        self._sites: dict[str, Judged] = {}
        self._kind: dict[str, str] = {}
        self._groups: dict[tuple[str, ...], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._keys: dict[str, list[tuple[str, ...]]] = {}
        self._libraries: dict[str, list[Held]] = defaultdict(list)
        for dossier in dossiers:
            for held in dossier.held:
                if held.libraries:
                    self._libraries[dossier.kind].append(held)
            for site in dossier.sites:
                self._sites[site.id] = site
                self._kind[site.id] = dossier.kind
                self._keys[site.id] = list(_keys(site))
                for key in self._keys[site.id]:
                    self._groups[key][dossier.kind].append(site.id)

    def others(self, name: str) -> list[Judged]:
        """The sites of the other kind that a site is tied to."""
        other = "artifact" if self._kind[name] == "source" else "source"
        for key in self._keys[name]:
            found = self._groups[key].get(other, [])
            if found:
                return [self._sites[one] for one in found]
        return []

    def disagreements(self, names: Iterable[str]) -> tuple[str, ...]:
        """Where source and binary differ about these sites, once each."""
        found: dict[str, None] = {}
        for name in names:
            others = self.others(name)
            if others:
                found.update(dict.fromkeys(self._differences(self._sites[name], others)))
                found.update(dict.fromkeys(self._releases(self._sites[name], others)))
        return tuple(found)

    def _differences(self, site: Judged, others: list[Judged]) -> Iterator[str]:
        sources = [site] if self._kind[site.id] == "source" else others
        binaries = others if self._kind[site.id] == "source" else [site]
        written = {protection for one in sources for protection in one.protections}
        for binary in binaries:
            more = sorted(set(binary.protections) - written)
            if more and not binary.open:
                yield (
                    f"source and binary differ: {_where(binary)} asks for {', '.join(more)}, "
                    f"{_where(sources[0])} never does"
                )
            flags = {flag for one in sources for flag in one.flags or ()}
            if all(one.flags for one in sources) and binary.flags and not flags & set(binary.flags):
                yield f"source and binary differ: {_where(binary)} has other flags than {_where(sources[0])}"

    def _releases(self, site: Judged, others: list[Judged]) -> Iterator[str]:
        """That the known library in the binary is another release than the source's."""
        for other in others:
            one = self._library(site)
            two = self._library(other)
            if one and two and one[0] == two[0] and one[2] != two[2]:
                pair = sorted(((site.artifact, one), (other.artifact, two)))
                said = ", ".join(f"{path} is {library[0]} {library[1]}" for path, library in pair)
                yield f"source and binary differ: not the same release: {said}"

    def _library(self, site: Judged) -> tuple[str, str, str] | None:
        held = next((one for one in self._libraries[self._kind[site.id]] if one.path == site.artifact), None)
        return None if held is None else held.libraries[0]


def joined(answer: Answer, ties: Ties, sites: Mapping[str, Judged]) -> Answer:
    """The answer with what the other kind of evidence says: where that is worse, it decides."""
    disagreements = ties.disagreements(answer.match.sites)
    others = {other.id: other for name in answer.match.sites for other in ties.others(name)}
    if not others:
        return answer
    worse = next((other for other in others.values() if other.verdict in {"violation", "executable"}), None)
    if answer.outcome in _DECIDED and worse is not None:
        first = sites[answer.match.sites[0]]
        reason = f"{_where(first)} is proved harmless, but {_where(worse)} is not: {worse.reason}"
        outcome = Outcome.CONFIRMED if worse.verdict == "violation" else Outcome.UNDECIDED
        said = disagreements or (f"source and binary differ: {_where(first)} is benign, {_where(worse)} is not",)
        return replace(
            answer,
            outcome=outcome,
            reason=reason,
            settles=worse.remedy,
            decisive=worse.id,
            rule=worse.rule,
            proofs=(),
            assumes=(),
            disagreements=said,
        )
    if disagreements:
        return replace(answer, disagreements=disagreements, confidence=Confidence.LOW)
    benign = [other for other in others.values() if other.verdict == "benign"]
    if len(benign) == len(others):
        note = f"{_where(benign[0])} is the same call, and judged harmless too"
        return replace(answer, match=replace(answer.match, notes=(*answer.match.notes, note)))
    return answer


def _keys(site: Judged) -> Iterator[tuple[str, ...]]:
    """What a site is known by in both kinds, the surest first."""
    name = site.function.partition("(")[0].rpartition("::")[2].partition(".")[0]
    primitive = site.primitive.removesuffix("64")
    if name and not name.startswith("sub_"):
        yield ("function", name, primitive)
    if site.known_by or site.language != "elf":
        yield ("rule", site.rule, primitive)


def _where(site: Judged) -> str:
    return f"{site.written} at {site.spot}"
