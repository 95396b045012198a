"""Takes chosen files out of a tar archive and trusts nothing in it.

Only regular files are ever written; a name that leaves the target folder condemns the whole archive, and so do sizes
beyond the limits. The limits stand far above any pinned package and far below what fills a disk.
"""

from __future__ import annotations

import gzip
import lzma
import re
import tarfile
import zlib
from contextlib import contextmanager
from functools import lru_cache
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from corpus.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAX_MEMBERS: Final = 50_000
MAX_UNPACKED: Final = 512 << 20
"""Bytes that all members of one archive may declare together."""
_DAMAGE: Final = (tarfile.TarError, EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error)
_REMEDY: Final = "check where the archive comes from; if the package really changed, review it and update the manifest"


def read_member(archive: Path, path: str) -> bytes:
    """The bytes of one regular file inside ``archive``; raises :class:`FetchError` when it isn't there."""
    with _opened(archive) as tar:
        for member in _safe_members(tar, archive):
            if PurePosixPath(member.name) == PurePosixPath(path) and member.isreg():
                return _content(tar, member)
    problem = f"{archive.name} holds no file {path}"
    raise FetchError(problem, _REMEDY)


def extract(archive: Path, into: Path, globs: Iterable[str], strip: int) -> list[Path]:
    """Write every regular file that a glob names below ``into``; each glob must name at least one.

    Returns the files written. Raises :class:`FetchError` on an unsafe name, a link or device that a glob names, a
    limit, or a glob that names nothing.
    """
    wanting = {glob: _pattern(glob) for glob in globs}
    missing = set(wanting)
    written: list[Path] = []
    with _opened(archive) as tar:
        for member in _safe_members(tar, archive):
            parts = PurePosixPath(member.name).parts[strip:]
            hits = {glob for glob, pattern in wanting.items() if pattern.fullmatch("/".join(parts))}
            if not hits or member.isdir():
                continue
            if not member.isreg():
                problem = f"{archive.name}: {member.name} is no regular file"
                raise FetchError(problem, _REMEDY)
            target = into.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_content(tar, member))
            written.append(target)
            missing -= hits
    if missing:
        problem = f"{archive.name} holds nothing named {', '.join(sorted(missing))}"
        raise FetchError(problem, _REMEDY)
    return written


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    """The archive opened for reading, whatever its compression; damage found on the way is a :class:`FetchError`."""
    try:
        with tarfile.open(archive) as tar:
            yield tar
    except _DAMAGE as error:
        problem = f"{archive.name} is no whole tar archive: {error}"
        raise FetchError(problem, _REMEDY) from error


def _safe_members(tar: tarfile.TarFile, archive: Path) -> Iterator[tarfile.TarInfo]:
    """The members in order, checked before any of them is used."""
    total = 0
    for count, member in enumerate(tar, start=1):
        total += member.size
        if count > MAX_MEMBERS or total > MAX_UNPACKED:
            problem = f"{archive.name} is beyond {MAX_MEMBERS} members or {MAX_UNPACKED >> 20} MiB unpacked"
            raise FetchError(problem, _REMEDY)
        if not _is_safe(member.name):
            problem = f"{archive.name}: the name {member.name!r} leaves the folder"
            raise FetchError(problem, _REMEDY)
        yield member


def _is_safe(name: str) -> bool:
    """Whether a member's name stays below the folder it is unpacked in, on any platform."""
    parts = PurePosixPath(name).parts
    return not (name.startswith("/") or ".." in parts or any(bad in name for bad in ("\\", "\0", ":")))


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """The bytes of a regular member, exactly as many as it declares."""
    stream: IO[bytes] | None = tar.extractfile(member)
    data = stream.read() if stream is not None else b""
    if len(data) != member.size:
        message = f"{member.name} ends early"
        raise tarfile.ReadError(message)
    return data


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a pattern for the whole path: ``*`` stays within one folder, ``**`` does not."""
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    spelled = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(spelled.get(piece, re.escape(piece)) for piece in pieces))
