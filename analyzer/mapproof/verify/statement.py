"""A proof as a file: an in-toto Statement (v1) with a predicate of our own, closed to what it does not name."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from mapproof.errors import MapproofError
from mapproof.model.verdict import Status
from mapproof.verify.claim import Claim, Conclusion, Proved
from mapproof.verify.word import Word

STATEMENT: Final = "https://in-toto.io/Statement/v1"
_Verdict = Literal["benign", "executable", "violation"]
_Type = Literal["urn:mapproof:proof:v1", "urn:mapproof:executable:v1", "urn:mapproof:violation:v1"]

PREDICATE: Final = "urn:mapproof:proof:v1"
"""The predicate's type; a change that a reader must know of raises the number."""

PREDICATES: Final[dict[_Verdict, _Type]] = {
    "benign": PREDICATE,
    "executable": "urn:mapproof:executable:v1",
    "violation": "urn:mapproof:violation:v1",
}
"""The type by the verdict: who asks for proofs of one must not be given another."""

MOST_BYTES: Final = 64 << 20
"""A proof file that is read at all."""

_Kind = TypeVar("_Kind", bound=Struct)
_Count = Annotated[int, Meta(ge=0)]
_Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_Right = Annotated[str, Meta(pattern="^(own:|view:)?[r-][w-][x-]$")]


class Kind(StrEnum):
    """The kinds of step; each has one rule that checks it."""

    EXPRESSION = "expression"
    CONSTANT = "constant"
    MACRO = "macro"
    MACRO_RESULT = "macro-result"
    MACRO_ARGUMENT = "macro-argument"
    VARIABLE = "variable"
    PARAMETER = "parameter"
    ARGUMENT = "argument"
    GLOBAL = "global"
    RETURNS = "returns"
    PROGRAM = "program"
    USES = "uses"
    SLOT_USES = "slot-uses"
    CALL = "call"
    MEMORY = "memory"
    VIEWS = "views"
    ASSEMBLY = "assembly"
    PASTING = "pasting"
    LOOKUPS = "lookups"
    TEXTS = "texts"
    LOADS = "loads"
    SITE = "site"
    REACHES = "reaches"
    IMPORT = "import"
    TRAPS = "traps"
    CALL_AT = "call-at"
    REGISTER = "register"
    CALLERS = "callers"
    SITE_AT = "site-at"


class MalformedError(MapproofError):
    """A file that is no proof this version can read; the message names the field."""


