"""What an alert is taken to claim: by a row for its rule, else by its words, else by nothing; never by a guess."""

from __future__ import annotations

import pytest

from mapproof.commands.base import pack_with
from mapproof.commands.triaging import claims_of
from mapproof.errors import PackError
from mapproof.model.alert import Alert, Claim
from mapproof.table import Document
from mapproof.triage.claims import read_claims

from .conftest import gate


@pytest.fixture(scope="module")
def table():
    return claims_of(gate().pack)


def alert(message: str = "", rule: str = "r1", tool: str = "Some Scanner", **more) -> Alert:
    return Alert(1, "x", "/0", "sarif", tool, rule, message=message, **more)


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("native library maps memory with PROT_WRITE", Claim.WRITABLE),
        ("mmap called with PROT_READ | PROT_WRITE", Claim.WRITABLE),
        ("File mapping is writable (PAGE_READWRITE)", Claim.WRITABLE),
        ("writable memory mapping", Claim.WRITABLE),
        ("mmap with PROT_WRITE | PROT_EXEC", Claim.WRITE_AND_EXECUTE),
        ("mmap with PROT_EXEC and PROT_WRITE set", Claim.WRITE_AND_EXECUTE),
        ("Memory is both writable and executable", Claim.WRITE_AND_EXECUTE),
        ("W^X violation: RWX mapping", Claim.WRITE_AND_EXECUTE),
        ("page requested as read, write and execute", Claim.WRITE_AND_EXECUTE),
        ("VirtualAlloc with PAGE_EXECUTE_READWRITE", Claim.WRITE_AND_EXECUTE),
        ("memory is written, then made executable with mprotect", Claim.WRITE_THEN_EXECUTE),
        ("RW -> RX transition", Claim.WRITE_THEN_EXECUTE),
        ("mprotect with PROT_EXEC", Claim.EXECUTABLE),
        ("allocates executable memory", Claim.EXECUTABLE),
        ("changes the protection of a memory page", Claim.PROTECTION_CHANGED),
        ("The library calls mprotect", Claim.PROTECTION_CHANGED),
        ("uses mmap", Claim.MAPPING_CALL),
        ("maps memory of another process", Claim.MAPPING_CALL),
        ("The stack is executable", Claim.STACK_EXECUTABLE),
        ("NX is disabled", Claim.STACK_EXECUTABLE),
        ("missing PT_GNU_STACK", Claim.STACK_EXECUTABLE),
        ("RWX segment in binary", Claim.RWX_SEGMENT),
        ("A LOAD segment is writable and executable", Claim.RWX_SEGMENT),
        ("Binary has text relocations", Claim.TEXT_RELOCATIONS),
        ("shared object has TEXTREL", Claim.TEXT_RELOCATIONS),
        ("Partial RELRO", Claim.OUT_OF_SCOPE),
        ("stack canary not found", Claim.OUT_OF_SCOPE),
        ("binary is not position independent (no PIE)", Claim.OUT_OF_SCOPE),
        ("a cat sat on the mat", Claim.UNKNOWN),
        ("SQL query is built from user input", Claim.UNKNOWN),
        ("hard-coded password in memory", Claim.UNKNOWN),
    ],
)
def test_words_tell(table, message, claim):
    found = table.of(alert(message))
    assert found.claim is claim
    assert found.basis == ("nothing" if claim is Claim.UNKNOWN else "text")


@pytest.mark.parametrize(
    ("tool", "rule", "claim"),
    [
        ("clang", "alpha.security.MmapWriteExec", Claim.WRITE_AND_EXECUTE),
        ("Clang", "security.MmapWriteExec", Claim.WRITE_AND_EXECUTE),
        ("BinSkim", "BA3006", Claim.STACK_EXECUTABLE),
        ("binskim", "BA2021.DoNotMarkWritableSectionsAsExecutable", Claim.RWX_SEGMENT),
        ("BinSkim", "BA3010", Claim.OUT_OF_SCOPE),
        ("blint", "CHECK_NX", Claim.STACK_EXECUTABLE),
        ("checksec", "relro", Claim.OUT_OF_SCOPE),
        ("capa", "allocate or change RWX memory", Claim.WRITE_AND_EXECUTE),
        ("MobSF", "stack_canary", Claim.OUT_OF_SCOPE),
    ],
)
def test_a_row_tells_better_than_words(table, tool, rule, claim):
    found = table.of(alert("mmap with PROT_WRITE", rule, tool))
    assert (found.claim, found.basis, found.confidence.value) == (claim, "rule", "high")
    assert found.row.startswith(f"alerts/{tool.casefold()}.toml:")


def test_a_tool_that_says_all_is_well_claims_nothing(table):
    assert table.of(alert("RWX", asserts_nothing=True)).claim is Claim.NONE


def test_a_project_adds_rows_of_its_own(tmp_path):
    folder = tmp_path / "mine" / "alerts"
    folder.mkdir(parents=True)
    (folder / "house.toml").write_text(
        'tools = ["House*"]\n[[alert]]\nrule = ["MEM-?"]\nmessage = ["exec"]\nclaim = "executable-mapping"\n'
        'source = "our wiki"\n[[alert]]\nrule = ["MEM-?"]\nclaim = "writable-mapping"\nsource = "our wiki"\n'
    )
    own = gate()
    own.pack = pack_with([str(tmp_path / "mine")])
    table = claims_of(own.pack)
    assert table.of(alert("may be executed: exec", "mem-1", "house scanner")).claim is Claim.EXECUTABLE
    assert table.of(alert("whatever", "MEM-2", "House Scanner")).claim is Claim.WRITABLE
    assert table.of(alert("whatever", "MEM-2", "Other")).claim is Claim.UNKNOWN
    assert own.pack.digest != gate().pack.digest


def test_every_fault_of_a_document_is_told_with_its_line(tmp_path):
    folder = tmp_path / "mine" / "alerts"
    folder.mkdir(parents=True)
    (folder / "bad.toml").write_text(
        'tools = ["X"]\n[[alert]]\nrule = ["a"]\nclaim = "rxw"\nsource = "s"\n'
        '[[words]]\nall = ["("]\nclaim = "mapping-call"\nsuorce = "s"\n'
    )
    own = gate()
    own.pack = pack_with([str(tmp_path / "mine")])
    with pytest.raises(PackError) as caught:
        claims_of(own.pack)
    said = "\n".join(caught.value.faults)
    assert "bad.toml:4: claim: rxw is none of" in said
    assert "bad.toml:7: all: '(' is no regular expression" in said
    assert "suorce: is not a known key" in said


def test_every_shipped_row_says_where_its_meaning_is_documented():
    faults: list[str] = []
    documents = [Document(path, text, faults).parse() for path, text in gate().pack.alert_files()]
    read_claims(document for document in documents if document is not None)
    assert not faults
    assert documents[-1] is not None
    assert documents[-1].document.path == "alerts/any.toml", "words come after every tool's rows"
