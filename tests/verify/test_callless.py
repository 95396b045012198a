"""Proofs about what a binary's headers do not ask for, and that it calls no mapping function: no spoiled one holds."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import msgspec
import pytest

from mapproof import __version__
from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.verify import asked, callless
from mapproof.verify.asked import (
    HeaderStatement,
    header_statement,
    shown,
    verify_headers,
)
from mapproof.verify.callless import (
    CalllessStatement,
    callless_statement,
    verify_callless,
)
from mapproof.verify.statement import MalformedError, Tool, decoded_as, predicate_type
from mapproof.verify.statement import encoded as written
from mapproof.verify.verdict import UnprovableError

LIBRARY = Path(__file__).parents[1] / "triage" / "reports" / "target" / "libdata.so"
TOOL = Tool("mapproof", __version__, "0" * 64)
PT_LOAD, PT_STACK, PT_DYNAMIC = 1, 0x6474E551, 2


def segment(data: bytes, kind: int, number: int = 0) -> int:
    """Where the program header of a kind stands."""
    table, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
    entries = [table + at * size for at in range(count)]
    return [entry for entry in entries if struct.unpack_from("<I", data, entry)[0] == kind][number]


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    return data[:offset] + value + data[offset + len(value) :]


@pytest.fixture
def data() -> bytes:
    return LIBRARY.read_bytes()


@pytest.fixture
def statement(data):
    return header_statement("lib.so", data, TOOL)


def test_a_header_proof_holds_and_is_told_from_others(statement, data):
    encoded = written(statement)
    assert predicate_type(encoded) == asked.PREDICATE
    assert verify_headers(decoded_as(encoded, HeaderStatement), data).result.value == "holds"
    assert [one.claim.value for one in statement.predicate.claims] == [
        "no-executable-stack", "no-writable-executable-segment", "no-text-relocations",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "lost"),
    [
        (lambda data: patched(data, segment(data, PT_STACK) + 4, b"\x07"), "no-executable-stack"),
        (lambda data: patched(data, segment(data, PT_STACK), b"\0\0\0\0"), "no-executable-stack"),
        (lambda data: patched(data, segment(data, PT_LOAD, 1) + 4, b"\x07"), "no-writable-executable-segment"),
        (lambda data: patched(data, segment(data, PT_DYNAMIC) + 8, b"\x30"), "no-text-relocations"),
        (lambda data: data[:1000], "no-text-relocations"),
        (lambda data: b"MZ" + data[2:], "no-executable-stack"),
    ],
    ids=["stack", "no stack note", "segment", "dynamic elsewhere", "cut", "no ELF"],
)
def test_another_file_is_judged_anew(statement, data, spoil, lost):
    outcome = verify_headers(statement, spoil(data))
    assert outcome.result.value == "lapsed"
    assert any(lost in detail for detail in outcome.details)


def test_text_relocations_are_seen_by_tag_and_by_flag(data):
    start = struct.unpack_from("<Q", data, segment(data, PT_DYNAMIC) + 8)[0]
    for tag, value in ((22, 0), (30, 4)):
        spoilt = patched(data, start, struct.pack("<QQ", tag, value))
        assert "no-text-relocations" not in [one.claim.value for one in shown(spoilt)]
    harmless = patched(data, start, struct.pack("<QQ", 30, 8))
    assert "no-text-relocations" in [one.claim.value for one in shown(harmless)]


def test_a_file_that_changed_elsewhere_holds_elsewhere(statement, data):
    assert verify_headers(statement, data + b"more").result.value == "holds elsewhere"


def test_a_spoiled_header_proof_does_not_hold(statement, data):
    whole = msgspec.to_builtins(statement)
    for number, claim in enumerate(whole["predicate"]["claims"]):
        for field in claim["fields"]:
            changed = msgspec.json.decode(msgspec.json.encode(whole))
            changed["predicate"]["claims"][number]["fields"][claim["fields"].index(field)]["value"] += 1
            spoilt = decoded_as(msgspec.json.encode(changed), HeaderStatement)
            assert verify_headers(spoilt, data).result.value == "lapsed"
    with pytest.raises(MalformedError, match="claims"):
        decoded_as(msgspec.json.encode({**whole, "predicate": {**whole["predicate"], "claims": []}}), HeaderStatement)


@pytest.fixture(scope="module")
def table():
    return load_pack(builtin_rules()).callees


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    folder = tmp_path_factory.mktemp("built")

    def build(name: str, text: str) -> bytes:
        (folder / f"{name}.c").write_text(text)
        out = folder / f"lib{name}.so"
        subprocess.run(["gcc", "-O1", "-w", "-shared", "-fPIC", "-o", out, folder / f"{name}.c"], check=True)
        return out.read_bytes()

    return build


PLAIN = "#include <string.h>\nunsigned long f(const char *s) { return strlen(s) + 1; }\n"


def test_a_binary_without_a_call_is_proved_to_have_none(built, table):
    data = built("plain", PLAIN)
    statement = callless_statement({"lib.so": data}, table, TOOL)
    encoded = written(statement)
    assert predicate_type(encoded) == callless.PREDICATE
    again = decoded_as(encoded, CalllessStatement)
    assert verify_callless(again, data, table).result.value == "holds"
    assert "other-files" in again.predicate.assumes
    assert verify_callless(again, data + b"more", table).result.value == "holds elsewhere"
    for spoilt in (
        msgspec.structs.replace(again.predicate, assumes=[]),
        msgspec.structs.replace(again.predicate, steps=again.predicate.steps[:-1] or again.predicate.steps * 2),
    ):
        assert verify_callless(msgspec.structs.replace(again, predicate=spoilt), data, table).result.value == "lapsed"
    with pytest.raises(MalformedError):
        decoded_as(encoded.replace(b"no-mapping-call", b"all-is-well"), CalllessStatement)


@pytest.mark.parametrize(
    "text",
    [
        "#include <sys/mman.h>\nvoid *f(int fd) { return mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0); }\n",
        "#include <sys/mman.h>\nint f(void *p) { return mprotect(p, 4096, PROT_NONE); }\n",
        "#include <dlfcn.h>\nvoid *f(const char *n) { return dlsym(RTLD_DEFAULT, n); }\n",
        "#include <sys/mman.h>\nvoid *table[] = { mmap };\n",
        'long f(void) { long r; __asm__ volatile ("syscall" : "=a"(r) : "a"(9) : "rcx", "r11"); return r; }\n',
        "#include <unistd.h>\nlong f(long n) { return syscall(n, 0, 4096, 7, 34, -1, 0); }\n",
    ],
    ids=["mmap", "mprotect", "dlsym", "table", "trap", "syscall"],
)
def test_a_binary_with_any_way_to_map_is_not(built, table, text):
    data = built("way", text)
    with pytest.raises(UnprovableError):
        callless_statement({"lib.so": data}, table, TOOL)
    plain = callless_statement({"lib.so": built("plain", PLAIN)}, table, TOOL)
    assert verify_callless(plain, data, table).result.value == "lapsed"
