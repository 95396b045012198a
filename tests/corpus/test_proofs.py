"""SQLite's amalgamation proved without the engine; and no change that makes memory executable is taken for harmless."""

from __future__ import annotations

import os

import corpus
import pytest
from corpus import mutants

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.commands.proving import checked
from mapproof.model.verdict import Verdict
from mapproof.scan import Options, Together, scan
from mapproof.verify.certificate import Court
from mapproof.verify.claim import Claim, Derivation
from mapproof.verify.text import Ambiguous

pytestmark = pytest.mark.corpus

VERSION = "sqlite-3.50.4"
NAMES = mutants.names("mutation")
CHOSEN = NAMES if os.environ.get("MAPPROOF_MATRIX") == "1" else NAMES[5::24]


@pytest.fixture(scope="module")
def amalgamation():
    """The file; without it the test is skipped aloud, and fails where CI must have it."""
    tree = corpus.path(VERSION)
    if tree is None:
        message = f"{VERSION} was not fetched: run `python -m corpus.fetch {VERSION}`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return tree / "sqlite3.c"


def rights(files: dict[str, bytes]) -> set[str] | None:
    """What the checker finds all calls may ask for; ``None`` where it refuses the text."""
    court = Court(files, load_pack(builtin_rules()).callees, {})
    derivation = Derivation(court.rules)
    try:
        return set(derivation.steps[derivation.prove(Claim("program"))].conclusion.rights)
    except Ambiguous:
        return None


def test_every_benign_site_is_proved_again(amalgamation):
    pack = load_pack(builtin_rules())
    together: list[Together] = []
    report = scan([str(amalgamation)], pack, Options(), None, together)
    report = checked(report, together, pack, Options())
    benign = {finding.site.id for finding in report.findings if finding.verdict is Verdict.BENIGN}
    assert len(benign) == 16
    assert benign == {site for site, found in report.checked.items() if found.agrees and not found.gap}


def test_the_amalgamation_asks_for_no_execution(amalgamation):
    assert rights({"sqlite3.c": amalgamation.read_bytes()}) == {"r--", "rw-"}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_change_that_adds_execution_is_seen(name, amalgamation):
    mutant = mutants.mutant(mutants.read(amalgamation), name)
    if mutant is None:
        pytest.skip("this version has no place for the change")
    found = rights({path: text.encode("utf-8", "surrogateescape") for path, text in mutant.files.items()})
    assert found is None or any(right.endswith("x") for right in found)
