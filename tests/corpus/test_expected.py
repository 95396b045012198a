"""What was read by hand in real programs, held against what the tool says of them."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import corpus
import pytest
from corpus import reading

if TYPE_CHECKING:
    from mapproof.model.condition import Condition
    from mapproof.model.report import Report
    from mapproof.model.site import Finding

pytestmark = pytest.mark.corpus

WHOLE = os.environ.get("MAPPROOF_MATRIX") == "1"
"""``make matrix`` reads every pinned program; the ordinary run SQLite and what is read within seconds."""

EVERY = [manifest.name for manifest in corpus.manifests()]
SQLITE = [name for name in EVERY if name.startswith("sqlite-")]
NAMES = EVERY if WHOLE else [*SQLITE, "lmdb"]


def tree_of(name: str) -> Path:
    """The fetched files of ``name``; without them the test is skipped aloud, and fails where CI must have them."""
    tree = corpus.path(name)
    if tree is None:
        message = f"{name} was not fetched: run `python -m corpus.fetch {name}`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return tree


@lru_cache(maxsize=1)
def rules():
    from mapproof.classify.pack import builtin_rules, load_pack  # noqa: PLC0415  not needed to collect the tests

    return load_pack(builtin_rules())


@cache
def report_on(tree: Path) -> Report:
    from mapproof.scan import Options, scan  # noqa: PLC0415  not needed to collect the tests

    return scan([str(tree)], rules(), Options())


def got(finding: Finding, tree: Path) -> reading.Got:
    """A finding in the words of a reading."""
    site = finding.site
    return reading.Got(
        file=Path(site.location.path).resolve().relative_to(tree.resolve()).as_posix(),
        line=site.location.line,
        function=site.function,
        written=site.callee.written,
        primitive=site.callee.primitive,
        role=site.role.value,
        protections=frozenset(str(protection) for protection in site.protections),
        open=site.open,
        sharing=None if site.map_flags is None else frozenset(one.value for one in site.map_flags.sharing),
        conditions={str(protection): str(condition) for protection, condition in site.conditions},
        verdict=finding.verdict.value,
        rule=finding.rule,
    )


def reported(name: str) -> tuple[list[reading.Got], Report, Path]:
    tree = tree_of(name)
    report = report_on(tree)
    return [got(finding, tree) for finding in report.findings], report, tree


def read(name: str) -> tuple[reading.Expected, ...]:
    manifest = next(manifest for manifest in corpus.manifests() if manifest.name == name)
    return reading.load(manifest.folder / "expected.json")


def say(faults: list[str]) -> None:
    """Fail with every fault on a line of its own."""
    if faults:
        pytest.fail(f"{len(faults)} differences\n" + "\n".join(faults), pytrace=False)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_promised_that_the_source_does_not_keep(name):
    """No site is missed, none is narrower than it was read, and none that may become executable is benign."""
    found, _report, _tree = reported(name)
    say([str(fault) for fault in reading.mismatches(read(name), found) if fault.unsound])


@pytest.mark.parametrize("name", NAMES)
def test_the_report_says_what_was_read(name):
    found, _report, _tree = reported(name)
    say([str(fault) for fault in reading.mismatches(read(name), found) if not fault.unsound])


@pytest.mark.parametrize("name", NAMES)
def test_presence_conditions_are_those_that_were_read(name):
    """A protection said to need a condition needs just that one: narrower hides it, wider accuses too many builds."""
    wanted = {(site.file, site.line): site for site in read(name) if site.conditions}
    _found, report, tree = reported(name)
    faults = []
    for finding in report.findings:
        one = got(finding, tree)
        site = wanted.get((one.file, one.line))
        actual = {str(protection): condition for protection, condition in finding.site.conditions}
        for protection, text in (site.conditions if site else {}).items():
            condition = actual.get(protection)
            if condition is None and site.inherits:
                continue
            if condition is None or not equal(condition, parsed(text)):
                faults.append(f"{site.place}: expected {protection} when {text}, got when {condition}")
    say(faults)


def parsed(text: str) -> Condition:
    """A conjunction of ``defined(X)``, ``!defined(X)``, ``X`` (not zero) and ``!X``, as readings write conditions."""
    from mapproof.model.condition import TRUE, defined, nonzero  # noqa: PLC0415  not needed to collect the tests

    result = TRUE
    for literal in text.split(" && "):
        bare = literal.removeprefix("!")
        name = bare.removeprefix("defined(").removesuffix(")")
        atom = defined(name) if bare.startswith("defined(") else nonzero(name)
        result &= ~atom if literal.startswith("!") else atom
    return result


def equal(one: Condition, other: Condition) -> bool:
    """Whether two conditions hold in the same builds."""
    return one.implies(other) and other.implies(one)


@pytest.mark.parametrize("name", SQLITE)
def test_sqlite_is_decided_to_the_last_site(name):
    found, report, _tree = reported(name)
    say([f"undecided: {one}" for one in found if one.verdict == "unresolved"])
    say([f"not covered: {gap.path}:{gap.line} {gap.kind} {gap.detail}" for gap in report.errors])
    say([f"evidence does not replay: {identity}" for identity in sorted(report.unverified)])


def test_every_folder_has_a_reading_of_files_it_pins():
    for manifest in corpus.manifests():
        tree = corpus.path(manifest.name)
        for site in reading.load(manifest.folder / "expected.json"):
            if tree is None:
                continue
            line = (tree / site.file).read_text(encoding="latin-1").splitlines()[site.line - 1]
            assert any(word in line for word in site.written), f"{manifest.name} {site.place}: the line is {line!r}"
