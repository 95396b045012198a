"""The policy: the nearest file wins, every fault is told with its line, the schema says the same."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from mapproof.errors import MapproofError, PackError
from mapproof.model.verdict import Assumption
from mapproof.policy.find import named, nearest
from mapproof.policy.policy import DEFAULT_FAIL_ON, STRICT_FAIL_ON, FailOn
from mapproof.policy.schema import policy_schema

FULL = """\
paths = ["src"]
exclude = ["src/third_party/**"]
undefines = ["DEBUG"]
include-dirs = ["include"]
compile-commands = "build/compile_commands.json"
fail-on = ["violation", "unresolved"]
assumptions = ["gnu-stack", "closed-world"]
world = "open"
rules = ["ci/rules"]
suppressions = "ci/s.toml"
baseline = "ci/b.json"

[defines]
NDEBUG = 1
MODE = "fast"

[[accept]]
path = "src/jit.c"
function = "emit"
reason = "the generator"
author = "Ada"
expires = "2030-01-31"
"""


def read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_everything_is_read_and_fits_the_schema(tmp_path):
    (tmp_path / "mapproof.toml").write_text(FULL)
    policy = nearest(str(tmp_path), read)
    assert policy.paths == ("src",)
    assert policy.defines == {"NDEBUG": "1", "MODE": "fast"}
    assert policy.fail_on == {FailOn.VIOLATION, FailOn.UNRESOLVED}
    assert policy.assumptions == {Assumption.GNU_STACK}, "an open world accepts no closed one"
    assert policy.accepted[0].function == "emit"
    assert policy.accepted[0].written_at == ("mapproof.toml", 17)
    schema = jsonschema.Draft202012Validator(policy_schema())
    schema.validate(tomllib.loads(FULL))
    assert not schema.is_valid({"path": ["src"]})


def test_the_nearest_wins_and_the_own_file_goes_first(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.mapproof]\npaths = ["top"]\n')
    assert nearest(str(inner), read).paths == ("top",)
    (tmp_path / "a" / "pyproject.toml").write_text('[project]\nname = "mapproof-user"\n')
    assert nearest(str(inner), read).paths == ("top",), "a file that says nothing of mapproof is passed over"
    (tmp_path / "a" / "mapproof.toml").write_text("strict = true\n")
    policy = nearest(str(inner), read)
    assert (policy.paths, policy.fail_on, policy.assumptions) == ((), STRICT_FAIL_ON, frozenset())
    assert policy.strict
    assert nearest(str(tmp_path), read).fail_on == DEFAULT_FAIL_ON


def test_every_fault_is_told_at_once_with_its_line(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\n[tool.mapproof]\npahts = ["src"]\nfail-on = ["violations"]\nworld = "flat"\n'
        'undefines = ["1X"]\nstrict = "yes"\n[[tool.mapproof.accept]]\npath = "a.c"\n'
    )
    with pytest.raises(PackError) as caught:
        nearest(str(tmp_path), read)
    said = caught.value.faults
    for line, words in (
        (4, "pahts: is not a known key: did you mean paths?"),
        (5, "violations is none of violation"),
        (6, "flat is none of closed, open"),
        (7, "1X is no macro's name"),
        (8, "strict: must be true or false"),
        (9, "reason: is missing"),
        (9, "expires: is missing"),
    ):
        assert any(fault.startswith(f"pyproject.toml:{line}: ") and words in fault for fault in said), (
            line,
            words,
            said,
        )


def test_broken_toml_is_a_fault_only_where_it_speaks_to_us(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project\n")
    assert nearest(str(tmp_path), read).path == ""
    (tmp_path / "pyproject.toml").write_text("[tool.mapproof\n")
    with pytest.raises(PackError, match=r"pyproject\.toml:1: "):
        nearest(str(tmp_path), read)


def test_a_file_that_is_named_must_be_there_and_speak(tmp_path):
    with pytest.raises(MapproofError, match="no such file"):
        named("none.toml", read)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(MapproofError, match="has no"):
        named("pyproject.toml", read)
