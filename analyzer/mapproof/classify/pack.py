"""Finds, reads and checks a rule pack: a folder with ``callees.toml`` and ``<group>/<id>/rule.toml``.

All faults of all files are reported at once, each with its file and line.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mapproof.classify.callees import EMPTY_TABLE, read_callees
from mapproof.classify.match import best_rule
from mapproof.classify.rulefile import LIMITS, read_rule
from mapproof.classify.table import Document
from mapproof.errors import PackError
from mapproof.model.callee import CalleeTable, Role
from mapproof.model.location import Span
from mapproof.model.protection import ProtSet
from mapproof.model.site import Callee, Site
from mapproof.model.verdict import Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from mapproof.model.rule import Rule

CALLEES: Final = "callees.toml"
RULE: Final = "rule.toml"


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack without faults. ``rules`` are in the order of group and id.

    ``digest`` is the SHA-256, in hexadecimal, of every ``rule.toml`` and ``callees.toml`` with its path in the pack.
    """

    rules: tuple[Rule, ...]
    callees: CalleeTable
    digest: str

    def limit(self, reason: Reason) -> Rule:
        """The rule that explains why a verdict is withheld; a pack has one for every reason."""
        return next(rule for rule in self.rules if rule.group == LIMITS and rule.id == reason.value)


def builtin_rules() -> Traversable:
    """The pack that ships with the tool: inside the wheel, or beside the checkout."""
    from importlib.resources import files  # noqa: PLC0415  a slow import that only the built-in pack needs

    packed = files(__package__.partition(".")[0]) / "rules"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "rules"


def load_pack(root: Traversable) -> Pack:
    """Read the pack in a folder. Raises :class:`PackError` with every fault of every file."""
    faults: list[str] = []
    digest = hashlib.sha256()
    callees = _load_callees(root, faults, digest)
    rules: list[Rule] = []
    for group, folder in _folders(root):
        rule = _load_rule(group, folder, faults, digest)
        if rule is not None:
            rules.append(rule)
    faults.extend(_duplicates(rules))
    if not faults:
        faults.extend(_gaps(rules))
    if faults:
        raise PackError(faults)
    return Pack(tuple(rules), callees, digest.hexdigest())


def _load_callees(root: Traversable, faults: list[str], digest: hashlib._Hash) -> CalleeTable:
    document = _open(root / CALLEES, CALLEES, faults, digest)
    top = document.parse() if document is not None else None
    return EMPTY_TABLE if top is None else read_callees(top)


def _load_rule(group: Traversable, folder: Traversable, faults: list[str], digest: hashlib._Hash) -> Rule | None:
    document = _open(folder / RULE, f"{group.name}/{folder.name}/{RULE}", faults, digest)
    top = document.parse() if document is not None else None
    return None if top is None else read_rule(top, group.name, folder.name)


def _open(file: Traversable, path: str, faults: list[str], digest: hashlib._Hash) -> Document | None:
    """The document at a path of the pack, which also goes into the digest."""
    try:
        data = file.read_bytes()
        text = data.decode()
    except OSError:
        faults.append(f"{path}:1: the pack has no such file, or it can't be read")
        return None
    except UnicodeDecodeError:
        faults.append(f"{path}:1: is not UTF-8")
        return None
    digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return Document(path, text, faults)


def _folders(root: Traversable) -> Iterator[tuple[Traversable, Traversable]]:
    """Every group and every rule's folder in it, in the order of names."""
    for group in _subfolders(root):
        for folder in _subfolders(group):
            yield group, folder


def _subfolders(folder: Traversable) -> list[Traversable]:
    found = [entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith((".", "__"))]
    return sorted(found, key=lambda entry: entry.name)


def _duplicates(rules: list[Rule]) -> Iterator[str]:
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            yield f"{rule.group}/{rule.id}/{RULE}:1: the id is taken by {seen[rule.id].group}/{rule.id}"
        seen.setdefault(rule.id, rule)


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
    *((role, Verdict.VIOLATION, 0b111) for role in (Role.MAP, Role.OBJECT, Role.PROTECT, Role.REMAP)),
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
