"""Proofs about a binary's headers: that they do not ask for an executable stack, for memory that is writable and
executable at once, or for writes to code. Everything is read again from the file; nothing is taken from who argued."""

from __future__ import annotations

import struct
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Final, Literal

from msgspec import Meta

from mapproof.abi import architecture_of
from mapproof.verify.certificate import Outcome, Result
from mapproof.verify.header import Layout, layout_of, segments
from mapproof.verify.statement import STATEMENT, Closed, Digest, Subject, Tool

if TYPE_CHECKING:
    from collections.abc import Iterator

PREDICATE: Final = "urn:mapproof:headers:v1"
"""The predicate's type; a change that a reader must know of raises the number."""

_LOAD, _DYNAMIC, _STACK = 1, 2, 0x6474E551
_X, _W = 1, 2
_TEXTREL, _FLAGS, _DF_TEXTREL = 22, 30, 4
_KINDS: Final = {2: "program", 3: "library or program"}
_MOST: Final = 1 << 18


class Kept(StrEnum):
    """What the headers of a binary do not ask for."""

    STACK = "no-executable-stack"
    SEGMENT = "no-writable-executable-segment"
    TEXT = "no-text-relocations"


class Field(Closed, frozen=True):
    """A field that was read: its name, where in the file it stands, and what it holds."""

    name: str
    offset: Annotated[int, Meta(ge=0)]
    value: Annotated[int, Meta(ge=0)]


class Shown(Closed, frozen=True):
    """One claim with every field that shows it."""

    claim: Kept
    fields: list[Field]
    says: str


class Asked(Closed, frozen=True):
    """What one binary's headers are proved not to ask for."""

    tool: Tool
    claims: Annotated[list[Shown], Meta(min_length=1)]


class HeaderStatement(Closed, frozen=True, kw_only=True):
    """The in-toto Statement around it."""

    _type: Literal["https://in-toto.io/Statement/v1"] = STATEMENT
    subject: Annotated[list[Subject], Meta(min_length=1, max_length=1)]
    predicateType: Literal["urn:mapproof:headers:v1"] = PREDICATE  # noqa: N815  in-toto spells keys so
    predicate: Asked


def header_statement(path: str, data: bytes, tool: Tool) -> HeaderStatement | None:
    """The proof of what a file's headers do not ask for; ``None`` where there is nothing to prove."""
    found = shown(data)
    if not found:
        return None
    subject = Subject(path, Digest(sha256(data).hexdigest()))
    return HeaderStatement(subject=[subject], predicate=Asked(tool, found))


def verify_headers(statement: HeaderStatement, data: bytes) -> Outcome:
    """What a proof is worth for a file as it is now: every field is read again."""
    subject = statement.subject[0]
    today = {one.claim: one for one in shown(data)}
    lost = [one.claim for one in statement.predicate.claims if one.claim not in today]
    changed = sha256(data).hexdigest() != subject.digest.sha256
    said = (f"{subject.name} has changed",) if changed else ()
    if lost:
        return Outcome(Result.LAPSED, (*said, *(f"{claim} does not hold" for claim in lost)))
    if changed:
        return Outcome(Result.ELSEWHERE, (*said, "the claims were proved anew"))
    if any(today[one.claim] != one for one in statement.predicate.claims):
        return Outcome(Result.LAPSED, ("the fields that it names are not what the file holds",))
    return Outcome(Result.HOLDS)


def shown(data: bytes) -> list[Shown]:
    """What a file's headers do not ask for, each with the fields that show it. Nothing for what is no program or
    library, or for headers that can't be followed."""
    layout = layout_of(data)
    if layout is None:
        return []
    try:
        if layout.read(data, 16, "H") not in _KINDS:
            return []
        found = list(segments(data, layout))
        return list(_claims(data, layout, found)) if found else []
    except struct.error:
        return []


def _claims(data: bytes, layout: Layout, found: list[tuple[int, int, int, int, int]]) -> Iterator[Shown]:
    stacks = [(at, flags) for kind, at, flags, _, _ in found if kind == _STACK]
    if stacks and not stacks[-1][1] & _X:
        says = "the last PT_GNU_STACK asks for a stack that is not executable"
        yield Shown(Kept.STACK, [Field("p_flags", *stacks[-1])], says)
    elif not stacks:
        machine = layout.read(data, 18, "H")
        arch = architecture_of(machine, 64 if layout.wide else 32, "little" if layout.order == "<" else "big")
        if arch is not None and not arch.stack_executable:
            says = "there is no PT_GNU_STACK, and on this architecture the stack is not executable without one"
            yield Shown(Kept.STACK, [Field("e_machine", 18, machine)], says)
    loaded = [(at, flags) for kind, at, flags, _, _ in found if kind == _LOAD]
    if loaded and not any(flags & _W and flags & _X for _, flags in loaded):
        says = f"none of the {len(loaded)} PT_LOAD entries asks for write and execute at once"
        yield Shown(Kept.SEGMENT, [Field("p_flags", at, flags) for at, flags in loaded], says)
    entries = list(_dynamic(data, layout, found))
    if not any(tag == _TEXTREL or (tag == _FLAGS and value & _DF_TEXTREL) for _, tag, value in entries):
        flags = [Field("DT_FLAGS", at, value) for at, tag, value in entries if tag == _FLAGS]
        yield Shown(Kept.TEXT, flags, f"none of the {len(entries)} dynamic entries asks for text relocations")


def _as_loaded(
    data: bytes, layout: Layout, found: list[tuple[int, int, int, int, int]], flags_at: int, start: int
) -> None:
    """The loader goes by addresses: raise ``struct.error`` where it would read another part of the file."""
    address = _address(data, layout, flags_at)
    for kind, at, _, offset, size in found:
        base = _address(data, layout, at)
        if kind == _LOAD and base <= address < base + size and address - base + offset == start:
            return
    message = "the dynamic section is loaded from somewhere else"
    raise struct.error(message)


def _address(data: bytes, layout: Layout, flags_at: int) -> int:
    """The virtual address of the program header whose flags stand there."""
    entry = flags_at - (4 if layout.wide else 24)
    return layout.read(data, entry + (16 if layout.wide else 8), layout.word)


def _dynamic(
    data: bytes, layout: Layout, found: list[tuple[int, int, int, int, int]]
) -> Iterator[tuple[int, int, int]]:
    """Where each entry of the dynamic section stands, its tag and its value. Raises ``struct.error``."""
    size = 16 if layout.wide else 8
    for kind, flags_at, _, start, length in found:
        if kind != _DYNAMIC:
            continue
        _as_loaded(data, layout, found, flags_at, start)
        for entry in range(start, start + min(length, _MOST * size) // size * size, size):
            tag = layout.read(data, entry, layout.word)
            if not tag:
                break
            yield entry, tag, layout.read(data, entry + size // 2, layout.word)
