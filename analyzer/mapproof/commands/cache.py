"""Dossiers that were worked out before, kept by the digest of all that they depend on.

An entry is read again only if it is whole; whoever deletes the folder, or a part of it, loses time and nothing else. It
is written beside its place and then moved there, so that two processes at once do no harm: both write the same.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from mapproof.model.dossier import Dossier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mapproof.commands.dossiers import Worked

_LAYOUT: Final = "2"
"""A change of what is kept, or how, raises the number."""


class _Entry(msgspec.Struct):
    """What is kept: the dossier, and the digests of files that it rests on beside those that its key names."""

    dossier: Dossier
    rested: list[tuple[str, str]]


@dataclass(slots=True)
class Cache:
    """A folder of dossiers. Without a folder nothing is kept; what can't be written is not kept, and ``notes`` say so
    once."""

    folder: Path | None = None
    notes: list[str] = field(default_factory=list)

    def get(self, key: str) -> Dossier | None:
        """The dossier with that key, if it is there, whole, and rests on files that are as they were."""
        data = self._read("dossiers", key)
        if data is None:
            return None
        head, _, body = data.partition(b"\n")
        if head.decode("ascii", "replace") != sha256(body).hexdigest():
            return None
        try:
            entry = msgspec.json.decode(body, type=_Entry)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        if any(digest_of_file(path) != digest for path, digest in entry.rested):
            return None
        if any(proof.digest and not self._path("proofs", proof.digest).is_file() for proof in entry.dossier.proofs):
            return None
        return entry.dossier

    def statement(self, digest: str) -> bytes | None:
        """The proof with a digest, if it is there and whole."""
        data = self._read("proofs", digest)
        return data if data is not None and "sha256:" + sha256(data).hexdigest() == digest else None

    def put(self, key: str, worked: Worked, rested: Iterable[tuple[str, str]]) -> None:
        """Keep a dossier and its proofs; the proofs first, as the dossier speaks of them."""
        if self.folder is None:
            return
        try:
            body = msgspec.json.encode(_Entry(worked.dossier, list(rested)))
        except UnicodeEncodeError:  # a path that is not UTF-8: worked out anew each time
            return
        try:
            for digest, data in worked.statements.items():
                self._write("proofs", digest, data)
            self._write("dossiers", key, sha256(body).hexdigest().encode() + b"\n" + body)
        except OSError as error:
            self.notes.append(f"{self.folder}: {error.strerror}: nothing is kept there for the next time")
            self.folder = None

    def _path(self, kind: str, name: str) -> Path:
        assert self.folder is not None  # noqa: S101  the callers asked
        plain = name.removeprefix("sha256:")
        return self.folder / f"v{_LAYOUT}" / kind / plain[:2] / plain

    def _read(self, kind: str, name: str) -> bytes | None:
        if self.folder is None:
            return None
        try:
            return self._path(kind, name).read_bytes()
        except OSError:
            return None

    def _write(self, kind: str, name: str, data: bytes) -> None:
        path = self._path(kind, name)
        if self._read(kind, name) == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def cache_at(asked: str | None, environ: Mapping[str, str]) -> Cache:
    """The cache in the folder that was asked for, or in the user's own (XDG Base Directory Specification).

    A folder that others can write to is not used: what stands there would decide about answers.
    """
    if asked is not None:
        folder = Path(asked)
    else:
        own, home = environ.get("XDG_CACHE_HOME", ""), environ.get("HOME", "")
        if not own.startswith("/") and not home.startswith("/"):
            return Cache()
        folder = (Path(own) if own.startswith("/") else Path(home) / ".cache") / "mapproof" / "triage"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.stat()
    except OSError as error:
        note = f"{folder}: {error.strerror}: nothing is kept for the next time"
        return Cache(None, [note] if asked is not None else [])
    if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o022):
        return Cache(None, [f"{folder}: somebody else can write there, so it is not used as a cache"])
    return Cache(folder)


def digest_of_file(path: str) -> str:
    """The SHA-256 of a file's bytes in hexadecimal; empty where it can't be read."""
    from mapproof.frontends.files import content

    try:
        return sha256(content(path)).hexdigest()
    except OSError:
        return ""


def digest_of(parts: Iterable[object]) -> str:
    """The digest of these parts, told apart by their lengths."""
    digest = sha256()
    for part in parts:
        data = str(part).encode("utf-8", "surrogateescape")
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()
