"""ELF files are found in archives of every kind, and an archive that expands without end is stopped."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

import pytest
from tests.frontends.elf.small import Small

from mapproof.frontends.elf.android_manifest import package_in, package_of
from mapproof.frontends.elf.containers import Gap, Limits, Member, elf_members, is_container
from mapproof.frontends.elf.image import ElfImage

LIBRARY = bytes(Small().content)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def archived(members: dict[str, bytes]) -> bytes:
    out = b"!<arch>\n"
    for name, data in members.items():
        out += (
            f"{name + '/':<16}{0:<12}{0:<6}{0:<6}{644:<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
        )
    return out


def cpio(members: dict[str, bytes]) -> bytes:
    out = b""
    for name, data in [*members.items(), ("TRAILER!!!", b"")]:
        label = name.encode() + b"\0"
        fields = [0, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(label), 0]
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + label
        out += head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
    return out


def rpm(payload: bytes) -> bytes:
    header = b"\x8e\xad\xe8\x01" + bytes(4)
    signature = header + struct.pack(">II", 1, 3) + bytes(16 + 3)
    return (
        b"\xed\xab\xee\xdb"
        + bytes(92)
        + signature
        + bytes(-len(signature) % 8)
        + header
        + struct.pack(">II", 0, 0)
        + payload
    )


FILES = {"usr/lib/libsmall.so": LIBRARY, "readme.txt": b"text"}
KINDS = {
    "zip": zipped(FILES),
    "stored zip": zipped(FILES, zipfile.ZIP_STORED),
    "lzma zip": zipped(FILES, zipfile.ZIP_LZMA),
    "tar": tarred(FILES),
    "tar.gz": gzip.compress(tarred(FILES)),
    "tar.bz2": bz2.compress(tarred(FILES)),
    "tar.xz": lzma.compress(tarred(FILES)),
    "rpm": rpm(lzma.compress(cpio(FILES))),
}


def found(tmp_path, data: bytes, limits: Limits | None = None, name: str = "archive") -> list[Member | Gap]:
    path = tmp_path / name
    path.write_bytes(data)
    return list(elf_members(path, limits))


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_is_named_and_whole(kind, tmp_path):
    assert is_container(KINDS[kind][:512])
    (member,) = found(tmp_path, KINDS[kind])
    assert isinstance(member, Member)
    assert member.name == f"{tmp_path}/archive!usr/lib/libsmall.so"
    assert bytes(member.data) == LIBRARY
    assert ElfImage(member.data, member.name).soname == "libsmall.so"


def test_a_static_library_with_long_names(tmp_path):
    table = b"a_very_long_member_name.o/\n"
    data = b"!<arch>\n" + b"%-48s%-10d`\n" % (b"//", len(table)) + table + b"\n"
    data += b"%-48s%-10d`\n" % (b"/0", len(LIBRARY)) + LIBRARY + archived({"short.o": LIBRARY})[8:]
    assert [member.name.rpartition("!")[2] for member in found(tmp_path, data)] == [
        "a_very_long_member_name.o",
        "short.o",
    ]


def test_a_debian_package(tmp_path):
    data = archived({"debian-binary": b"2.0\n", "data.tar.xz": lzma.compress(tarred(FILES))})
    (member,) = found(tmp_path, data)
    assert member.name.endswith("archive!data.tar.xz!usr/lib/libsmall.so")


def test_a_compressed_kernel_module(tmp_path):
    (member,) = found(tmp_path, gzip.compress(LIBRARY), name="module.ko.gz")
    assert member.name.endswith("module.ko.gz!module.ko")


def test_archives_in_archives_up_to_a_depth(tmp_path):
    data = LIBRARY
    for level in range(3):
        data = zipped({f"level{level}.zip" if level else "lib.so": data})
    (member,) = found(tmp_path, data)
    assert member.name.endswith("archive!level2.zip!level1.zip!lib.so")
    (gap,) = found(tmp_path, data, Limits(nesting=1))
    assert (gap.kind, "nested" in gap.detail) == ("limit", True)


def test_names_are_labels_not_paths(tmp_path):
    (member,) = found(tmp_path, tarred({"../../etc/\x1b[31mlib.so": LIBRARY}))
    assert member.name.endswith("archive!../../etc/?[31mlib.so")
    assert not (tmp_path.parent.parent / "etc").exists()


@pytest.mark.parametrize(
    "pack",
    [lambda data: zipped({"bomb.so": data}), gzip.compress, lambda data: gzip.compress(tarred({"bomb.so": data}))],
)
def test_what_expands_too_far_is_a_gap(pack, tmp_path):
    bomb = pack(b"\x7fELF" + bytes(64 << 20))
    (gap,) = found(tmp_path, bomb)
    assert isinstance(gap, Gap)
    assert gap.kind == "limit"


def test_total_members_and_size_are_limited(tmp_path):
    data = zipped({f"{number}.so": LIBRARY for number in range(20)})
    total = found(tmp_path, data, Limits(total=3 * len(LIBRARY)))
    assert sum(isinstance(entry, Member) for entry in total) == 3
    assert any(isinstance(entry, Gap) for entry in total)
    members = found(tmp_path, data, Limits(members=5))
    assert sum(isinstance(entry, Member) for entry in members) == 5
    assert isinstance(members[-1], Gap)
    assert [entry.kind for entry in found(tmp_path, KINDS["tar"], Limits(largest=100))] == ["limit"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_archive_is_a_gap_not_an_error(kind, tmp_path):
    data = KINDS[kind]
    for size in range(0, len(data), max(1, len(data) // 60)):
        for entry in found(tmp_path, data[:size]):
            assert isinstance(entry, Member | Gap)
    assert found(tmp_path, b"") == []


def test_a_thin_archive_is_said_to_be_unsupported(tmp_path):
    (gap,) = found(tmp_path, b"!<thin>\n")
    assert gap.kind == "unsupported"


def manifest(package: str, *, wide: bool) -> bytes:
    """A binary manifest whose first element has the attributes ``versionName`` and ``package``."""
    texts = ["versionName", "package", "1.0", package]
    body, starts = b"", []
    for text in texts:
        starts.append(len(body))
        raw = text.encode("utf-16-le" if wide else "utf-8")
        body += (struct.pack("<H", len(text)) + raw + b"\0\0") if wide else bytes([len(text), len(raw)]) + raw + b"\0"
    head = 28 + 4 * len(texts)
    pool = struct.pack("<HHIIIIII", 1, 28, head + len(body), len(texts), 0, 0 if wide else 0x100, head, 0)
    pool += struct.pack(f"<{len(texts)}I", *starts) + body
    attributes = b"".join(
        struct.pack("<IIIHBBI", 0xFFFFFFFF, name, value, 8, 0, 3, value) for name, value in ((0, 2), (1, 3))
    )
    element = struct.pack("<HHIII", 0x102, 16, 36 + len(attributes), 1, 0xFFFFFFFF)
    element += struct.pack("<IIHHHHHH", 0xFFFFFFFF, 0, 20, 20, 2, 0, 0, 0) + attributes
    return struct.pack("<HHI", 3, 8, 8 + len(pool) + len(element)) + pool + element


@pytest.mark.parametrize("wide", [False, True])
def test_the_package_name_of_an_android_package(wide, tmp_path):
    data = manifest("org.example.app", wide=wide)
    assert package_in(data) == "org.example.app"
    path = tmp_path / "app.apk"
    path.write_bytes(zipped({"AndroidManifest.xml": data}))
    assert package_of(path) == "org.example.app"
    for size in range(len(data) - 1):
        assert package_in(data[:size]) in {None, "org.example.app", *("org.example.app"[:cut] for cut in range(16))}


def test_no_package_name_where_there_is_none(tmp_path):
    assert package_in(b"<manifest package='text'/>") is None
    path = tmp_path / "plain.zip"
    path.write_bytes(zipped({"a": b""}))
    assert package_of(path) is None
    assert package_of(tmp_path / "absent") is None
