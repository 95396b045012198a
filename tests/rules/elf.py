"""Cases about headers: a TOML table for each file says what its headers hold, and here the file is written.

    [[elf]] # expect: executable-stack violation
    type = "ET_EXEC"              ET_EXEC, ET_DYN or ET_REL
    machine = "x86_64"            a name in ``abi/``; this one where it is absent
    segments = ["PT_LOAD r-x"]    type and rights of each program header
    sections = [".text ax"]       name and flags (a, w, x, - for none) of each section
    dynamic = ["DT_TEXTREL 0"]    tag and value of each entry
    size = 0                      bytes of each segment and section in memory

A mark on the line of ``[[elf]]`` is about the whole file.
"""

from __future__ import annotations

import re
import struct
import tomllib

from mapproof.abi import architectures
from mapproof.frontends.elf.constants import DT, ET, PF, PT, SHF

RIGHTS = {"r": PF.R, "w": PF.W, "x": PF.X, "-": 0}
FLAGS = {"a": SHF.ALLOC, "w": SHF.WRITE, "x": SHF.EXECINSTR, "-": 0}
CONTENT = 0x400
"""Where the memory of all segments and sections begins in the file; as many bytes are there."""


def files_of(text: str) -> list[tuple[int, bytes]]:
    """The files of a case, each with the line of its table."""
    lines = [text.count("\n", 0, found.start()) + 1 for found in re.finditer(r"^\[\[elf\]\]", text, re.MULTILINE)]
    return [(line, written(table)) for line, table in zip(lines, tomllib.loads(text)["elf"], strict=True)]


def written(table: dict) -> bytes:
    """One file."""
    arch = architectures()[table.get("machine", "x86_64")]
    wide, order = arch.bits == 64, "<" if arch.order == "little" else ">"

    def pack(codes: str, *values: int) -> bytes:
        return struct.pack(order + codes.replace("P", "Q" if wide else "I"), *values)

    size = table.get("size", 16)
    dynamic = b"".join(pack("PP", *entry(words)) for words in (*table.get("dynamic", ()), "DT_NULL 0"))
    segments = [words.split() for words in table.get("segments", ())]
    if "dynamic" in table:
        segments.append(["PT_DYNAMIC", "rw-"])
    headers = b""
    for kind, rights in segments:
        flags = sum(RIGHTS[letter] for letter in rights)
        length = len(dynamic) if kind == "PT_DYNAMIC" else size
        where = (CONTENT + (0x100 if kind == "PT_DYNAMIC" else 0),) * 3
        number = PT[kind.removeprefix("PT_")]
        if wide:
            headers += pack("IIQQQQQQ", number, flags, *where, length, length, 8)
        else:
            headers += pack("IIIIIIII", number, *where, length, length, flags, 4)
    sections = [("", "-"), *(words.split() for words in table.get("sections", ())), (".shstrtab", "-")]
    names = b"\0".join(name.encode() for name, _ in sections) + b"\0"
    section_headers, name_at = b"", 0
    for name, letters in sections:
        flags = sum(FLAGS[letter] for letter in letters)
        strings = name == ".shstrtab"
        kind = 0 if not name else 3 if strings else 1
        where, length = (CONTENT + 0x200, len(names)) if strings else (CONTENT, size if "a" in letters else 0)
        section_headers += pack("IIPPPPIIPP", name_at, kind, flags, 0, where, length, 0, 0, 1, 0)
        name_at += len(name) + 1
    start = 64 if wide else 52
    header = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    count, each = (len(sections), len(section_headers) // len(sections)) if "sections" in table else (0, 0)
    header += pack(
        "HHIPPPIHHHHHH", ET[table["type"].removeprefix("ET_")], arch.machine, 1, 0, start if segments else 0,
        0x800 if count else 0, 0, start, 56 if wide else 32, len(segments), each, count, max(0, count - 1),
    )  # fmt: skip  # the header's own order
    content = bytearray(0x800)
    content[: len(header)] = header
    content[start : start + len(headers)] = headers
    content[CONTENT + 0x100 : CONTENT + 0x100 + len(dynamic)] = dynamic
    content[CONTENT + 0x200 : CONTENT + 0x200 + len(names)] = names
    return bytes(content) + section_headers


def entry(words: str) -> tuple[int, int]:
    """Tag and value of an entry of the dynamic section."""
    tag, value = words.split()
    return DT[tag.removeprefix("DT_")], int(value, 0)
