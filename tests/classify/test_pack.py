"""Packs: what ships loads, and every fault of a pack is told at once with its file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mapproof.classify.classify import classify
from mapproof.classify.pack import load_pack
from mapproof.model.callee import Role
from mapproof.model.location import Span
from mapproof.model.protection import ProtSet
from mapproof.model.rule import Field
from mapproof.model.site import Callee, MapFlags, Maybe, Sharing, Site
from mapproof.model.verdict import Reason, Verdict

from .conftest import faults_of

if TYPE_CHECKING:
    from pathlib import Path

RULE = "mapping/write-exec-mapping/rule.toml"
ADVICE = "advice/numeric-mask/rule.toml"


def edit(folder: Path, path: str, old: str, new: str) -> int:
    """Replace a text that occurs once; the line it began at."""
    text = (folder / path).read_text()
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path}"
    (folder / path).write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def test_the_pack_that_ships_is_complete(builtin):
    assert {rule.id for rule in builtin.rules if rule.group == "limits"} == {reason.value for reason in Reason}
    assert {rule.verdict for rule in builtin.rules if rule.group != "advice"} == set(Verdict)
    assert len({rule.id for rule in builtin.rules}) == len(builtin.rules)
    assert all(builtin.limit(reason).id == reason for reason in Reason)


def test_no_justification_that_ships_can_name_executable_memory(builtin):
    """Belt and braces: the obligations decide, but a page that excuses x would still mislead."""
    for rule in builtin.rules:
        if rule.verdict is Verdict.BENIGN:
            within = [predicate.values for predicate in rule.when.all if predicate.field is Field.WITHIN]
            assert within, rule.id
            assert not any("x" in word for words in within for word in words), rule.id


def test_the_digest_is_that_of_what_decides(pack_folder):
    before = load_pack(pack_folder).digest
    (pack_folder / "README.md").write_text("something else")
    assert load_pack(pack_folder).digest == before
    edit(pack_folder, RULE, 'since = "0.1.0"', 'since = "0.1.1"')
    after = load_pack(pack_folder).digest
    assert after != before
    edit(pack_folder, "callees.toml", "MAP_TYPE = 0xF", "MAP_TYPE = 0x0F")
    assert load_pack(pack_folder).digest not in {before, after}


FAULTS = [
    (RULE, 'verdict = "violation"', 'verdict = "bad"', "verdict: must be one of benign, executable"),
    (RULE, 'verdict = "violation"', 'verdict = "benign"', "verdict: benign does not go with the group mapping"),
    (RULE, 'verdict = "violation"', 'verdict = "unresolved"', "verdict: unresolved does not go with"),
    (RULE, 'id = "write-exec-mapping"', 'id = "other"', "id: must be the folder's name, write-exec-mapping"),
    (RULE, 'since = "0.1.0"', 'since = "soon"', "since: must be a release like 0.1.0"),
    (RULE, 'since = "0.1.0"', "since = 1", "since: must be a string"),
    (RULE, 'status = "stable"', 'status = "old"', "status: must be one of stable, nursery"),
    (RULE, 'status = "stable"', 'status = "stable"\nweight = "high"', "weight: is not a known key"),
    (RULE, 'status = "stable"', 'status = "stable"\nseverity = "note"', "severity: goes with the group advice alone"),
    (ADVICE, 'severity = "note"', 'severity = "high"', "severity: must be one of note, warning"),
    (ADVICE, 'severity = "note"', "", "severity: is missing"),
    (ADVICE, 'severity = "note"', 'severity = "note"\nverdict = "benign"', "verdict: a rule of the group advice"),
    (RULE, 'cwe = ["CWE-732"]', 'cwe = ["732"]', "cwe: must be ids like CWE-732"),
    (RULE, 'cwe = ["CWE-732"]', "cwe = [732]", "cwe: must be a list of strings"),
    (RULE, "{ may = [", "{ can = [", "all: can is not a field of conditions"),
    (RULE, '{ may = ["write", "execute"] }', '{ may = ["run"] }', "all: may does not know run"),
    (RULE, '{ may = ["write", "execute"] }', "{ may = [] }", "all: may takes a word or a list of words"),
    (
        RULE,
        '{ may = ["write", "execute"] }',
        '{ may = "write", open = "no" }',
        "all: each condition is a table with one",
    ),
    (RULE, '{ may = ["write", "execute"] }', '{ mask = "x" }', "all: mask takes numbers other than 0"),
    (RULE, '{ may = ["write", "execute"] }', '"w"', "all: each condition is a table with one field"),
    (RULE, "all = [{ role", "every = [{ role", "every: is not a known key"),
    (RULE, "[when]\n", "[where]\n", "where: is not a known key"),
    ("benign/guard-pages/rule.toml", 'O3 = "No', 'O7 = "No', "O7: is not a known key"),
    ("benign/guard-pages/rule.toml", 'cost = "Address space."', "", "mitigations: each is a table"),
    ("benign/guard-pages/rule.toml", '"external-symbol", "dep"]', '"luck"]', "assumes: luck is none of"),
    (
        "limits/syntax/rule.toml",
        'status = "stable"',
        'status = "stable"\nwhen.all = [{ open = "yes" }]',
        "when: a limit has",
    ),
    ("callees.toml", '[callee.shmdt]\nrole = "unmap"', '[callee.shmdt]\nrole = "drop"', "role: must be one of map"),
    ("callees.toml", 'source = "munmap(2)"', 'sauce = "munmap(2)"', "sauce: is not a known key"),
    ("callees.toml", 'source = "shm_open(3)"', 'source = "shm_open(3)"\nlength = 99', "length: argument numbers run"),
    ("callees.toml", 'source = "shm_open(3)"', 'source = "shm_open(3)"\nlength = 1', "two arguments have one number"),
    ("callees.toml", 'source = "shm_open(3)"', 'source = "shm_open(3)"\nfixed = "wr-"', "fixed: not a protection"),
    (
        "callees.toml",
        'source = "shm_open(3)"',
        'source = "shm_open(3)"\nprotection = 3',
        "`protection` and `encoding` belong",
    ),
    ("callees.toml", 'source = "munmap(2)"', 'source = "munmap(2)"\nresult = "both"', "result: must be one of"),
    ("callees.toml", 'source = "shm_open(3)"', 'source = "shm_open(3)"\nlike = "mmap"\nprimitive = "mmap"', "give one"),
    (
        "callees.toml",
        '[callee.__mmap]\nprimitive = "mmap"',
        '[callee.__mmap]\nprimitive = "nmap"',
        "names nmap, which is no",
    ),
    ("callees.toml", "select = 0x130000FF\n", "", "`select` and `values` belong together"),
    (
        "callees.toml",
        '[0x1, "rw-"], [0x2, "rw-"]',
        '[0x1, "rw-"], [0x1, "rw-"]',
        "sets: must be pairs of a number, each once",
    ),
    ("callees.toml", "MAP_TYPE = 0xF", 'MAP_TYPE = "0"', "MAP_TYPE: must be an integer"),
]


@pytest.mark.parametrize(("path", "old", "new", "message"), FAULTS, ids=[case[3] for case in FAULTS])
def test_a_fault_is_told_with_its_file_and_line(pack_folder, path, old, new, message):
    line = edit(pack_folder, path, old, new)
    told = [fault for fault in faults_of(pack_folder) if message in fault]
    assert len(told) == 1
    found = re.match(rf"{re.escape(path)}:(\d+): ", told[0])
    assert found, told
    assert line - 12 <= int(found[1]) <= line + 2, (told, line)


def test_lines_are_exact_where_the_key_is_written(pack_folder):
    line = edit(pack_folder, RULE, 'status = "stable"', 'status = "stable"\n\nweight = "high"') + 2
    assert f"{RULE}:{line}: weight: is not a known key" in faults_of(pack_folder)


def test_prose_is_not_taken_for_keys(pack_folder):
    text = (pack_folder / RULE).read_text().replace('why = """\n', 'why = """\nsince = "prose"\n[when]\n', 1)
    (pack_folder / RULE).write_text(text.replace('\nsince = "0.1.0"', '\nsince = "x"', 1))
    line = text.splitlines().index('since = "0.1.0"') + 1
    assert f"{RULE}:{line}: since: must be a release like 0.1.0" in faults_of(pack_folder)


def test_all_faults_are_told_at_once(pack_folder):
    edit(pack_folder, RULE, 'since = "0.1.0"', 'since = "soon"')
    edit(pack_folder, RULE, 'status = "stable"', 'status = "old"')
    edit(pack_folder, "limits/limit/rule.toml", 'since = "0.1.0"', 'since = "later"')
    edit(pack_folder, "callees.toml", "MAP_TYPE = 0xF", "MAP_TYPE = [")
    (pack_folder / "limits/syntax/rule.toml").write_bytes(b"\xff")
    (pack_folder / "limits/platform/rule.toml").unlink()
    faults = faults_of(pack_folder)
    for path, count in [
        (RULE, 2),
        ("limits/limit/rule.toml", 1),
        ("callees.toml", 1),
        ("limits/syntax/rule.toml", 1),
        ("limits/platform/rule.toml", 1),
    ]:
        assert sum(fault.startswith(path + ":") for fault in faults) == count, (path, faults)


def test_a_syntax_error_names_its_line(pack_folder):
    line = edit(pack_folder, RULE, 'status = "stable"', "status = stable")
    assert any(fault.startswith(f"{RULE}:{line}: ") for fault in faults_of(pack_folder))


def test_an_id_belongs_to_one_rule(pack_folder):
    copy = pack_folder / "transition/write-exec-mapping"
    copy.mkdir()
    (copy / "rule.toml").write_text((pack_folder / RULE).read_text())
    assert faults_of(pack_folder) == [
        "transition/write-exec-mapping/rule.toml:1: the id is taken by mapping/write-exec-mapping"
    ]


@pytest.mark.parametrize(
    ("gone", "missing"),
    [
        ("limits/parameter", "limits/parameter/rule.toml:1: the pack has no such file"),
        ("mapping/write-exec-mapping", "no rule of verdict violation covers a callee of role map"),
        ("transition/make-executable", "no rule of verdict executable covers a callee of role protect"),
        ("platform/read-implies-exec", "no rule of verdict violation covers a callee of role personality"),
    ],
)
def test_no_verdict_may_be_left_without_a_rule(pack_folder, gone, missing):
    (pack_folder / gone / "rule.toml").unlink()
    (pack_folder / gone).rmdir()
    assert any(missing in fault for fault in faults_of(pack_folder))


def test_a_folder_that_is_no_pack_has_faults_and_no_traceback(tmp_path):
    assert "callees.toml:1: the pack has no such file, or it can't be read" in faults_of(tmp_path)


def test_hidden_and_generated_folders_are_no_rules(pack_folder):
    (pack_folder / "mapping/__pycache__").mkdir()
    (pack_folder / ".git/objects").mkdir(parents=True)
    assert load_pack(pack_folder).rules


def test_a_narrow_pack_withholds_what_it_can_not_justify(pack_folder):
    """The pack that ships fits every data mapping, so this limit can only be met by another."""
    for narrowed in ("shared-data-memory", "private-data-memory"):
        (pack_folder / "benign" / narrowed / "rule.toml").unlink()
        (pack_folder / "benign" / narrowed).rmdir()
    site = Site(
        id="s",
        artifact="a.c",
        sha256="",
        language="c",
        location=Span("a.c", 1, 1, 1, 0, 9),
        function="f",
        callee=Callee("mmap", "mmap"),
        role=Role.MAP,
        platform="posix",
        protections=ProtSet.of([3]),
        map_flags=MapFlags((0x22,), (Sharing.PRIVATE,), Maybe.ALWAYS),
        region="s",
    )
    (finding,) = classify([site], load_pack(pack_folder), coverage_gaps=False)
    assert (finding.verdict, finding.rule) == (Verdict.UNRESOLVED, "no-justification")
