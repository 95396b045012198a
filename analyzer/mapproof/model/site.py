"""Sites: the calls that map memory or change its protection, and all that was found out about each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mapproof.model.condition import TRUE, Condition

if TYPE_CHECKING:
    from mapproof.model.callee import Role
    from mapproof.model.evidence import Step
    from mapproof.model.library import Library
    from mapproof.model.location import Location
    from mapproof.model.protection import Prot, ProtSet
    from mapproof.model.rule import Severity
    from mapproof.model.verdict import Assumption, Obligation, Reason, Verdict


class Sharing(StrEnum):
    """Whether stores reach other views of the object."""

    SHARED = "shared"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class Maybe(StrEnum):
    """A question put to a set of possibilities."""

    NEVER = "never"
    MAY = "may"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Callee:
    """What a site calls: as ``written``, the ``primitive`` it comes down to, and the links ``via`` which it does
    (``macro``, ``wrapper``, ``table``, ``field``, ``pointer``, ``alias``, ``dlsym``, ``syscall``, ``plt``, ``got``)."""

    written: str
    primitive: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapFlags:
    """The ``MAP_*`` flags a site may pass: ``masks`` is ``None`` when they are not a finite set."""

    masks: tuple[int, ...] | None
    sharing: tuple[Sharing, ...]
    anonymous: Maybe


@dataclass(frozen=True, slots=True)
class Openness:
    """Why a site's set is open: the reason, what exactly is unknown, and the one thing that would settle it."""

    reason: Reason
    detail: str
    remedy: str = ""


PLACED: Final = "placed"
"""The fact that a mapping call says where its memory goes (``MAP_FIXED``): over or beside memory that is there."""

STACK_GUARDED: Final = "stack-guarded"
"""The fact that the executable is known, and that its ``PT_GNU_STACK`` keeps the kernel from adding x."""

STACK_IMPLIES: Final = "stack-implies-exec"
"""The fact that the executable is known, and that its ``PT_GNU_STACK`` lets some kernels add x to what is readable."""

KEPT: Final = "kept"
"""The fact that the address given to a call of machine code was read from memory: someone mapped it and kept it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that the code around a call was seen to do: a ``fact`` in a word that rules may ask for, and what was
    seen where, in a clause."""

    fact: str
    detail: str


@dataclass(frozen=True, slots=True)
class Site:
    """One call that maps memory or changes protection. Absent knowledge is ``None``, never a default.

    ``protections``: what is reachable in scope; with ``open_because`` not empty more may come from outside.
    ``conditions``: each protection's presence condition, given that the site itself exists (``presence``).
    ``masks``: the concrete masks, ``None`` when not finite. ``descriptor``: the possible values of the object
    argument in words (``-1``, ``field hShm``). ``touches``: for a transition or remap, ids of the regions its address
    may belong to, and for a mapping at a fixed address (:data:`PLACED` is among ``facts``) of those it may lie in or
    beside; ``None`` when it may be any. ``region``: the id of the region a mapping site makes. ``facts`` are words that
    rules may ask for, ``observed`` are such words with what was seen; ``known_by`` are the marks by which a known
    library's own call was recognised, ``within`` is where the function around it stands: all of it in a source, its
    first address in a binary.
    """

    id: str
    artifact: str
    sha256: str
    language: str
    location: Location
    function: str | None
    callee: Callee
    role: Role
    platform: str
    protections: ProtSet
    presence: Condition = TRUE
    conditions: tuple[tuple[Prot, Condition], ...] = ()
    masks: tuple[int, ...] | None = None
    map_flags: MapFlags | None = None
    open_because: tuple[Openness, ...] = ()
    descriptor: tuple[str, ...] | None = None
    touches: tuple[str, ...] | None = None
    region: str | None = None
    assumptions: tuple[Assumption, ...] = ()
    arguments: tuple[str, ...] = ()
    source: str = ""
    facts: frozenset[str] = field(default_factory=frozenset)
    object: str = ""
    known_by: tuple[str, ...] = ()
    within: Location | None = None
    evidence: tuple[Step, ...] = ()
    observed: tuple[Observation, ...] = ()

    @property
    def open(self) -> bool:
        """More protections may come from outside what was read."""
        return bool(self.open_because)


@dataclass(frozen=True, slots=True)
class Advice:
    """What a reader of a call should know besides its verdict: the ``rule`` that says so, how loud, what was seen, and
    what to do."""

    rule: str
    severity: Severity
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one site. ``rule`` is the rule that decided it (a justification for ``benign``, a limit for
    ``unresolved``); ``reason`` says in one sentence why; ``remedy`` the one thing that would settle or cure it."""

    site: Site
    verdict: Verdict
    rule: str
    reason: str
    remedy: str = ""
    obligations: tuple[Obligation, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """A file, or part of one, that was not covered: ``kind`` is a slug (``unreadable``, ``parse``, ``limit``,
    ``binary``, ``missing``, ``library``, ``internal``), ``line`` counts from 1."""

    path: str
    kind: str
    detail: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class HeaderFact:
    """Something that a binary's headers ask of the loader or the kernel: ``property`` and ``value`` are words from
    closed lists, ``field`` is the header field as its standard spells it, ``offset`` where in the file the entry is
    (``None``: there is none)."""

    property: str
    value: str
    field: str
    offset: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file that was read. ``size`` in bytes; ``sites`` counts what was found in it; ``facts`` are what the headers
    of a binary ask for, ``libraries`` known ones that were recognised in it, ``build_id`` what the linker wrote into it
    (hexadecimal), ``loaded`` the parts of it that are loaded: offset in the file, virtual address, bytes,
    ``imports`` the names that it takes from other files."""

    path: str
    sha256: str
    language: str
    size: int
    sites: int = 0
    facts: tuple[HeaderFact, ...] = ()
    libraries: tuple[Library, ...] = ()
    build_id: str = ""
    loaded: tuple[tuple[int, int, int], ...] = ()
    imports: tuple[str, ...] = ()
