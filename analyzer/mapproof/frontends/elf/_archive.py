"""The archive formats that the standard library does not read, and how to tell all of them apart.

Sources: ``ar(5)``; "RPM Package File Structure" of the Linux Standard Base; ``cpio(5)``, the new ASCII format; APPNOTE
4.3 for where a stored zip member stands.
"""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC: Final = (
    (0, b"!<arch>\n", "ar"),
    (0, b"!<thin>\n", "ar"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\xed\xab\xee\xdb", "rpm"),
    (0, b"\x1f\x8b", "compressed"),
    (0, b"BZh", "compressed"),
    (0, b"\xfd7zXZ\0", "compressed"),
    (0, b"\x28\xb5\x2f\xfd", "compressed"),
    (0, b"070701", "cpio"),
    (0, b"070702", "cpio"),
    (257, b"ustar", "tar"),
)


class UnsupportedError(Exception):
    """A format, or a variant of one, that is not read; the message names it."""


class Reader(Protocol):
    """What a member is read from."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes."""
        ...


def kind_of(head: bytes) -> str | None:
    """``ar``, ``zip``, ``rpm``, ``tar``, ``cpio``, ``compressed``, or ``None``, by a file's first 512 bytes."""
    return next((kind for at, magic, kind in _MAGIC if head[at : at + len(magic)] == magic), None)


def ar_members(data: memoryview) -> Iterator[tuple[str, memoryview]]:
    """(name, content) of each member; symbol and name tables are left out. Raises ``ValueError`` when malformed."""
    if bytes(data[:8]) == b"!<thin>\n":
        message = "a thin archive holds only the names of its members"
        raise UnsupportedError(message)
    names = b""
    at = 8
    while at + 60 <= len(data):
        header = bytes(data[at : at + 60])
        if header[58:] != b"`\n":
            message = f"no member header at offset {at}"
            raise ValueError(message)
        size = int(header[48:58])
        if size < 0:
            message = f"negative size at offset {at}"
            raise ValueError(message)
        content = data[at + 60 : at + 60 + size]
        label = header[:16].rstrip()
        if label == b"//":
            names = bytes(content)
        elif label.startswith(b"#1/"):
            length = int(label[3:])
            yield bytes(content[:length]).rstrip(b"\0").decode("utf-8", "replace"), content[length:]
        elif label not in {b"/", b"/SYM64/"}:
            yield _ar_name(label, names), content
        at += 60 + size + size % 2


def _ar_name(label: bytes, names: bytes) -> str:
    """A member's name, looked up in the name table when it is long."""
    if label[:1] == b"/" and label[1:].isdigit():
        start = int(label[1:])
        label = names[start : start + 4096].partition(b"\n")[0]
    return label.rstrip(b"/").decode("utf-8", "replace")


def rpm_payload(data: memoryview) -> int:
    """Where an RPM's payload starts: after the lead, the signature header (padded to eight bytes) and the header."""
    at = 96
    for padded in (True, False):
        if bytes(data[at : at + 4]) != b"\x8e\xad\xe8\x01" or at + 16 > len(data):
            message = f"no RPM header at offset {at}"
            raise ValueError(message)
        entries, size = struct.unpack(">II", data[at + 8 : at + 16])
        at += 16 + 16 * entries + size
        at += -at % 8 if padded else 0
    return at


def cpio_members(reader: Reader, largest: int) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file of at most ``largest`` bytes; larger ones raise ``ValueError``."""
    while True:
        header = reader.read(110)
        if len(header) < 110 or header[:5] != b"07070":
            return
        fields = [int(header[start : start + 8], 16) for start in range(6, 110, 8)]
        size, name_size = fields[6], fields[11]
        if name_size > 65536 or size > largest:
            message = f"a member of {size} bytes with a name of {name_size}"
            raise ValueError(message)
        name = reader.read(name_size + -(110 + name_size) % 4)[: max(0, name_size - 1)].decode("utf-8", "replace")
        if name == "TRAILER!!!":
            return
        content = reader.read(size)
        reader.read(-size % 4)
        yield name, content


def stored_in_place(info: zipfile.ZipInfo, data: memoryview) -> memoryview | None:
    """The bytes of a zip member that is stored as it is, not copied; ``None`` when it is compressed, encrypted or
    cut."""
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 or info.file_size != info.compress_size:
        return None
    start = info.header_offset
    header = bytes(data[start : start + 30])
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        return None
    name, extra = struct.unpack("<HH", header[26:30])
    start += 30 + name + extra
    return data[start : start + info.file_size] if start + info.file_size <= len(data) else None
