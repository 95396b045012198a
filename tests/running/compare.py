"""What was seen beside what is said of the same files."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.frontends.elf.image import ElfImage
from mapproof.model.location import Address
from mapproof.model.protection import ALL, EMPTY, Prot, ProtSet
from mapproof.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.running.observe import Place

    from mapproof.model.site import Finding

_CALL = 0xE8
_CALL_LENGTH = 5


@dataclass
class Outcome:
    """Figures over all calls that were seen. ``missed``: requests outside what was said; ``lost``: calls that no site
    stands for; ``unknown``: calls of which nothing is said; ``false_benign``: benign where execution was asked for."""

    seen: int = 0
    missed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    false_benign: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take another outcome's figures in."""
        self.seen += other.seen
        for name in ("missed", "lost", "unknown", "false_benign"):
            getattr(self, name).extend(getattr(other, name))

    @property
    def found_share(self) -> float:
        """The share of the calls seen that are among those found, in percent."""
        return 100 - 100 * len(self.lost) / max(1, self.seen)

    @property
    def unknown_share(self) -> float:
        """The share of the calls seen of which nothing is said, in percent."""
        return 100 * len(self.unknown) / max(1, self.seen)


@dataclass(frozen=True)
class Module:
    """One file as it was read: its findings by return address, and those that end a function in a jump."""

    image: ElfImage
    by_return: Mapping[int, list[Finding]]
    jumps: tuple[Finding, ...]

    def at(self, back: int) -> list[Finding]:
        """The findings that a call returning to an address may be: its own, or the jump that ends what it called."""
        here = self.by_return.get(back)
        if here:
            return here
        code = self.image.read(back - _CALL_LENGTH, _CALL_LENGTH) or bytes(_CALL_LENGTH)
        if code[0] == _CALL:
            target = back + int.from_bytes(code[1:], "little", signed=True)
            bounds = self.image.function_bounds(target)
            return [one for one in self.jumps if bounds is not None and bounds.start <= _address(one) < bounds.end]
        return list(self.jumps)


def _address(finding: Finding) -> int:
    assert isinstance(finding.site.location, Address)
    return finding.site.location.address


@cache
def module(path: str) -> Module:
    """Read a file, once."""
    report = scan([path], load_pack(builtin_rules()))
    by_return: dict[int, list[Finding]] = {}
    jumps = []
    for finding in report.findings:
        location = finding.site.location
        if not isinstance(location, Address):
            continue
        if location.return_address in {None, location.address}:
            jumps.append(finding)
        else:
            by_return.setdefault(location.return_address or 0, []).append(finding)
    return Module(ElfImage.open(path), by_return, tuple(jumps))


def compare(seen: Mapping[Place, set[int]]) -> Outcome:
    """Hold each request against the findings of its module."""
    outcome = Outcome()
    for place, masks in sorted(seen.items()):
        name = f"{place.module.rpartition('/')[2]} {place.back:#x}"
        asked = ProtSet.of(masks)
        found = module(place.module).at(place.back)
        outcome.seen += 1
        if not found:
            outcome.lost.append(f"{name}: {asked}")
            continue
        said = _said(found)
        if any(Prot(mask) not in said for mask in masks):
            outcome.missed.append(f"{name}: {asked}, predicted {said}")
        if said == ALL and any(one.site.open for one in found):
            why = "; ".join(sorted({f"{o.reason}: {o.detail}" for one in found for o in one.site.open_because}))
            outcome.unknown.append(f"{name}: {asked} ({why})")
        if asked.may_execute and all(one.verdict.value == "benign" for one in found):
            outcome.false_benign.append(f"{name}: {asked}")
    return outcome


def _said(found: Iterable[Finding]) -> ProtSet:
    said = EMPTY
    for finding in found:
        said |= finding.site.protections
    return said
