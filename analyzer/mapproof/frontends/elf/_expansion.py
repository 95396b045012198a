"""Reading compressed data without trusting how much comes out."""

from __future__ import annotations

import bz2
import gzip
import importlib
import io
import lzma
from dataclasses import dataclass
from typing import IO, Final, Protocol

from mapproof.frontends.elf._archive import UnsupportedError

_STEP: Final = 1 << 20
_FREE: Final = 16 << 20
"""Bytes that may come out whatever the ratio: a small file of zeros compresses a thousandfold."""


class LimitReachedError(Exception):
    """An archive would expand beyond a limit; the message names it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one archive may expand to, nested ones included: ``ratio`` of bytes out to bytes in, ``total`` bytes out,
    ``largest`` single member, number of ``members``, ``nesting`` of archives."""

    ratio: int = 200
    total: int = 8 << 30
    largest: int = 2 << 30
    members: int = 200_000
    nesting: int = 4


class Budget(Protocol):
    """Who keeps count."""

    limits: Limits
    expanded: int


class Expanding(io.RawIOBase):
    """A reader that counts what it hands out against a budget and the size of what it reads from."""

    def __init__(self, stream: IO[bytes] | io.BufferedIOBase, size: int, budget: Budget) -> None:
        self._stream = stream
        self._size = size
        self._budget = budget
        self._out = 0
        self._ahead = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes, less only at the end; without a size as much as the largest member may have."""
        wanted = self._budget.limits.largest if size is None or size < 0 else size
        parts = [self._ahead[:wanted]]
        self._ahead = self._ahead[wanted:]
        wanted -= len(parts[0])
        while wanted > 0:
            piece = self._stream.read(min(wanted, _STEP))
            if not piece:
                break
            self._charge(len(piece))
            parts.append(piece)
            wanted -= len(piece)
        return b"".join(parts)

    def peek(self, size: int) -> bytes:
        """The next bytes, which the next read returns again."""
        self._ahead = self.read(size)
        return self._ahead

    def read_all(self, most: int) -> bytes:
        """All that is left; more than ``most`` bytes are a limit."""
        content = self.read(most + 1)
        if len(content) > most:
            message = f"a member of more than {most} bytes"
            raise LimitReachedError(message)
        return content

    def _charge(self, count: int) -> None:
        self._out += count
        self._budget.expanded += count
        limits = self._budget.limits
        if self._budget.expanded > limits.total:
            message = f"more than {limits.total} bytes in all"
            raise LimitReachedError(message)
        if self._out > max(_FREE, limits.ratio * self._size):
            message = f"expands more than {limits.ratio} times"
            raise LimitReachedError(message)


def decompressor(raw: IO[bytes]) -> IO[bytes] | io.BufferedIOBase:
    """The stream decompressed as its first bytes say, or as it is."""
    head = raw.read(6)
    raw.seek(0)
    if head[:2] == b"\x1f\x8b":
        return gzip.GzipFile(fileobj=raw)
    if head[:3] == b"BZh":
        return bz2.BZ2File(raw)
    if head == b"\xfd7zXZ\0" or head[:3] == b"\x5d\0\0":
        return lzma.LZMAFile(raw)
    if head[:4] == b"\x28\xb5\x2f\xfd":
        return _zstandard(raw)
    return raw


def _zstandard(raw: IO[bytes]) -> IO[bytes]:
    """Zstandard by the standard library (from 3.14) or the ``zstandard`` package, whichever is there."""
    for name, reader in (("compression.zstd", "ZstdFile"), ("zstandard", "open")):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        stream: IO[bytes] = getattr(module, reader)(raw)
        return stream
    message = "Zstandard needs Python 3.14 or the zstandard package"
    raise UnsupportedError(message)
