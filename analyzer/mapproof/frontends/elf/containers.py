"""ELF files inside archives, read in place: ar (``.a``, ``.deb``), zip (``.whl``, ``.apk``, ``.aar``, ``.jar``), tar,
RPM, and single compressed files.

Nothing is written to disk and no member's name is used as a path, so none can lead out of the archive. What an archive
may expand to is limited in ratio, in total, per member, in count and in depth; beyond a limit the rest is a gap.
"""

from __future__ import annotations

import lzma
import mmap
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from mapproof.frontends.elf import _archive
from mapproof.frontends.elf._expansion import Expanding, LimitReachedError, Limits, decompressor

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELF: Final = b"\x7fELF"
_BROKEN: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What the standard library raises on malformed or unsupported archives (RuntimeError: an encrypted zip member)."""


@dataclass(frozen=True, slots=True)
class Member:
    """One ELF file in an archive. ``name`` is ``archive!member``, one ``!`` per level; ``data`` its bytes, a view of
    the archive where the member is stored uncompressed."""

    name: str
    data: bytes | memoryview


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of an archive that was not looked into: ``kind`` is ``limit``, ``broken`` or ``unsupported``."""

    name: str
    kind: str
    detail: str


def is_container(head: bytes) -> bool:
    """Whether a file that starts with these bytes (at least 512, if it has them) is an archive or compressed."""
    return _archive.kind_of(head) is not None


def elf_members(path: str | Path, limits: Limits | None = None) -> Iterator[Member | Gap]:
    """The ELF files in an archive, one at a time, and what could not be read. Raises ``OSError`` when the file itself
    cannot be opened."""
    with Path(path).open("rb") as stream:
        try:
            data = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        except ValueError:
            return
    yield from _Walk(limits or Limits()).walk(str(path), data, 0)


@dataclass(slots=True)
class _Walk:
    """One walk through an archive and what it has used up of its limits."""

    limits: Limits
    expanded: int = 0
    members: int = 0
    seen_limit: set[str] = field(default_factory=set)

    def walk(self, name: str, data: memoryview, depth: int) -> Iterator[Member | Gap]:
        """What an archive holds; errors of its format end it with a gap."""
        if depth > self.limits.nesting:
            yield Gap(name, "limit", f"archives nested deeper than {self.limits.nesting}")
            return
        try:
            kind = _archive.kind_of(bytes(data[:512]))
            if kind == "ar":
                yield from self._ar(name, data, depth)
            elif kind == "zip":
                yield from self._zip(name, data, depth)
            elif kind == "rpm":
                yield from self._stream(name, BytesIO(data[_archive.rpm_payload(data) :]), len(data), depth)
            elif kind is not None:
                yield from self._stream(name, _View(data), len(data), depth)
        except LimitReachedError as limit:
            yield Gap(name, "limit", str(limit))
        except _archive.UnsupportedError as unsupported:
            yield Gap(name, "unsupported", str(unsupported))
        except _BROKEN as error:
            yield Gap(name, "broken", f"{type(error).__name__}: {error}")

    def _count(self) -> None:
        self.members += 1
        if self.members > self.limits.members:
            message = f"more than {self.limits.members} members"
            raise LimitReachedError(message)

    def _offer(self, name: str, data: bytes | memoryview, depth: int) -> Iterator[Member | Gap]:
        """A member's content: an ELF file, a nested archive, or nothing of interest."""
        if bytes(data[:4]) == _ELF:
            yield Member(name, data)
        elif _archive.kind_of(bytes(data[:512])) is not None:
            yield from self.walk(name, memoryview(data), depth + 1)

    def _ar(self, name: str, data: memoryview, depth: int) -> Iterator[Member | Gap]:
        for member, content in _archive.ar_members(data):
            self._count()
            yield from self._offer(f"{name}!{_label(member)}", content, depth)

    def _zip(self, name: str, data: memoryview, depth: int) -> Iterator[Member | Gap]:
        with zipfile.ZipFile(_View(data)) as archive:
            for info in archive.infolist():
                self._count()
                if not info.is_dir():
                    yield from self._zipped(f"{name}!{_label(info.filename)}", archive, info, data, depth)

    def _zipped(
        self, name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, data: memoryview, depth: int
    ) -> Iterator[Member | Gap]:
        stored = _archive.stored_in_place(info, data)
        if stored is not None:
            yield from self._offer(name, stored, depth)
            return
        try:
            with archive.open(info) as stream:
                reader = Expanding(stream, max(info.compress_size, 1), self)
                head = reader.read(512)
                if head[:4] == _ELF or _archive.kind_of(head) is not None:
                    yield from self._offer(name, head + reader.read_all(self.limits.largest), depth)
        except LimitReachedError as limit:
            yield Gap(name, "limit", str(limit))
        except _BROKEN as error:
            yield Gap(name, "broken", f"{type(error).__name__}: {error}")

    def _stream(self, name: str, raw: IO[bytes], size: int, depth: int) -> Iterator[Member | Gap]:
        """A tar, cpio or single file, compressed or not."""
        reader = Expanding(decompressor(raw), size, self)
        head = reader.peek(512)
        kind = _archive.kind_of(head)
        if kind == "tar":
            yield from self._tar(name, reader, depth)
        elif kind == "cpio":
            for member, content in _archive.cpio_members(reader, self.limits.largest):
                self._count()
                yield from self._offer(f"{name}!{_label(member)}", content, depth)
        elif head[:4] == _ELF or kind is not None:
            yield from self._offer(f"{name}!{_label(Path(name).stem)}", reader.read_all(self.limits.largest), depth)

    def _tar(self, name: str, reader: Expanding, depth: int) -> Iterator[Member | Gap]:
        with tarfile.open(fileobj=reader, mode="r|") as archive:
            for entry in archive:
                self._count()
                if not entry.isreg():
                    continue
                if entry.issparse():
                    yield Gap(f"{name}!{_label(entry.name)}", "unsupported", "a sparse tar member")
                    continue
                stream = archive.extractfile(entry)
                head = b"" if stream is None else stream.read(512)
                if stream is None or not (head[:4] == _ELF or _archive.kind_of(head) is not None):
                    continue
                label = f"{name}!{_label(entry.name)}"
                if entry.size > self.limits.largest:
                    yield Gap(label, "limit", f"{entry.size} bytes, more than {self.limits.largest}")
                    continue
                yield from self._offer(label, head + stream.read(), depth)


class _View(BytesIO):
    """A seekable file over bytes that are not copied until read."""

    def __init__(self, data: memoryview) -> None:
        super().__init__()
        self._data = data
        self._at = 0

    def read(self, size: int | None = -1, /) -> bytes:
        end = len(self._data) if size is None or size < 0 else self._at + size
        piece = bytes(self._data[self._at : end])
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = max(0, offset + (0, self._at, len(self._data))[whence])
        return self._at

    def tell(self) -> int:
        return self._at


def _label(name: str) -> str:
    """A member's name fit to print: control characters replaced, at most 512 characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:512])
