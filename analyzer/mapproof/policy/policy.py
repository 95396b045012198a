"""A project's policy as data, and how it is read from TOML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from mapproof.model.alert import COLUMNS, Columns
from mapproof.model.decision import Claim, Origin, Suppression
from mapproof.model.verdict import Assumption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.table import Table


class FailOn(StrEnum):
    """What a gate objects to. The first two make exit code 1, the others 3."""

    VIOLATION = "violation"
    EXECUTABLE = "executable"
    UNRESOLVED = "unresolved"
    NOT_COVERED = "not-covered"
    ASSUMPTION = "assumption"


DEFAULT_FAIL_ON: Final = frozenset({FailOn.VIOLATION, FailOn.EXECUTABLE})
STRICT_FAIL_ON: Final = frozenset(FailOn)

_Word = TypeVar("_Word", bound=StrEnum)
_NAME: Final = re.compile(r"[A-Za-z_]\w*")


class World(StrEnum):
    """Whether what was read is all there is: ``open`` accepts no verdict that rests on that."""

    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Policy:
    """What was read from ``path``, whose folder all relative paths start at; all defaults where ``path`` is empty.

    ``paths`` are read when a command names none, ``exclude`` are patterns of files that are left out. ``assumptions``
    are those that a verdict may rest on. ``accepted`` is executable memory that somebody accepted.
    ``alerts`` says how tools without a public format write theirs.
    """

    path: str = ""
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    undefines: frozenset[str] = frozenset()
    include_dirs: tuple[str, ...] = ()
    compile_commands: str | None = None
    fail_on: frozenset[FailOn] = DEFAULT_FAIL_ON
    assumptions: frozenset[Assumption] = frozenset(Assumption)
    rules: tuple[str, ...] = ()
    suppressions: str | None = None
    baseline: str | None = None
    accepted: tuple[Suppression, ...] = ()
    alerts: tuple[Columns, ...] = ()

    @property
    def strict(self) -> bool:
        """The policy takes nothing on trust."""
        return self.fail_on == STRICT_FAIL_ON


def read_policy(path: str, table: Table) -> Policy:
    """The policy in a table: the whole of ``mapproof.toml``, or ``[tool.mapproof]`` of ``pyproject.toml``."""
    strict = table.truth("strict")
    fail_on = _members(table, "fail-on", FailOn, DEFAULT_FAIL_ON)
    assumptions = _members(table, "assumptions", Assumption, frozenset(Assumption))
    world = table.text("world", required=False)
    if world and world not in {member.value for member in World}:
        table.fault(f"{world} is none of {', '.join(World)}", "world")
    if world == World.OPEN:
        assumptions -= {Assumption.CLOSED_WORLD}
    policy = Policy(
        path=path,
        paths=table.texts("paths"),
        exclude=table.texts("exclude"),
        defines=_defines(table),
        undefines=_names(table, "undefines"),
        include_dirs=table.texts("include-dirs"),
        compile_commands=table.text("compile-commands", required=False) or None,
        fail_on=STRICT_FAIL_ON if strict else fail_on,
        assumptions=frozenset() if strict else assumptions,
        rules=table.texts("rules"),
        suppressions=table.text("suppressions", required=False) or None,
        baseline=table.text("baseline", required=False) or None,
        accepted=tuple(_accepted(table.document.path, entry) for entry in table.tables("accept")),
        alerts=tuple(_columns(entry) for entry in table.tables("alerts")),
    )
    if strict and ("fail-on" in table or "assumptions" in table):
        table.fault("says all that fail-on and assumptions could: give one or the other", "strict")
    table.close()
    return policy


def _members(table: Table, key: str, kind: type[_Word], default: frozenset[_Word]) -> frozenset[_Word]:
    """The words of a closed list that stand under a key; the default where it does not stand there at all."""
    if key not in table:
        return default
    found: set[_Word] = set()
    for word in table.texts(key):
        if word in {member.value for member in kind}:
            found.add(kind(word))
        else:
            table.fault(f"{word} is none of {', '.join(kind)}", key)
    return frozenset(found)


def _defines(table: Table) -> dict[str, str]:
    inner = table.table("defines")
    found: dict[str, str] = {}
    for name in inner.keys() if inner is not None else ():
        value = inner.raw(name) if inner is not None else None
        if not _NAME.fullmatch(name):
            table.fault(f"{name} is no macro's name", "defines")
        elif isinstance(value, bool) or not isinstance(value, str | int):
            table.fault(f"{name} must be a string or an integer", "defines")
        else:
            found[name] = str(value)
    return found


def _names(table: Table, key: str) -> frozenset[str]:
    names = table.texts(key)
    for name in names:
        if not _NAME.fullmatch(name):
            table.fault(f"{name} is no macro's name", key)
    return frozenset(names)


def _accepted(path: str, entry: Table) -> Suppression:
    expires = entry.raw("expires")
    if expires is None:
        entry.fault("is missing: say until when, as expires = 2026-01-31", "expires")
    day = _day(expires)
    file = entry.text("path")
    function = entry.text("function", required=False)
    made = Suppression(
        alias=f"accept:{file}" + (f":{function}" if function else ""),
        claim=Claim.ACCEPTED,
        reason=entry.text("reason"),
        author=entry.text("author"),
        origin=Origin.POLICY,
        written_at=(path, entry.line),
        path=file,
        function=function,
        primitive=entry.text("call", required=False),
        rule=entry.text("rule", required=False),
        expires=day,
        faulty_date=expires is not None and day is None,
    )
    entry.close()
    return made


def _columns(entry: Table) -> Columns:
    """How one tool writes its alerts: its name, and for what it says the column that says it."""
    tool = entry.text("tool")
    found = {name: column for name in COLUMNS if (column := entry.text(name, required=False))}
    if not {"rule", "message"} & found.keys():
        entry.fault("name the column of the rule or of the message, as message = 'Description'", "message")
    entry.close()
    return Columns(tool, found)


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None
