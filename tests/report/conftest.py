"""Hand-made findings: what the report room renders, with no analysis in sight."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from mapproof.model.callee import Role
from mapproof.model.condition import defined
from mapproof.model.evidence import Step, StepKind
from mapproof.model.location import Address, Span
from mapproof.model.protection import Prot, ProtSet
from mapproof.model.region import Reach, Region, Transition
from mapproof.model.report import Report
from mapproof.model.site import Artifact, Callee, Coverage, Finding, MapFlags, Maybe, Openness, Sharing, Site
from mapproof.model.verdict import Assumption, Obligation, Reason, Status, Verdict

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = b"""\
#include <sys/mman.h>

void *shm_map(int fd, long n, int ro){
\tvoid *p = osMmap(0, n,
\t\t\tro ? PROT_READ : PROT_READ|PROT_WRITE,
\t\t\tMAP_SHARED, fd, 0);
\treturn p;
}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "shm.c"
    path.write_bytes(SOURCE)
    return path


def span_of(path: str, content: bytes, text: bytes, until: bytes | None = None) -> Span:
    """The span of the first ``text`` (through the first ``until`` after it) in ``content``."""
    start = content.index(text)
    end = content.index(until, start) + len(until) if until else start + len(text)
    line = content.count(b"\n", 0, start) + 1
    column = len(content[content.rfind(b"\n", 0, start) + 1 : start].decode(errors="backslashreplace")) + 1
    return Span(path, line, column, line + content.count(b"\n", start, end), start, end)


@pytest.fixture
def site(source: Path) -> Site:
    """A shared mapping through a macro and a table, whose protection stands in the third argument."""
    path = str(source)
    token = span_of(path, SOURCE, b"PROT_READ")
    other = span_of(path, SOURCE, b"MAP_SHARED")
    return Site(
        id="site-1",
        artifact=path,
        sha256=sha256(SOURCE).hexdigest(),
        language="c",
        location=span_of(path, SOURCE, b"osMmap(", b"fd, 0)"),
        function="shm_map",
        callee=Callee("osMmap", "mmap", ("macro", "table")),
        role=Role.MAP,
        platform="posix",
        protections=ProtSet.of([1, 3]),
        presence=~defined("OMIT_WAL"),
        conditions=((Prot(3), defined("READWRITE")),),
        masks=(3, 1),
        map_flags=MapFlags((1,), (Sharing.SHARED,), Maybe.NEVER),
        descriptor=("parameter fd",),
        region="region-1",
        source=SOURCE[SOURCE.index(b"osMmap(") : SOURCE.index(b";\n\treturn")].decode(),
        evidence=(
            Step(StepKind.TOKEN, "PROT_READ", token),
            Step(StepKind.CONSTANT, "PROT_READ", name="PROT_READ", value=1, premises=(0,)),
            Step(StepKind.TOKEN, "MAP_SHARED", other),
            Step(StepKind.DECODE, "r--", name="posix", value=1, premises=(1,)),
        ),
    )


@pytest.fixture
def benign(site: Site) -> Finding:
    return Finding(
        site=site,
        verdict=Verdict.BENIGN,
        rule="sqlite-wal-index",
        reason="never executable: r-- or rw- in every configuration",
        obligations=(
            Obligation("O1", Status.PROVED, "osMmap comes down to mmap"),
            Obligation("O4", Status.ASSUMED, "no personality call in scope", (Assumption.GNU_STACK,)),
        ),
        assumptions=(Assumption.TABLE_CONSTANT, Assumption.GNU_STACK),
    )


@pytest.fixture
def violation(site: Site) -> Finding:
    place = site.location
    assert isinstance(place, Span)
    return Finding(
        site=replace(site, id="site-2", protections=ProtSet.of([7]), conditions=(), region=None),
        verdict=Verdict.VIOLATION,
        rule="write-exec-mapping",
        reason="the mapping is writable and executable at once",
        remedy="drop PROT_EXEC, or map twice",
        obligations=(Obligation("O2", Status.FAILED, "rwx has x"),),
    )


@pytest.fixture
def unresolved(site: Site) -> Finding:
    return Finding(
        site=replace(
            site,
            id="site-3",
            language="elf",
            artifact="lib.so",
            location=Address("lib.so", 0, 5),
            function=None,
            callee=Callee("mmap", "mmap"),
            protections=ProtSet(0xFF),
            conditions=(),
            masks=None,
            map_flags=None,
            region=None,
            source="",
            open_because=(
                Openness(Reason.PARAMETER, "`prot` is parameter 2 of exported `xmap`", "scan the callers of xmap"),
            ),
            evidence=(),
        ),
        verdict=Verdict.UNRESOLVED,
        rule="parameter",
        reason="`prot` is parameter 2 of exported `xmap`; no caller in scope",
    )


@pytest.fixture
def report(benign: Finding, violation: Finding, unresolved: Finding) -> Report:
    place = benign.site
    return Report(
        artifacts=(Artifact(place.artifact, place.sha256, "c", len(SOURCE), 2),),
        findings=(unresolved, benign, violation),
        errors=(
            Coverage("broken.c", "parse", "an #if splits a brace", 12),
            Coverage("gone", "missing", "no such file"),
        ),
        files=3,
        seconds=0.25,
        rule_pack="c0ffee",
        regions=(
            Region(
                id="region-1",
                born_at="site-1",
                born=ProtSet.of([1, 3]),
                open=False,
                states=ProtSet.of([1, 3, 5]),
                transitions=(Transition("site-2", ProtSet.of([5]), Reach.THIS),),
                moved_at=(),
                views=(),
                life="{r--, rw-} -> r-x",
            ),
        ),
    )