class Closed(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """The base of every part: immutable, and closed to keys it does not name."""


class Digest(Closed, frozen=True):
    """The content of a file."""

    sha256: _Sha256


class Subject(Closed, frozen=True):
    """A file that the proof speaks of; ``name`` is its path as it was given."""

    name: Annotated[str, Meta(min_length=1)]
    digest: Digest


class Tool(Closed, frozen=True):
    """What wrote the proof; ``rulePack`` is the digest of the rules that the verdict was reached by."""

    name: str
    version: str
    rulePack: _Sha256  # noqa: N815  in-toto spells keys so


class Site(Closed, frozen=True):
    """The call that the claim is about. ``callee`` counts from 1 among the calls of that name in ``function``, or in
    the file outside functions; ``snippet`` is the digest of the function's text, or of the line. In a binary ``line``
    and ``function`` are null, ``start`` is the call's address, and the callee counts among all calls in the file."""

    id: str
    path: str
    line: Annotated[int, Meta(ge=1)] | None
    start: _Count
    end: _Count
    function: str | None
    written: Annotated[str, Meta(min_length=1)]
    primitive: Annotated[str, Meta(min_length=1)]
    ordinal: Annotated[int, Meta(ge=1)]
    snippet: _Sha256


class Duty(Closed, frozen=True):
    """One of O1 to O6: how it stands; ``steps`` are those that show it, ``assumes`` what is taken for granted."""

    name: Annotated[str, Meta(pattern="^O[1-6]$")]
    status: Status
    detail: str
    steps: list[_Count]
    assumes: list[str]


class Step(Closed, frozen=True):
    """One step; ``premises`` number earlier ones, from 0. ``exact`` are the words as hexadecimal numbers, ``low`` the
    last eight bits where no more is known; both null where the step is about no word."""

    kind: Kind
    name: str
    path: str
    start: _Count
    end: _Count
    says: str
    exact: list[_Count] | None
    low: list[Annotated[int, Meta(ge=0, le=255)]] | None
    why: list[str]
    rights: list[_Right]
    assumes: list[str]
    premises: list[_Count]


class Predicate(Closed, frozen=True):
    """The claim, by its ``verdict``: no call in scope can make the memory of ``site`` executable, which is only asked
    for ``protections`` (``benign``); the call asks for ``protections``, and none in scope for w and x at once of memory
    that is there (``executable``); whenever the call is made it asks for one of ``protections``, w and x at once
    (``violation``)."""

    tool: Tool
    site: Site
    verdict: _Verdict
    rule: Annotated[str, Meta(min_length=1)]
    protections: list[Annotated[str, Meta(pattern="^[r-][w-][x-]$")]]
    obligations: Annotated[list[Duty], Meta(min_length=6, max_length=6)]
    assumes: list[str]
    scope: list[str]
    defines: dict[str, str]
    steps: Annotated[list[Step], Meta(min_length=1, max_length=200_000)]


class Statement(Closed, frozen=True, kw_only=True):
    """The in-toto Statement around it."""

    _type: Literal["https://in-toto.io/Statement/v1"] = STATEMENT
    subject: Annotated[list[Subject], Meta(min_length=1)]
    predicateType: _Type = PREDICATE  # noqa: N815  in-toto spells keys so
    predicate: Predicate


def encoded(statement: Struct) -> bytes:
    """The statement as JSON, in a stable order, with a newline."""
    return msgspec.json.format(msgspec.json.encode(statement), indent=1) + b"\n"


def decoded(data: bytes) -> Statement:
    """The statement in a file's bytes; raises :class:`MalformedError` that names the field at fault."""
    if len(data) > MOST_BYTES:
        message = f"the proof is larger than {MOST_BYTES >> 20} MiB"
        raise MalformedError(message)
    _look_at_type(data)
    found = decoded_as(data, Statement)
    verdict = found.predicate.verdict
    if found.predicateType != PREDICATES[verdict]:
        message = f"predicateType is {found.predicateType!r}: a proof of {verdict!r} is {PREDICATES[verdict]!r}"
        raise MalformedError(message)
    _well_founded(found)
    return found


def decoded_as(data: bytes, kind: type[_Kind]) -> _Kind:
    """The statement of a kind in a file's bytes; raises :class:`MalformedError` that names the field at fault."""
    try:
        json.loads(data, object_pairs_hook=_given_once)
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        message = str(error).replace(" - at `$.", ": at `").replace("`$`", "the top")
        raise MalformedError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"no JSON: {error}"
        raise MalformedError(message) from error


def _given_once(pairs: list[tuple[str, object]]) -> None:
    """Of a key that is given twice, readers take one or the other; raises :class:`MalformedError`."""
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twice = next(key for number, key in enumerate(keys) if key in keys[:number])
        message = f"`{twice}` is given twice in one object"
        raise MalformedError(message)


class _Typed(Struct):
    _type: str = ""
    predicateType: str = ""  # noqa: N815  in-toto spells keys so


def _typed(data: bytes) -> _Typed | None:
    try:
        return msgspec.json.decode(data, type=_Typed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def predicate_type(data: bytes) -> str:
    """What a proof says that it is; empty where it can't be read so far."""
    found = _typed(data)
    return found.predicateType if found is not None else ""


def _look_at_type(data: bytes) -> None:
    """Another version is said to be one before any of its fields is found wrong."""
    found = _typed(data)
    if found is None:
        return
    wanted: dict[str, list[str]] = {"_type": [STATEMENT], "predicateType": [*PREDICATES.values()]}
    for name, is_ in (("_type", found._type), ("predicateType", found.predicateType)):  # noqa: SLF001  in-toto's name
        if is_ not in wanted[name]:
            message = f"{name} is {is_!r}: this version reads {' or '.join(repr(one) for one in wanted[name])}"
            raise MalformedError(message)


def _well_founded(statement: Statement) -> None:
    """Premises come before what rests on them, names are not given twice, and what is named is there."""
    steps = statement.predicate.steps
    for number, step in enumerate(steps):
        for place, premise in enumerate(step.premises):
            if premise >= number:
                message = f"predicate.steps[{number}].premises[{place}] is {premise}: a step rests on earlier ones only"
                raise MalformedError(message)
    names = [subject.name for subject in statement.subject]
    for number, name in enumerate(names):
        if name in names[:number]:
            message = f"subject[{number}].name is given twice: {name}"
            raise MalformedError(message)
    if statement.predicate.site.path not in names:
        message = f"predicate.site.path is none of the subjects: {statement.predicate.site.path}"
        raise MalformedError(message)
    for number, duty in enumerate(statement.predicate.obligations):
        if duty.name != f"O{number + 1}":
            message = f"predicate.obligations[{number}].name is {duty.name}: O{number + 1} stands there"
            raise MalformedError(message)
        if any(step >= len(steps) for step in duty.steps):
            message = f"predicate.obligations[{number}].steps names a step that is not there"
            raise MalformedError(message)


def as_step(proved: Proved) -> Step:
    """A step as it is written."""
    claim, found = proved.claim, proved.conclusion
    word = found.word
    exact = None if word is None or word.exact is None else sorted(word.exact)
    low = None if word is None or word.exact is not None else sorted(word.low)
    return Step(
        Kind(claim.kind),
        claim.name,
        claim.path,
        claim.start,
        claim.end,
        found.text,
        exact,
        low,
        list(word.why) if word is not None else [],
        list(found.rights),
        list(found.assumes),
        list(proved.premises),
    )


def as_proved(step: Step) -> Proved:
    """A step as it is checked."""
    word: Word | None = None
    if step.exact is not None:
        word = Word(frozenset(step.exact), frozenset(number & 0xFF for number in step.exact), tuple(step.why))
    elif step.low is not None:
        word = Word(None, frozenset(step.low), tuple(step.why))
    conclusion = Conclusion(word, tuple(step.rights), tuple(step.assumes), step.says)
    return Proved(Claim(step.kind, step.name, step.path, step.start, step.end), conclusion, tuple(step.premises))
