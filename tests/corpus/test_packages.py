"""Debian's libsqlite3 on several processors, and wheels with SQLite inside: every call known, and judged."""

from __future__ import annotations

import os

import pytest
from corpus.packages import packages

pytestmark = pytest.mark.corpus

WHOLE = os.environ.get("MAPPROOF_MATRIX") == "1"


PROVED = {"libsqlite3-0-amd64", "libsqlite3-0-arm64"}
"""Whose calls the checker proves without the engine."""


@pytest.mark.parametrize("package", [one for one in packages() if one.name in PROVED], ids=lambda package: package.name)
def test_the_checker_follows_every_call(package) -> None:
    if not package.fetched:
        pytest.skip(f"{package.name} was not fetched: run `python -m corpus.packages {package.name}`")
    from mapproof.classify.opening import builtin_rules  # noqa: PLC0415  not needed to collect the tests
    from mapproof.classify.pack import load_pack  # noqa: PLC0415  nor here
    from mapproof.commands.members import members_of  # noqa: PLC0415  nor here
    from mapproof.verify.certificate import Court, protections_of  # noqa: PLC0415  nor here

    table = load_pack(builtin_rules()).callees
    ((name, data),) = [one for one in members_of(str(package.path), 1 << 28) if one[1].startswith(b"\x7fELF")]
    court = Court({name: data}, table, {})
    for _, address, _, protections in package.expected:
        start = int(address, 16)
        primitive = next(one for one in ("mmap64", "mremap") if start in court.calls(one))
        assert tuple(protections_of(court.chain(name, start, primitive, primitive))) == protections


@pytest.mark.parametrize("package", packages(), ids=lambda package: package.name)
def test_every_mapping_call_is_known_and_judged(package) -> None:
    if not WHOLE and not package.quick:
        pytest.skip("read by `make matrix`")
    if not package.fetched:
        pytest.skip(f"{package.name} was not fetched: run `python -m corpus.packages {package.name}`")
    from mapproof.classify.opening import builtin_rules  # noqa: PLC0415  not needed to collect the tests
    from mapproof.classify.pack import load_pack  # noqa: PLC0415  nor here
    from mapproof.model.verdict import Verdict  # noqa: PLC0415  nor here
    from mapproof.scan import scan  # noqa: PLC0415  nor here

    report = scan([str(package.path)], load_pack(builtin_rules()))
    found = [
        (
            finding.site.artifact.rpartition("/")[2],
            finding.site.location.position,
            finding.rule,
            tuple(str(protection) for protection in finding.site.protections),
        )
        for finding in report.findings
    ]
    assert sorted(found) == sorted(package.expected)
    assert len(report.errors) == package.gaps
    assert not [
        finding
        for finding in report.findings
        if finding.verdict is Verdict.BENIGN and (finding.site.open or finding.site.protections.may_execute)
    ]
