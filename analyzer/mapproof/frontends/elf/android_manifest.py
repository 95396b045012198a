"""The package name in an Android package's binary ``AndroidManifest.xml``.

Source: the chunk layout of Android's ``ResourceTypes.h``: a string pool, then elements whose attributes refer to it.
"""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_STRING_POOL: Final = 0x0001
_XML: Final = 0x0003
_START_ELEMENT: Final = 0x0102
_UTF8: Final = 0x100
_LARGEST: Final = 4 << 20
_MOST_CHUNKS: Final = 10_000


def package_of(path: str | Path) -> str | None:
    """The package name of an ``.apk`` or ``.aar``; ``None`` when there is none that can be read."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("AndroidManifest.xml") as stream:
            data = stream.read(_LARGEST)
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError):
        return None
    return package_in(data)


def package_in(data: bytes) -> str | None:
    """The ``package`` attribute of the first element; ``None`` when the data is not such a file."""
    try:
        kind, header, _ = struct.unpack_from("<HHI", data)
        if kind != _XML:
            return None
        at, strings = header, _Strings(b"")
        for _ in range(_MOST_CHUNKS):
            kind, header, size = struct.unpack_from("<HHI", data, at)
            if kind == _STRING_POOL:
                strings = _Strings(data[at : at + size])
            elif kind == _START_ELEMENT:
                return _package(data, at + header, strings)
            at += max(size, 8)
    except (struct.error, IndexError):
        return None
    return None


def _package(data: bytes, at: int, strings: _Strings) -> str | None:
    """The value of ``package`` among the attributes of the element at ``at``."""
    start, width, count = struct.unpack_from("<HHH", data, at + 8)
    for number in range(count):
        place = at + start + number * max(width, 20)
        _, name, raw = struct.unpack_from("<III", data, place)
        if strings.text(name) == "package":
            return strings.text(raw) or None
    return None


class _Strings:
    """A string pool chunk."""

    def __init__(self, chunk: bytes) -> None:
        self._chunk = chunk

    def text(self, index: int) -> str:
        """One string; empty when there is no such one."""
        if len(self._chunk) < 28:
            return ""
        _, header, _, count, _, flags, start, _ = struct.unpack_from("<HHIIIIII", self._chunk)
        if index >= count:
            return ""
        at = start + int(struct.unpack_from("<I", self._chunk, header + 4 * index)[0])
        if flags & _UTF8:
            at += 2 if self._chunk[at] & 0x80 else 1
            size, at = self._chunk[at], at + 1
            if size & 0x80:
                size, at = (size & 0x7F) << 8 | self._chunk[at], at + 1
            return self._chunk[at : at + size].decode("utf-8", "replace")
        size = struct.unpack_from("<H", self._chunk, at)[0]
        return self._chunk[at + 2 : at + 2 + 2 * size].decode("utf-16-le", "replace")
