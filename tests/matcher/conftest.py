"""Sites as data: what the judging room sees, with no frontend and no interpreter."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from mapproof.classify.classify import classify
from mapproof.classify.pack import Pack, builtin_rules, load_pack
from mapproof.model.callee import Role
from mapproof.model.location import Span
from mapproof.model.protection import ALL, Prot, ProtSet
from mapproof.model.site import Callee, Finding, MapFlags, Maybe, Openness, Sharing, Site
from mapproof.model.verdict import Reason

PRIVATE_ANONYMOUS = MapFlags((0x22,), (Sharing.PRIVATE,), Maybe.ALWAYS)
PRIVATE_FILE = MapFlags((0x02,), (Sharing.PRIVATE,), Maybe.NEVER)
SHARED_FILE = MapFlags((0x01,), (Sharing.SHARED,), Maybe.NEVER)
SHARED_ANONYMOUS = MapFlags((0x21,), (Sharing.SHARED,), Maybe.ALWAYS)
UNKNOWN_FLAGS = MapFlags(None, (Sharing.UNKNOWN,), Maybe.MAY)
OUTSIDE = (Openness(Reason.PARAMETER, "prot is parameter 2 of exported xmap", "scan its callers"),)


@cache
def builtin() -> Pack:
    return load_pack(builtin_rules())


@pytest.fixture
def pack() -> Pack:
    return builtin()


def prots(words: str) -> ProtSet:
    """``"r-- rw-"`` as a set; ``"all"`` is every protection."""
    return ALL if words == "all" else ProtSet.of(Prot.parse(word) for word in words.split())


def make(role: Role, primitive: str, protections: str, line: int = 1, **others: Any) -> Site:
    """A site of a direct call in ``a.c``; what is not given is as plain as can be."""
    given: dict[str, Any] = {
        "id": f"site{line}",
        "artifact": "a.c",
        "sha256": "",
        "language": "c",
        "location": Span("a.c", line, 5, line, 100 * line, 100 * line + 50),
        "function": "f",
        "callee": Callee(primitive, primitive),
        "role": role,
        "platform": builtin().callees.callees[primitive].platform
        if primitive in builtin().callees.callees
        else "posix",
        "protections": prots(protections),
    }
    return Site(**(given | others))


def mmap(protections: str, line: int = 1, **others: Any) -> Site:
    """A call of mmap for private anonymous memory, region ``r<line>``."""
    return make(Role.MAP, "mmap", protections, line, **{"map_flags": PRIVATE_ANONYMOUS, "region": f"r{line}"} | others)


def mprotect(protections: str, line: int = 50, **others: Any) -> Site:
    """A call of mprotect at an address that may be anything."""
    return make(Role.PROTECT, "mprotect", protections, line, **others)


def personality(masks: tuple[int, ...] | None, line: int = 80, **others: Any) -> Site:
    """A call of personality with these possible arguments."""
    return make(Role.PERSONALITY, "personality", "", line, masks=masks, **others)


def judged(site: Site, *others: Site, gaps: bool = False) -> Finding:
    """The finding on one site among others."""
    found = [finding for finding in classify([site, *others], builtin(), coverage_gaps=gaps) if finding.site is site]
    assert len(found) == 1
    return found[0]
