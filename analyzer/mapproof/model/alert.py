"""Another tool's alerts: what each says, about which place, and what it comes down to as a claim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Claim(StrEnum):
    """What an alert asserts of the memory at its place: the closed list that answers are given to."""

    WRITABLE = "writable-mapping"
    """Memory is mapped, or made, writable."""
    EXECUTABLE = "executable-mapping"
    """Memory is mapped, or made, executable."""
    WRITE_AND_EXECUTE = "writable-and-executable"
    """Memory is writable and executable at once."""
    WRITE_THEN_EXECUTE = "writable-then-executable"
    """Memory that was writable becomes executable."""
    STACK_EXECUTABLE = "stack-executable"
    """The binary asks for an executable stack, or does not forbid it."""
    RWX_SEGMENT = "rwx-segment"
    """The binary has a loadable segment, or a section, that is writable and executable."""
    PROTECTION_CHANGED = "protection-changed"
    """The protection of memory that is there is changed."""
    MAPPING_CALL = "mapping-call"
    """A mapping function is called, or imported."""
    TEXT_RELOCATIONS = "text-relocations"
    """The loader has to write to code."""
    OUT_OF_SCOPE = "out-of-scope"
    """Something that says nothing of mapped memory's protection: RELRO, PIE, a stack canary, a symbol table."""
    NONE = "none"
    """Nothing: the tool says that all is well here."""
    UNKNOWN = "unknown"
    """Nobody has said what the rule asserts, and its words do not tell."""


class Confidence(StrEnum):
    """How sure it is that something means what it is taken for."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Place:
    """A place that an alert names, as far as it names it. ``path`` is as the tool wrote it, a URI's escapes undone.

    Lines and columns count from 1. ``address`` is virtual, ``offset`` counts bytes of the file. ``member`` is a path
    inside the package ``path``; ``sha256`` and ``build_id`` (hexadecimal) are those of the file that the tool saw,
    ``base`` is the address that it took the file to be loaded at.
    """

    path: str = ""
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    address: int | None = None
    offset: int | None = None
    symbol: str = ""
    member: str = ""
    snippet: str = ""
    sha256: str = ""
    build_id: str = ""
    base: int | None = None

    def __str__(self) -> str:
        """As people point at it."""
        name = f"{self.path}!{self.member}" if self.member else self.path
        if self.line is not None:
            return f"{name}:{self.line}" if name else f"line {self.line}"
        if self.address is not None:
            return f"{name}:{self.address:#x}" if name else f"address {self.address:#x}"
        if self.offset is not None:
            return f"{name} at file offset {self.offset:#x}".strip()
        return f"{name} ({self.symbol})".strip() if self.symbol else name


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as a tool gave it; absent knowledge is empty.

    ``number`` counts all alerts of a run from 1. ``origin`` is the file of alerts, ``pointer`` where in it the record
    stands (a JSON pointer, ``line 12``, an XPath), ``format`` the name of the reader. ``severity`` is in the tool's own
    words. ``rule_text`` is what the tool says of the rule in general. ``places``: the first is the one that is meant,
    the others are related. ``fingerprints`` are name and value. ``answered``: the tool itself says that somebody has
    dealt with it. ``fault`` says why a record could not be understood; such an alert is counted and answered too.
    ``snapshot`` is what the tool's run was about where the record says so (a version, a source id).
    """

    number: int
    origin: str
    pointer: str
    format: str
    tool: str
    rule: str = ""
    rule_text: str = ""
    message: str = ""
    severity: str = ""
    places: tuple[Place, ...] = ()
    fingerprints: tuple[tuple[str, str], ...] = ()
    tool_version: str = ""
    asserts_nothing: bool = False
    answered: bool = False
    snapshot: str = ""
    fault: str = ""

    @property
    def place(self) -> Place:
        """The place that is meant; an empty one where none is named."""
        return self.places[0] if self.places else Place()


COLUMNS: Final = (
    "rule", "message", "severity", "path", "line", "column", "address", "offset", "symbol", "member", "sha256",
    "build-id", "fingerprint",
)  # fmt: skip
"""What a column of a table may hold: the fields of an alert and of its place."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How a tool without a public format writes its alerts: for each of :data:`COLUMNS` that it has, the column."""

    tool: str
    columns: Mapping[str, str]

    @property
    def needs(self) -> frozenset[str]:
        """The columns that a table must have to be taken for this tool's."""
        return frozenset(self.columns.values())


@dataclass(frozen=True, slots=True)
class Understood:
    """What an alert is taken to claim. ``basis`` says by what: ``rule`` (a row of ``rules/alerts/``), ``text`` (its
    words), ``tool`` (the tool says it is no alert) or ``nothing``; ``row`` names the row or the words that decided."""

    claim: Claim
    confidence: Confidence
    basis: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class AlertFile:
    """A file of alerts: which reader took it (empty: none did), how many alerts it held, and its digest."""

    path: str
    format: str
    tools: tuple[str, ...]
    alerts: int
    sha256: str = ""
    fault: str = ""
