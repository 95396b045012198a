"""Finds, reads and checks a rule pack: a folder with ``callees.toml`` and ``<group>/<id>/rule.toml``.

All faults of all files are reported at once, each with its file and line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.classify.match import best_rule
from mapproof.classify.opening import (
    CALLEES,
    LIMITS,
    RULE,
    Pack,
    builtin_rules,
    load_callees,
    open_document,
    rule_folders,
)
from mapproof.classify.rulefile import read_rule
from mapproof.errors import PackError
from mapproof.model.callee import Role
from mapproof.model.location import Span
from mapproof.model.protection import ProtSet
from mapproof.model.site import Callee, Site
from mapproof.model.verdict import Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from mapproof.model.rule import Rule

__all__ = ["CALLEES", "RULE", "Pack", "builtin_rules", "load_pack"]


def load_pack(root: Traversable, extras: tuple[Traversable, ...] = ()) -> Pack:
    """Read the pack in a folder, and what further folders add. Raises :class:`PackError` with every fault of every
    file."""
    faults: list[str] = []
    callees = load_callees(root, faults, extras)
    rules: list[Rule] = []
    places: list[str] = []
    for top in (root, *extras):
        prefix = "" if top is root else f"{top}/"
        for group, folder in rule_folders(top) if top.is_dir() else ():
            rule = _load_rule(group, folder, faults, prefix)
            if rule is not None:
                rules.append(rule)
                places.append(f"{prefix}{group.name}/{folder.name}/{RULE}")
        if not top.is_dir():
            faults.append(f"{top}:1: no such folder of rules")
    faults.extend(_duplicates(rules, places))
    if not faults:
        faults.extend(_gaps(rules))
    if faults:
        raise PackError(faults)
    return Pack(root, callees, tuple(rules), extras)


def _load_rule(group: Traversable, folder: Traversable, faults: list[str], prefix: str) -> Rule | None:
    document = open_document(folder / RULE, f"{prefix}{group.name}/{folder.name}/{RULE}", faults)
    top = document.parse() if document is not None else None
    return None if top is None else read_rule(top, group.name, folder.name)


def _duplicates(rules: list[Rule], places: list[str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for rule, place in zip(rules, places, strict=True):
        if rule.id and rule.id in seen:
            yield f"{place}:1: the id is taken by {seen[rule.id]}"
        seen.setdefault(rule.id, place.removesuffix(f"/{RULE}"))


def _gaps(rules: list[Rule]) -> Iterator[str]:
    """What a pack must have so that no verdict is ever without a rule."""
    limits = {rule.id for rule in rules if rule.group == LIMITS}
    for reason in Reason:
        if reason.value not in limits:
            yield f"{LIMITS}/{reason}/{RULE}:1: the pack has no such file"
    for role, verdict, protections in _PROBES:
        if best_rule(rules, verdict, _probe(role, protections)) is None:
            yield f"*/*/{RULE}:1: no rule of verdict {verdict} covers a callee of role {role}"


_PROBES: Final = (
    *((role, Verdict.VIOLATION, 0b111) for role in (Role.MAP, Role.OBJECT, Role.PROTECT, Role.REMAP, Role.SEGMENT)),
    *((role, Verdict.EXECUTABLE, 0b101) for role in (Role.MAP, Role.OBJECT, Role.PROTECT, Role.REMAP)),
    (Role.PERSONALITY, Verdict.VIOLATION, 0),
)
"""Sites that every pack must have a rule for: role, verdict and the one protection."""


def _probe(role: Role, protection: int) -> Site:
    """A site of which nothing else is known."""
    return Site(
        id="",
        artifact="",
        sha256="",
        language="",
        location=Span("", 1, 1, 1, 0, 0),
        function=None,
        callee=Callee("", ""),
        role=role,
        platform="",
        protections=ProtSet.of([protection]),
    )
