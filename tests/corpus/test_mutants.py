"""No change that makes memory executable leaves the mapping it touches benign: whole amalgamations, one change each."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import corpus
import pytest
from corpus import mutants

pytestmark = pytest.mark.corpus

NEWEST = "sqlite-3.54.1"
OLDER = ["sqlite-3.7.8", "sqlite-3.7.17", "sqlite-3.9.1", "sqlite-3.34.0", "sqlite-3.44.2"]
NAMES = mutants.names("mutation")
WHOLE = os.environ.get("MAPPROOF_MATRIX") == "1"
"""`make matrix` sets it: every mutation. Otherwise a fixed part that fits an ordinary run: each scan is of 9 MB."""

CHOSEN = [(NEWEST, name) for name in (NAMES if WHOLE else NAMES[::4])] + [
    (version, name)
    for number, version in enumerate(OLDER)
    for name in (NAMES[number % 3 :: 3] if WHOLE else NAMES[3 * number :: 45])
]
"""The newest version takes every mutation; of the older ones, each takes a third, so that each third meets two eras."""


@pytest.fixture(scope="module")
def sources():
    """The text of an amalgamation; without it the test is skipped aloud, and fails where CI must have it."""
    known = {}

    def source_of(version):
        tree = corpus.path(version)
        if tree is None:
            message = f"{version} was not fetched: run `python -m corpus.fetch {version}`"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
        if version not in known:
            known[version] = mutants.read(tree / "sqlite3.c")
        return known[version]

    return source_of


def judged(mutant):
    """What is said of the sites that each affected entry means: the entry, its verdicts with rule and protections."""
    from mapproof.classify.pack import builtin_rules, load_pack  # noqa: PLC0415  not needed to collect the tests
    from mapproof.scan import Options, scan  # noqa: PLC0415  not needed to collect the tests

    with TemporaryDirectory() as folder:
        mutant.write(Path(folder))
        report = scan([folder], load_pack(builtin_rules()), Options())
    lines = {name: text.split("\n") for name, text in mutant.files.items()}
    for one in mutant.affected:
        said = []
        for finding in report.findings:
            site = finding.site
            line = lines[Path(site.location.path).relative_to(folder).as_posix()][site.location.line - 1]
            if one.matches(site.function, site.callee.written, line):
                said.append((finding.verdict.value, finding.rule, str(site.protections)))
        yield f"{one.function} calls {one.written}", said


@pytest.mark.parametrize(("version", "name"), CHOSEN)
def test_a_mutant_is_never_benign(sources, version, name):
    mutant = mutants.mutant(sources(version), name)
    if mutant is None:
        pytest.skip(f"{version} has no room for it")
    for what, said in judged(mutant):
        assert said or mutant.vanishes, f"{what}: expected a site that is not benign, got none"
        for verdict, rule, rights in said:
            assert verdict != "benign", f"{what}: benign by {rule} with {rights}"


@pytest.mark.parametrize("name", mutants.names("harmless"))
@pytest.mark.parametrize("version", [NEWEST, "sqlite-3.7.8"])
def test_what_only_looks_dangerous_stays_benign(sources, version, name):
    for what, said in judged(mutants.mutant(sources(version), name)):
        assert said, f"{what}: expected a benign site, got none"
        for verdict, rule, rights in said:
            assert verdict == "benign", f"{what}: {verdict} by {rule} with {rights}"


@pytest.mark.parametrize(("version", "least"), [(NEWEST, 175), *((version, 155) for version in OLDER)])
def test_every_version_has_room_for_the_mutations(sources, version, least):
    source = sources(version)
    made = list(mutants.mutants(source))
    assert len(made) >= least
    assert all(mutant.files["sqlite3.c"] != source or len(mutant.files) > 1 for mutant in made)
    assert len({hash(tuple(sorted(mutant.files.items()))) for mutant in made}) == len(made)
