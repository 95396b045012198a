"""The documents that others read: each is valid by the rules of its format, and says what the answers say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource

from mapproof.commands.settling import FORMAT as SUPPRESSIONS
from mapproof.commands.triage import FORMATS
from mapproof.errors import MapproofError
from mapproof.model.answer import Outcome
from mapproof.report.answers.base import formats

from .conftest import log
from .documents import HOSTILE, RENDERING, rendered, six

SCHEMAS = Path(__file__).with_name("schemas")


@pytest.fixture
def found(answers, tmp_path):
    return six(answers, tmp_path)


def test_the_help_names_every_format(found):
    assert sorted(FORMATS) == sorted([*formats(), SUPPRESSIONS.name])
    for name in formats():
        rendered(name, found)


@pytest.fixture(scope="module")
def cyclonedx():
    """The schema as the CycloneDX project publishes it; cyclonedx-python-lib (Apache-2.0, a test dependency) has it."""
    spec = find_spec("cyclonedx")
    assert spec is not None, "cyclonedx-python-lib is not installed: pip install -e '.[test]'"
    folder = Path(spec.submodule_search_locations[0]) / "schema" / "_res"
    names = ("bom-1.6", "spdx", "jsf-0.82")
    schemas = [json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text()) for name in names]
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas)
    return jsonschema.Draft7Validator(schemas[0], registry=registry)


def test_cyclonedx_is_valid_and_says_the_answers(found, cyclonedx):
    document = json.loads(rendered("cyclonedx", found))
    cyclonedx.validate(document)
    said = {one["bom-ref"]: one for one in document["vulnerabilities"]}
    assert [one["analysis"]["state"] for one in said.values()] == [
        "false_positive", "not_affected", "exploitable", "exploitable", "in_triage", "in_triage", "in_triage",
    ]  # fmt: skip
    assert said["alert-2"]["analysis"]["justification"] == "protected_at_runtime"
    assert said["alert-3"]["analysis"]["response"] == ["will_not_fix"]
    assert said["alert-1"]["cwes"] == [732]
    digest = found.answers[0].proofs[0]
    assert digest in said["alert-1"]["analysis"]["detail"]
    assert {"name": "mapproof:proof", "value": digest} in said["alert-1"]["properties"]
    files = {one["bom-ref"]: one for one in document["components"]}
    (affected,) = said["alert-1"]["affects"]
    assert files[affected["ref"]]["hashes"] == [{"alg": "SHA-256", "content": found.held()["shared.c"].sha256}]
    document["vulnerabilities"][0]["analysis"]["state"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        cyclonedx.validate(document)


def test_openvex_keeps_to_its_specification(found):
    """Its project ships the schema in no package: the file beside this test has its constraints."""
    document = json.loads(rendered("openvex", found))
    validator = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "openvex.json").read_text()))
    validator.check_schema(validator.schema)
    validator.validate(document)
    said = document["statements"]
    assert [one["status"] for one in said] == [
        "not_affected", "not_affected", "affected", "affected",
        "under_investigation", "under_investigation", "under_investigation",
    ]  # fmt: skip
    assert said[0]["justification"] == "vulnerable_code_not_present"
    assert found.answers[1].proofs[0] in said[1]["impact_statement"]
    assert said[3]["action_statement"] == found.answers[3].settles
    assert document["author"] == "Ada <&>"
    for broken in ({"status": "not_affected"}, {"status": "affected"}, {"status": "fixed", "impact_statement": "x"}):
        document["statements"] = [{"vulnerability": {"name": "x"}, "products": [{"@id": "pkg:generic/x"}], **broken}]
        assert not validator.is_valid(document)


def csaf(path: Path) -> subprocess.CompletedProcess[str]:
    """CSAF's own schema and the mandatory tests of its standard (6.1), by the package csaf (MIT, a test dependency)."""
    command = [sys.executable, "-W", "ignore", "-m", "csaf", "validate", "--spec-version", "v20", "--no-network", path]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_csaf_passes_the_mandatory_tests_of_its_standard(found, tmp_path):
    assert find_spec("csaf") is not None, "csaf is not installed: pip install -e '.[test]'"
    path = tmp_path / "answers.json"
    path.write_text(rendered("csaf", found))
    done = csaf(path)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(path.read_text())
    said = [next(iter(one["product_status"])) for one in document["vulnerabilities"]]
    assert said[:4] == ["known_not_affected", "known_not_affected", "known_affected", "known_affected"]
    assert set(said[4:]) == {"under_investigation"}
    del document["vulnerabilities"][1]["threats"]
    path.write_text(json.dumps(document))
    done = csaf(path)
    assert done.returncode != 0, "an impact statement is missing"
    assert "[FAIL] 6.1.27" in done.stdout


@pytest.mark.parametrize("name", ["openvex", "csaf"])
def test_a_format_that_needs_an_alert_says_so(name, answers):
    with pytest.raises(MapproofError, match="there is no alert"):
        formats()[name].render(answers(log()), RENDERING)


def test_the_reply_can_be_read_by_who_has_never_heard_of_it(found):
    text = rendered("md", found)
    assert "7 alerts in, 7 answered: 1 refuted, 1 true-but-benign, 1 accepted, 1 confirmed, 2 undecided" in text
    assert "### Alert 2: true, and harmless" in text
    assert "**What this memory is for.**" in text
    assert "`mapproof verify proofs/" in text
    assert "the processor refuses to run any of it" in text
    assert "**What can be done.**" in text
    outside = re.sub(r"`[^`]*`", "", text)  # what stands in a code span is shown, never obeyed
    assert "`@ada`" in text
    assert "onerror" in outside
    assert "://" not in outside
    assert "@ada" not in outside, "nobody is called by what a tool was made to say"
    assert not re.search(r"(?<!\\)<img|(?<!\\)\[a\]|\n[=|]", outside)


def test_alerts_with_one_answer_are_answered_together(found):
    again = replace(found.answers[1], alert=replace(found.answers[1].alert, number=8))
    text = rendered("md", replace(found, answers=(*found.answers, again)))
    assert "### Alerts 2, 8: true, and harmless" in text


def test_no_answer_is_lost(found):
    for name, count in (("json", "answers"), ("cyclonedx", "vulnerabilities"), ("openvex", "statements"),
                        ("csaf", "vulnerabilities")):  # fmt: skip
        assert len(json.loads(rendered(name, found))[count]) == 7
    assert HOSTILE.isprintable() is False
    assert {one.outcome for one in found.answers} == set(Outcome)
