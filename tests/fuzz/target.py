"""What is done with an input, and what inputs to begin with."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.frontends.elf.examine import examine
from tests.frontends.elf.small import Small

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.frontends.elf.containers import Gap, elf_members, is_container
from mapproof.frontends.elf.image import ElfImage
from mapproof.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

CLASSES: Final = (
    (64, "<", 62),
    (32, "<", 3),
    (64, "<", 183),
    (32, "<", 40),
    (64, "<", 243),
    (64, "<", 21),
    (32, "<", 8),
)
"""(bits, byte order, ``e_machine``) of x86-64, i386, AArch64, ARM, RISC-V, PPC64LE and MIPS."""

WHOLE: Final = 32
"""One input in so many is scanned, its code included; of the others the tables are read."""

_PACK: Final = load_pack(builtin_rules())
_PLACE: Final = Path(tempfile.mkdtemp(prefix="mapproof-fuzz-input-")) / "input"


def read(content: bytes) -> None:
    """Read an input as a user's command would; raises what that would."""
    if content.startswith(b"\x7fELF"):
        examine(ElfImage(content, "fuzz"))
    elif is_container(content[:512]):
        _PLACE.write_bytes(content)
        for member in elf_members(_PLACE):
            if not isinstance(member, Gap):
                examine(ElfImage(member.data, member.name))
    if hashlib.sha256(content).digest()[0] % WHOLE == 0:
        _PLACE.write_bytes(content)
        report = scan([str(_PLACE)], _PACK)
        internal = [gap for gap in report.errors if gap.kind == "internal"]
        if internal:
            raise AssertionError(internal[0].detail)


def seeds() -> Iterator[bytes]:
    """A library of each class, and containers with one inside."""
    small = [bytes(Small(*one).content) for one in CLASSES]
    yield from small
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lib/arm64-v8a/libsmall.so", small[2])
    yield out.getvalue()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        entry = tarfile.TarInfo("usr/lib/libsmall.so")
        entry.size = len(small[0])
        tar.addfile(entry, io.BytesIO(small[0]))
    yield out.getvalue()
    yield gzip.compress(small[1])
    head = b"libsmall.o/     0           0     0     644     " + f"{len(small[3]):<10}".encode() + b"`\n"
    yield b"!<arch>\n" + head + small[3]
