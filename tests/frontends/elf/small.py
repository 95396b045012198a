"""A small shared library, made byte by byte: every table that the reader knows, in either class and byte order."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

TEXT, DATA = 0x800, 0x1000
"""File offsets of the code and of the writable segment; the latter is loaded ``SHIFT`` above."""
SHIFT = 0x10000
GOT, TABLE, PACKED = DATA + SHIFT, DATA + SHIFT + 0x20, DATA + SHIFT + 0x40


@dataclass
class Small:
    """The library's content and where its parts stand (file offsets; addresses are equal below ``DATA``)."""

    bits: int = 64
    order: str = "<"
    machine: int = 62
    places: dict[str, int] = field(default_factory=dict)
    content: bytearray = field(default_factory=lambda: bytearray(DATA + 0x400))

    def __post_init__(self):
        self.word = self.bits // 8
        self._phdrs: list[tuple[int, ...]] = []
        self._write()

    def put(self, name: str, at: int, data: bytes) -> int:
        """Write a part and remember where; returns the offset after it, aligned to 8."""
        self.places[name] = at
        self.content[at : at + len(data)] = data
        return (at + len(data) + 7) // 8 * 8

    def pack(self, codes: str, *values: int) -> bytes:
        """Integers in the file's byte order; ``P`` is a word of pointer size, ``S`` the same, signed."""
        wide = self.bits == 64
        return struct.pack(
            self.order + codes.replace("P", "Q" if wide else "I").replace("S", "q" if wide else "i"), *values
        )

    def _symbol(self, name: int, value: int, section: int) -> bytes:
        info = 1 << 4 | 2
        if self.bits == 64:
            return self.pack("IBBHQQ", name, info, 0, section, value, 0x10 if section else 0)
        return self.pack("IIIBBH", name, value, 0x10 if section else 0, info, 0, section)

    def _rela(self, where: int, symbol: int, kind: int, addend: int) -> bytes:
        info = symbol << 32 | kind if self.bits == 64 else symbol << 8 | kind
        return self.pack("PPS", where, info, addend)

    def _write(self) -> None:
        at = 0x200
        strings = b"\0mmap\0local\0libsmall.so\0"
        at = self.put("dynstr", at, strings)
        symbols = bytes(24 if self.bits == 64 else 16) + self._symbol(1, 0, 0) + self._symbol(6, TEXT, 5)
        at = self.put("dynsym", at, symbols)
        at = self.put("hash", at, self.pack("IIIIII", 1, 3, 1, 0, 2, 0))
        relocations = self._rela(GOT, 1, 6, 0) + self._rela(TABLE, 0, 8, TEXT) + self._rela(TABLE + 8, 1, 1, 0)
        at = self.put("rela", at, relocations)
        at = self.put("relr", at, self.pack("PP", PACKED, 0b1011))
        note = self.pack("III", 4, 4, 3) + b"GNU\0" + bytes.fromhex("deadbeef")
        at = self.put("note", at, note)
        cie = self.pack("I", 0) + b"\x01zR\0\x01\x78\x10\x01\x1b" + b"\0" * 3
        frames = self.pack("I", len(cie)) + cie
        fde_at = at + len(frames)
        body = self.pack("Iii", fde_at + 4 - at, TEXT - (fde_at + 8), 0x10) + b"\0" * 4
        frames += self.pack("I", len(body)) + body + self.pack("I", 0)
        at = self.put("eh_frame", at, frames)
        header = b"\x01\x1b\x03\x3b" + self.pack("iIii", self.places["eh_frame"] - at - 4, 1, TEXT - at, fde_at - at)
        at = self.put("eh_frame_hdr", at, header)
        self.put("text", TEXT, b"\xff\x15" + struct.pack("<i", GOT - (TEXT + 6)) + b"\xc3" + b"\x90" * 9)
        self.content[PACKED - SHIFT : PACKED - SHIFT + self.word] = self.pack("P", TEXT)
        dynamic = self._dynamic()
        self.put("dynamic", DATA + 0x100, dynamic)
        self._headers(len(dynamic), len(note), len(header))

    def _dynamic(self) -> bytes:
        place, rela = self.places, 24 if self.bits == 64 else 12
        entries = [
            (14, 12), (5, place["dynstr"]), (10, 24), (6, place["dynsym"]), (4, place["hash"]), (7, place["rela"]),
            (8, 3 * rela), (9, rela), (36, place["relr"]), (35, 2 * self.word), (37, self.word), (30, 8), (0, 0),
        ]  # fmt: skip  # pairs read better filled
        return b"".join(self.pack("SP", tag, value) for tag, value in entries)

    def _headers(self, dynamic: int, note: int, header: int) -> None:
        place = self.places
        segments = [
            (1, 5, 0, 0, DATA, DATA),
            (1, 6, DATA, DATA + SHIFT, 0x400, 0x600),
            (2, 6, DATA + 0x100, DATA + 0x100 + SHIFT, dynamic, dynamic),
            (4, 4, place["note"], place["note"], note, note),
            (0x6474E550, 4, place["eh_frame_hdr"], place["eh_frame_hdr"], header, header),
            (0x6474E551, 6, 0, 0, 0, 0),
            (0x6474E552, 4, DATA, DATA + SHIFT, 0x200, 0x200),
        ]
        wide = self.bits == 64
        start = 64 if wide else 52
        table = b""
        for kind, flags, offset, vaddr, file_size, memory_size in segments:
            if wide:
                table += self.pack("IIQQQQQQ", kind, flags, offset, vaddr, vaddr, file_size, memory_size, 4)
            else:
                table += self.pack("IIIIIIII", kind, offset, vaddr, vaddr, file_size, memory_size, flags, 4)
        ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if self.order == "<" else 2, 1]) + bytes(9)
        fields = self.pack(
            "HHIPPPIHHHHHH",
            3,
            self.machine,
            1,
            TEXT,
            start,
            0,
            0,
            start,
            len(table) // len(segments),
            len(segments),
            0,
            0,
            0,
        )
        self.put("header", 0, ident + fields)
        self.put("segments", start, table)
