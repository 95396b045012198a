"""Whether a tool saw another build than the one at hand: by the file's digest, its build id, or SQLite's source id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mapproof.model.alert import Alert
    from mapproof.model.dossier import Held

_SOURCE_ID: Final = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([0-9a-f]{40,64})(?:alt\d)?\b")
"""``sqlite3_sourceid()``: date, time, and the digest of the check-in."""
_BUILD_ID: Final = re.compile(r"\bbuild[ _-]?id\b[^0-9A-Za-z]{0,4}([0-9a-fA-F]{16,64})\b", re.IGNORECASE)
_VERSION: Final = re.compile(r"\bSQLite(?:3| version)?[ /-]v?(3\.\d+(?:\.\d+){0,2})\b", re.IGNORECASE)


def other_builds(alert: Alert, files: Sequence[Held]) -> tuple[str, ...]:
    """What is to be noted of files that are not those that the alert is about; the answer is about those at hand."""
    return tuple(dict.fromkeys(note for held in files for note in _differences(alert, held)))


def _differences(alert: Alert, held: Held) -> Iterator[str]:
    place = alert.place
    said = f"{alert.message}\n{alert.snapshot}"[:8192]
    build = place.build_id or next((found[1] for found in _BUILD_ID.finditer(said)), "")
    if build and held.build_id and build.lower() != held.build_id:
        yield _note(f"build id {build.lower()}", held.path, held.build_id)
    elif place.sha256 and place.sha256 != held.sha256 and (not build or build.lower() != held.build_id):
        yield _note(f"a file with SHA-256 {place.sha256[:12]}...", held.path, f"{held.sha256[:12]}...")
    for name, version, source_id in held.libraries:
        if name.casefold() != "sqlite":
            continue
        check_in = _SOURCE_ID.search(said)
        own = _SOURCE_ID.search(source_id)
        if check_in and own and check_in[2][:40] != own[2][:40]:
            yield _note(
                f"SQLite's check-in {check_in[1]} {check_in[2][:12]}...", held.path, f"{own[1]} {own[2][:12]}..."
            )
            continue
        release = _VERSION.search(said)
        if release and version and not _same_release(release[1], version):
            yield _note(f"SQLite {release[1]}", held.path, version)


def _same_release(one: str, other: str) -> bool:
    """Whether the shorter of two releases is the beginning of the longer."""
    short, long = sorted((one.split("."), other.split(".")), key=len)
    return long[: len(short)] == short


def _note(what: str, path: str, own: str) -> str:
    return f"another build: the alert is about {what}, {path} has {own}; the answer is about the latter"
