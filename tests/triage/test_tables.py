"""Tables of tools without a public format, read by the columns that the policy names."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mapproof.errors import PackError
from mapproof.policy.find import named

from .conftest import REPORTS

POLICY = """\
[[alerts]]
tool = "House Scanner"
rule = "Check"
path = "Where"
line = "Row"
message = "What is said"
severity = "How bad"

[[alerts]]
tool = "House Scanner 2"
rule = "check"
path = "at.file"
message = "text"
"""


@pytest.fixture
def policy(tmp_path):
    def read(text: str):
        (tmp_path / "mapproof.toml").write_text(text)
        return named(str(tmp_path / "mapproof.toml"), lambda path: Path(path).read_bytes())

    return read


def test_a_table_is_read_by_its_columns(answers, policy):
    rules = policy(POLICY)
    shutil.copytree(REPORTS / "target", "src")
    found = answers((REPORTS / "house-scanner.csv").read_bytes(), ["src/maps.c"], policy=rules)
    assert (found.files[0].format, found.files[0].tools) == ("columns", ("House Scanner",))
    assert [(answer.alert.rule, answer.alert.place.line) for answer in found.answers] == [
        ("mem-001", 7), ("mem-002", 12), ("mem-001", 3),
    ]  # fmt: skip
    assert [answer.outcome.value for answer in found.answers] == ["undecided", "confirmed", "not-covered"]


def test_json_lines_and_lists_are_read_by_paths_of_keys(answers, policy):
    rules = policy(POLICY.replace('message = "text"', 'message = "text"\nline = "at.row"\naddress = "at.pc"'))
    lines = policy(POLICY)
    shutil.copytree(REPORTS / "target", "src")
    data = (REPORTS / "house-scanner.jsonl").read_bytes()
    found = answers(data, ["src/data.c"], ["src/libdata.so"], policy=lines)
    assert [answer.outcome.value for answer in found.answers] == ["not-covered", "true-but-benign"]
    rows = data.strip().splitlines()
    found = answers(b"[" + b",".join([rows[0], b"7", rows[1]]) + b"]", ["src/maps.c"], policy=lines)
    assert [answer.outcome.value for answer in found.answers][1] == "undecided"
    assert not answers(data, policy=rules).answers, "a table without its columns is another tool's"


def test_a_bad_line_costs_that_line(answers, policy):
    data = (REPORTS / "house-scanner.jsonl").read_bytes()
    found = answers(data + b"{torn\n" + data, policy=policy(POLICY))
    assert len(found.answers) == 5
    assert found.answers[2].alert.fault
    assert found.answers[2].alert.pointer == "line 3"


def test_without_a_mapping_it_is_said_how_to_give_one(answers):
    found = answers((REPORTS / "house-scanner.csv").read_bytes())
    assert "[[alerts]] in the policy" in found.files[0].fault


def test_a_mapping_must_say_where_words_stand(policy):
    with pytest.raises(PackError, match=r"mapproof.toml:1: message: name the column of the rule or of the message"):
        policy('[[alerts]]\ntool = "X"\npath = "File"\n')
    with pytest.raises(PackError, match="colour: is not a known key"):
        policy('[[alerts]]\ntool = "X"\nrule = "R"\ncolour = "File"\n')
