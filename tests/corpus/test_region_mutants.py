"""No region of any program stays benign when its memory is made executable on some other way to it.

Every benign mapping call of the agreement programs and of the pinned projects is put into each of the expressions of
``corpus/region_mutants.py``. An ordinary run takes a fixed sample of them, the matrix all.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import corpus
import pytest
from corpus.region_mutants import KINDS, region_mutants

from mapproof.classify.opening import builtin_rules
from mapproof.classify.pack import load_pack
from mapproof.model.callee import Role
from mapproof.model.location import Span
from mapproof.model.verdict import Verdict
from mapproof.scan import Options, scan

WHOLE = os.environ.get("MAPPROOF_MATRIX") == "1"
AGREEMENT = Path(__file__).resolve().parents[1] / "agreement" / "c"
PROGRAMS = sorted(path for path in AGREEMENT.iterdir() if path.suffix in {".c", ".cpp"})
PROJECTS = [manifest.name for manifest in corpus.manifests() if not manifest.name.startswith("sqlite-")]
"""SQLite has mutants of its own, and more of them (``test_mutants.py``)."""

SAMPLE = ["out_parameter.c", "guard_pages.c", "wrapper_depth.c", "dynamic_initializers.cpp", "shadowed_names.c"]
NO_ROOM = {"macro_variadic.c", "macro_pastes_tokens.c"}
"""Programs in which a macro takes the call apart: the text that would be put around it stands in the macro's use."""


@cache
def pack():
    return load_pack(builtin_rules())


def benign_maps(root: Path):
    """The benign mapping calls in functions below a path, with the file and the text of each.

    Not those in a macro's body: its parameters may be named like a mutant's own names, as ``m_kept.p`` there.
    """
    for finding in scan([str(root)], pack(), Options()).findings:
        site = finding.site
        if (
            site.function is None
            or finding.verdict is not Verdict.BENIGN
            or site.role is not Role.MAP
            or not isinstance(site.location, Span)
        ):
            continue
        data = Path(site.location.path).read_bytes()
        text = data[site.location.start : site.location.end]
        if text.endswith(b")") and text.startswith(site.callee.written.encode()):
            yield site, data


def still_benign(root: Path, chosen) -> tuple[int, list[str]]:
    """How many mutants were made, and those that leave their call benign, or of which there is no call."""
    count, wrong = 0, []
    for site, data in list(benign_maps(root)):
        file = Path(site.location.path)
        platform = "win32" if site.platform == "win32" else "posix"
        for mutant in region_mutants(data, site.location.start, site.location.end, platform):
            if not chosen(mutant.name, count):
                continue
            count += 1
            wrong += [
                f"{file.name}:{site.location.line} {mutant.name}: {verdict or 'no call'}"
                for verdict in judged(root, file, mutant, site)
                if verdict in {None, Verdict.BENIGN}
            ]
    return count, wrong


def judged(root: Path, file: Path, mutant, site):
    """The verdicts on the mutant's call; ``None`` where there is none."""
    from mapproof.frontends.files import overlaid  # noqa: PLC0415  not needed to collect the tests

    with overlaid({str(file): mutant.text}):
        report = scan([str(root)], pack(), Options())
    line = site.location.line + mutant.shift
    found = [
        finding.verdict
        for finding in report.findings
        if finding.site.location.path == site.location.path
        and finding.site.location.line == line
        and finding.site.callee.written == site.callee.written
    ]
    return found or [None]


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_of_mutants_is_never_benign(name):
    count, wrong = still_benign(AGREEMENT / name, lambda kind, _: kind in {"global", "two-calls-deep", "ifdef"})
    assert count
    assert not wrong


def test_the_kinds_are_those_that_were_asked_for():
    asked = {"same-function", "callee", "field", "global", "two-calls-deep", "ifdef", "remap"}
    assert asked <= KINDS.keys()


@pytest.mark.skipif(not WHOLE, reason="`make matrix` runs all of some 3,000 mutants")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_no_mutant_of_a_program_is_benign(program):
    _count, wrong = still_benign(program, lambda _kind, _number: True)
    assert not [one for one in wrong if program.name not in NO_ROOM or "no call" not in one]


@pytest.mark.corpus
@pytest.mark.skipif(not WHOLE, reason="`make matrix` runs them: each is a scan of a whole project")
@pytest.mark.parametrize("name", PROJECTS)
def test_no_mutant_of_a_project_is_benign(name):
    tree = corpus.path(name)
    if tree is None:
        message = f"{name} was not fetched: run `python -m corpus.fetch {name}`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    _count, wrong = still_benign(tree, lambda _kind, _number: True)
    assert not [one for one in wrong if "no call" not in one]
