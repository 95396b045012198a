"""What one analysis found, as plain data that can be kept and read again: all that an answer to an alert rests on.

Words and numbers only: an answer that is printed from a cache says the same as one that was just worked out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: ``line`` and ``column`` from 1 in a source, ``address`` (virtual) in a binary's code,
    ``offset`` (bytes of the file) in its headers. ``start`` and ``end`` are byte offsets into a source, end exclusive.
    """

    path: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    address: int | None = None
    return_address: int | None = None
    offset: int | None = None
    start: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        """``path:line:column``, ``path:0x1234`` or ``path:+0x1234``."""
        if self.offset is not None:
            return f"{self.path}:+{self.offset:#x}"
        return f"{self.path}:{self.line}:{self.column}" if self.address is None else f"{self.path}:{self.address:#x}"


@dataclass(frozen=True, slots=True)
class Duty:
    """One of O1..O6: how it stands (``proved``, ``assumed``, ``failed``), and in a sentence how or what is missing."""

    name: str
    status: str
    detail: str
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reasoning:
    """One step of a site's evidence, as in :class:`mapproof.model.evidence.Step`."""

    kind: str
    text: str
    name: str = ""
    value: int | None = None
    spot: Spot | None = None
    premises: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A later change of a region's protection: the site that makes it, what it may become, how surely it is meant."""

    site: str
    to: tuple[str, ...]
    reach: str
    open: bool


@dataclass(frozen=True, slots=True)
class Life:
    """A region's life, as in :class:`mapproof.model.region.Region`: from ``born`` by ``changes`` within ``states``."""

    born: tuple[str, ...]
    states: tuple[str, ...]
    changes: tuple[Change, ...]
    line: str
    open: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of a site's or a file's verdict. ``digest`` (``sha256:...``) is that of the statement that ``mapproof
    verify`` reads. Where there is none it is empty, and ``gap`` says where the checker stops. ``shows`` says
    of headers what they are proved not to ask for (:class:`mapproof.verify.asked.Kept`)."""

    subject: str
    digest: str = ""
    steps: int = 0
    assumes: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    gap: str = ""

    @property
    def holds(self) -> bool:
        """There is a proof, and the checker has followed it."""
        return bool(self.digest) and not self.gap


def calls_of(path: str) -> str:
    """The subject of a proof that a file calls no mapping function."""
    return f"calls of {path}"


@dataclass(frozen=True, slots=True)
class Judged:
    """One site and its verdict; the fields are those of :class:`mapproof.model.site.Site` and ``Finding``, in words.

    ``ordinal`` counts the sites of one function and callee in the order of the text, from 1. ``source`` is the call's
    text, ``excerpt`` the source lines around it with ``excerpt_line`` the first one's number. ``finding`` is the digest
    of what was found out, ``fingerprint`` tells the site from run to run. ``unverified``: its evidence did not replay.
    ``accepted`` says who takes the risk and why, where somebody does.
    """

    id: str
    artifact: str
    sha256: str
    language: str
    spot: Spot
    function: str
    written: str
    primitive: str
    via: tuple[str, ...]
    role: str
    platform: str
    protections: tuple[str, ...]
    open: bool
    verdict: str
    rule: str
    reason: str
    remedy: str
    ordinal: int = 1
    presence: str = ""
    conditions: tuple[tuple[str, str], ...] = ()
    masks: tuple[int, ...] | None = None
    flags: tuple[int, ...] | None = None
    sharing: tuple[str, ...] = ()
    anonymous: str = ""
    arguments: tuple[str, ...] = ()
    source: str = ""
    excerpt: tuple[str, ...] = ()
    excerpt_line: int | None = None
    duties: tuple[Duty, ...] = ()
    assumptions: tuple[str, ...] = ()
    evidence: tuple[Reasoning, ...] = ()
    life: Life | None = None
    known_by: tuple[str, ...] = ()
    within: Spot | None = None
    fingerprint: str = ""
    finding: str = ""
    unverified: bool = False
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction around a binary's call, for people. ``decides``: it sets the protection that is handed over."""

    address: int
    text: str
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """What a binary's headers ask for, as in :class:`mapproof.model.site.HeaderFact`."""

    property: str
    value: str
    field: str
    offset: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Held:
    """One file that was analysed. ``libraries`` are known ones found in it, with version and source id; ``loaded`` are
    the parts of a binary that are loaded: offset in the file, virtual address, bytes; ``imports`` are the names that it
    takes from other files."""

    path: str
    sha256: str
    language: str
    size: int
    sites: int
    build_id: str = ""
    loaded: tuple[tuple[int, int, int], ...] = ()
    stated: tuple[Stated, ...] = ()
    libraries: tuple[tuple[str, str, str], ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """A file, or part of one, that was not covered: as in :class:`mapproof.model.site.Coverage`."""

    path: str
    kind: str
    detail: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that one analysis found: of sources, which are read together, or of one artifact with its members.
    ``read`` are the files that were looked at; of those in which nothing was found ``held`` says nothing.

    ``unit`` is the path as it was given (of sources, all of them), ``kind`` is ``source`` or ``artifact``. ``proofs``
    are those of benign sites, by the site's id, of files' headers, by the file's path, and of files without a call, by
    :func:`calls_of`.
    """

    unit: tuple[str, ...]
    kind: str
    held: tuple[Held, ...]
    sites: tuple[Judged, ...]
    missed: tuple[Missed, ...]
    read: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    seconds: float = 0.0

    def proof(self, subject: str) -> Proof | None:
        """The proof of a site, by its id, or of a file's headers, by its path."""
        return next((proof for proof in self.proofs if proof.subject == subject), None)
