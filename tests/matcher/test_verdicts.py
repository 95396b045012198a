"""Site as data, among others as data, and the verdict: each claim with the twin that must not get it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapproof.classify.classify import classify
from mapproof.model.callee import Role
from mapproof.model.condition import defined
from mapproof.model.protection import Prot, ProtSet
from mapproof.model.site import PLACED, Callee, MapFlags, Maybe, Openness, Sharing
from mapproof.model.verdict import Assumption, Reason, Status, Verdict

from .conftest import (
    OUTSIDE,
    PRIVATE_FILE,
    SHARED_ANONYMOUS,
    SHARED_FILE,
    UNKNOWN_FLAGS,
    builtin,
    judged,
    make,
    mmap,
    mprotect,
    personality,
)

BENIGN, EXECUTABLE, VIOLATION, UNRESOLVED = (
    Verdict.BENIGN,
    Verdict.EXECUTABLE,
    Verdict.VIOLATION,
    Verdict.UNRESOLVED,
)


def wal_index(protections="r-- rw-", **others):
    """SQLite's wal-index mapping as the C frontend describes it."""
    given = {
        "function": "unixShmMap",
        "callee": Callee("osMmap", "mmap", ("macro", "table")),
        "map_flags": SHARED_FILE,
        "descriptor": ("field hShm",),
        "assumptions": (Assumption.TABLE_CONSTANT, Assumption.EXTERNAL_SYMBOL),
    }
    return mmap(protections, **given | others)


def windows(primitive, protections, **others):
    """A call of a Windows function."""
    role = builtin().callees.callees[primitive].role
    return make(role, primitive, protections, **others)


def shm_map(written, primitive, protections="r-- rw-", **others):
    """SQLite's wal-index on Windows."""
    return windows(
        primitive,
        protections,
        **{"function": "winShmMap", "callee": Callee(written, primitive, ("macro", "table"))} | others,
    )


def mremap(protections, **others):
    return make(Role.REMAP, "mremap", protections, 20, **others)


AT_BIRTH = [
    ("data is private memory", mmap("rw-"), BENIGN, "private-data-memory"),
    ("w and x together", mmap("rwx"), VIOLATION, "write-exec-mapping"),
    ("w and x without r", mmap("-wx"), VIOLATION, "write-exec-mapping"),
    ("one of several values has both", mmap("r-- rw- rwx"), VIOLATION, "write-exec-mapping"),
    ("w on one path and x on another never meet", mmap("rw- r-x"), UNRESOLVED, "discipline"),
    ("code that is never written", mmap("r-x", map_flags=PRIVATE_FILE), EXECUTABLE, "executable-mapping"),
    ("execute-only", mmap("--x"), EXECUTABLE, "executable-mapping"),
    ("reserved addresses", mmap("---"), BENIGN, "guard-pages"),
    ("no rights or some are not a guard", mmap("--- rw-"), BENIGN, "private-data-memory"),
    ("a file to read", mmap("r--", map_flags=PRIVATE_FILE), BENIGN, "read-only-file-mapping"),
    ("a shared file to read", mmap("r--", map_flags=SHARED_FILE), BENIGN, "read-only-file-mapping"),
    ("zeros to read", mmap("r--"), BENIGN, "private-data-memory"),
    ("a shared file to write", mmap("rw-", map_flags=SHARED_FILE), BENIGN, "shared-data-memory"),
    ("a private view of a file", mmap("rw-", map_flags=PRIVATE_FILE), BENIGN, "private-data-memory"),
    ("shared with children", mmap("rw-", map_flags=SHARED_ANONYMOUS), BENIGN, "shared-data-memory"),
    ("flags that are not known", mmap("rw-", map_flags=UNKNOWN_FLAGS), BENIGN, "shared-data-memory"),
    ("no flags at all", mmap("rw-", map_flags=None), BENIGN, "shared-data-memory"),
    ("write-only", mmap("-w-"), BENIGN, "private-data-memory"),
    ("no protection was found", mmap(""), UNRESOLVED, "limit"),
    ("every protection of a known mask", mmap("all", masks=(3,), platform="win32"), UNRESOLVED, "unknown-mask"),
    ("a segment", make(Role.MAP, "shmat", "rw-", map_flags=SHARED_FILE), BENIGN, "sysv-shared-memory"),
    ("an executable segment", make(Role.MAP, "shmat", "rwx", map_flags=SHARED_FILE), VIOLATION, "shm-exec-attach"),
    ("a segment of code", make(Role.MAP, "shmat", "r-x", map_flags=SHARED_FILE), EXECUTABLE, "executable-mapping"),
    ("vm_allocate", make(Role.MAP, "vm_allocate", "rw-"), BENIGN, "private-data-memory"),
    ("VirtualAlloc", windows("VirtualAlloc", "rw-"), BENIGN, "private-data-memory"),
    ("VirtualAlloc of code", windows("VirtualAlloc", "rwx"), VIOLATION, "write-exec-mapping"),
    ("a section", windows("CreateFileMappingW", "rw-"), BENIGN, "shared-data-memory"),
    ("an executable section", windows("CreateFileMappingW", "rwx"), VIOLATION, "write-exec-mapping"),
    ("a callee the pack does not know", make(Role.MAP, "my_map", "rw-"), UNRESOLVED, "unknown-call"),
    ("w and x of such a callee", make(Role.MAP, "my_map", "rwx"), VIOLATION, "write-exec-mapping"),
    ("a callee of another role", make(Role.MAP, "mprotect", "rw-"), UNRESOLVED, "unknown-call"),
]

OPEN = [
    ("nothing is known", mmap("all", open_because=OUTSIDE), UNRESOLVED, "parameter"),
    ("harmless as far as is known", mmap("r-- rw-", open_because=OUTSIDE), UNRESOLVED, "parameter"),
    ("no right as far as is known", mmap("---", open_because=OUTSIDE), UNRESOLVED, "parameter"),
    ("x as far as is known", mmap("r-x", open_because=OUTSIDE), UNRESOLVED, "parameter"),
    ("one caller passes both", mmap("rw- rwx", masks=(3, 7), open_because=OUTSIDE), VIOLATION, "write-exec-mapping"),
    ("a concrete mask among all", mmap("all", masks=(7,), open_because=OUTSIDE), VIOLATION, "write-exec-mapping"),
    ("both for certain, r unknown", mmap("-wx rwx", open_because=OUTSIDE), VIOLATION, "write-exec-mapping"),
    ("both perhaps", mmap("r-x rwx", open_because=OUTSIDE), UNRESOLVED, "parameter"),
    ("an mprotect", mprotect("r--", open_because=OUTSIDE), UNRESOLVED, "parameter"),
    ("SQLite's own name", wal_index(open_because=OUTSIDE), UNRESOLVED, "parameter"),
    ("a callee not known, too", make(Role.MAP, "my_map", "rw-", open_because=OUTSIDE), UNRESOLVED, "parameter"),
]

IDENTITY = [
    ("the wal-index", wal_index(), BENIGN, "sqlite-wal-index"),
    ("before 3.26", wal_index(descriptor=("field h",)), BENIGN, "sqlite-wal-index"),
    ("before 3.7.17", wal_index(callee=Callee("mmap", "mmap")), BENIGN, "sqlite-wal-index"),
    ("forged: x", wal_index("r-- rwx"), VIOLATION, "write-exec-mapping"),
    ("forged: x alone", wal_index("r-x"), EXECUTABLE, "executable-mapping"),
    ("no table", wal_index(callee=Callee("osMmap", "mmap", ("macro",))), BENIGN, "shared-data-memory"),
    ("another descriptor", wal_index(descriptor=("parameter 1",)), BENIGN, "shared-data-memory"),
    ("perhaps another", wal_index(descriptor=("field hShm", "parameter 1")), BENIGN, "shared-data-memory"),
    ("no descriptor", wal_index(descriptor=None), BENIGN, "shared-data-memory"),
    ("another function", wal_index(function="shmMap"), BENIGN, "shared-data-memory"),
    ("private", wal_index(map_flags=PRIVATE_FILE), BENIGN, "private-data-memory"),
    ("write-only", wal_index("-w-"), BENIGN, "shared-data-memory"),
    ("mapped I/O", wal_index("r--", function="unixRemapfile", descriptor=("field h",)), BENIGN, "sqlite-mmap-io"),
    ("mapped I/O, x", wal_index("r-x", function="unixRemapfile"), EXECUTABLE, "executable-mapping"),
    (
        "mapped I/O, direct",
        mmap("r--", function="unixRemapfile", map_flags=SHARED_FILE),
        BENIGN,
        "read-only-file-mapping",
    ),
    ("Windows, section", shm_map("osCreateFileMappingW", "CreateFileMappingW"), BENIGN, "sqlite-wal-index-windows"),
    ("Windows, view", shm_map("osMapViewOfFile", "MapViewOfFile"), BENIGN, "sqlite-wal-index-windows"),
    (
        "Windows, forged",
        shm_map("osMapViewOfFile", "MapViewOfFile", "rwx"),
        VIOLATION,
        "write-exec-mapping",
    ),
    (
        "Windows, mapped I/O",
        shm_map("osMapViewOfFile", "MapViewOfFile", "r--", function="winMapfile"),
        BENIGN,
        "sqlite-mmap-io",
    ),
]

LATER = [
    ("x anywhere", mmap("rw-"), [mprotect("r-x")], UNRESOLVED, "later-change"),
    ("x here", mmap("rw-"), [mprotect("r-x", touches=("r1",))], UNRESOLVED, "later-change"),
    ("x elsewhere", mmap("rw-"), [mprotect("r-x", touches=("r2",)), mmap("r--", 2)], BENIGN, "private-data-memory"),
    ("x on the stack", mmap("rw-"), [mprotect("r-x", touches=())], BENIGN, "private-data-memory"),
    ("no x anywhere", mmap("rw-"), [mprotect("r-- rw-")], BENIGN, "private-data-memory"),
    ("x perhaps", mmap("rw-"), [mprotect("r--", open_because=OUTSIDE)], UNRESOLVED, "later-change"),
    ("nothing known", mmap("rw-"), [mprotect("")], UNRESOLVED, "later-change"),
    ("w and x anywhere", wal_index(), [mprotect("rwx")], UNRESOLVED, "later-change"),
    (
        "the region is not known",
        mmap("rw-", region=None),
        [mprotect("r-x", touches=("r2",))],
        UNRESOLVED,
        "later-change",
    ),
    (
        "x after a move",
        mmap("rw-"),
        [mremap("rw-", touches=("r1",), region="moved"), mprotect("r-x", touches=("moved",))],
        UNRESOLVED,
        "later-change",
    ),
    (
        "x after a move from anywhere",
        mmap("rw-"),
        [mremap("rw-", touches=None, region="moved"), mprotect("r-x", touches=("moved",))],
        UNRESOLVED,
        "later-change",
    ),
    (
        "x after a move of another",
        mmap("rw-"),
        [mmap("rw-", 2), mremap("rw-", touches=("r2",), region="moved"), mprotect("r-x", touches=("moved",))],
        BENIGN,
        "private-data-memory",
    ),
    ("a move adds nothing", mmap("rw-"), [mremap("all", open_because=OUTSIDE)], BENIGN, "private-data-memory"),
    ("pkey_mprotect", mmap("rw-"), [make(Role.PROTECT, "pkey_mprotect", "--x", 9)], UNRESOLVED, "later-change"),
    ("vm_protect", mmap("rw-"), [make(Role.PROTECT, "vm_protect", "r-x", 9)], UNRESOLVED, "later-change"),
    (
        "VirtualProtect",
        windows("VirtualAlloc", "rw-"),
        [make(Role.PROTECT, "VirtualProtect", "r-x", 9)],
        UNRESOLVED,
        "later-change",
    ),
    (
        "VirtualProtect is of another build",
        mmap("rw-"),
        [make(Role.PROTECT, "VirtualProtect", "r-x", 9)],
        BENIGN,
        "private-data-memory",
    ),
    ("a change of unknown kind", mmap("rw-"), [make(Role.PROTECT, "syscall", "all", 9)], UNRESOLVED, "later-change"),
    (
        "pages committed again",
        windows("VirtualAlloc", "rw-", region="w"),
        [windows("VirtualAlloc", "r-x", line=9, arguments=("page", "n", "MEM_COMMIT", "PAGE_EXECUTE_READ"))],
        UNRESOLVED,
        "later-change",
    ),
    (
        "fresh pages",
        windows("VirtualAlloc", "rw-", region="w"),
        [windows("VirtualAlloc", "r-x", line=9, arguments=("NULL", "n", "MEM_COMMIT", "PAGE_EXECUTE_READ"))],
        BENIGN,
        "private-data-memory",
    ),
    ("a view", windows("MapViewOfFile", "rw-"), [mprotect("rw-")], BENIGN, "shared-data-memory"),
]

TRANSITIONS = [
    ("data", mprotect("rw-", touches=("r1",)), [mmap("---")], BENIGN, "data-protection-change"),
    ("anywhere", mprotect("r--"), [mmap("rw-")], BENIGN, "data-protection-change"),
    ("a guard", mprotect("---"), [mmap("rw-")], BENIGN, "guard-pages"),
    ("w and x", mprotect("rwx"), [], VIOLATION, "write-exec-protect"),
    (
        "another adds x anywhere",
        mprotect("rw-", touches=("r1",)),
        [mmap("rw-"), mprotect("r-x", 9)],
        UNRESOLVED,
        "later-change",
    ),
    (
        "another adds x here",
        mprotect("r--", touches=("r1",)),
        [mmap("rw-"), mprotect("r-x", 9, touches=("r1",))],
        UNRESOLVED,
        "later-change",
    ),
    (
        "another adds x elsewhere",
        mprotect("r--", touches=("r1",)),
        [mmap("rw-"), mmap("r--", 2), mprotect("r-x", 9, touches=("r2",))],
        BENIGN,
        "data-protection-change",
    ),
    (
        "both on memory of no region",
        mprotect("r--", touches=()),
        [mprotect("r-x", 9, touches=())],
        UNRESOLVED,
        "later-change",
    ),
    (
        "memory of no region, or of one",
        mprotect("r--", touches=()),
        [mmap("r--"), mprotect("r-x", 9, touches=("r1",))],
        UNRESOLVED,
        "later-change",
    ),
    ("code becomes writable", mprotect("rw-", touches=("r1",)), [mmap("r-x")], UNRESOLVED, "discipline"),
    ("perhaps code becomes writable", mprotect("rw-"), [mmap("r-x")], UNRESOLVED, "discipline"),
    ("memory of a call out of scope", mprotect("rw-", touches=("lost",)), [], UNRESOLVED, "discipline"),
    ("code loses its rights", mprotect("---", touches=("r1",)), [mmap("r-x")], BENIGN, "guard-pages"),
    (
        "x where r was",
        mprotect("r-x", touches=("r1",)),
        [mmap("r--", map_flags=PRIVATE_FILE)],
        EXECUTABLE,
        "make-executable",
    ),
    ("x where w was", mprotect("r-x", touches=("r1",)), [mmap("rw-")], EXECUTABLE, "write-then-execute"),
    (
        "x where w was, in memory that children share",
        mprotect("r-x", touches=("r1",)),
        [mmap("rw-", map_flags=SHARED_ANONYMOUS)],
        UNRESOLVED,
        "discipline",
    ),
    (
        "x where w was, in a view of a file",
        mprotect("r-x", touches=("r1",)),
        [mmap("rw-", map_flags=PRIVATE_FILE)],
        UNRESOLVED,
        "discipline",
    ),
    (
        "x where w was, both by another",
        mprotect("r-x", touches=("r1",)),
        [mmap("rw-"), mprotect("rwx", 9)],
        UNRESOLVED,
        "discipline",
    ),
    (
        "x where w was, and a shared file perhaps put in its place",
        mprotect("r-x", touches=("r1",)),
        [mmap("rw-"), mmap("rw-", 9, map_flags=SHARED_FILE, facts=frozenset({PLACED}))],
        UNRESOLVED,
        "discipline",
    ),
    (
        "x where w was, and more of the kind put in its place",
        mprotect("r-x", touches=("r1",)),
        [mmap("rw-"), mmap("rw-", 9, facts=frozenset({PLACED}), touches=("r1",))],
        EXECUTABLE,
        "write-then-execute",
    ),
    (
        "x where w was, anything by another",
        mprotect("r-x", touches=("r1",)),
        [mmap("rw-"), mprotect("r--", 9, open_because=OUTSIDE)],
        UNRESOLVED,
        "discipline",
    ),
    (
        "x where w was, and the platform adds x",
        mprotect("r-x", touches=("r1",)),
        [mmap("rw-"), personality((0x0400000,))],
        UNRESOLVED,
        "discipline",
    ),
    ("x or w in turns", mprotect("rw- r-x", touches=("r1",)), [mmap("rw-")], EXECUTABLE, "write-then-execute"),
    (
        "x where w perhaps was",
        mprotect("r-x", touches=("r1",)),
        [mmap("r--", open_because=OUTSIDE)],
        UNRESOLVED,
        "discipline",
    ),
    ("x anywhere", mprotect("r-x"), [], UNRESOLVED, "discipline"),
    ("x on the stack", mprotect("r-x", touches=()), [], UNRESOLVED, "discipline"),
    ("x out of scope", mprotect("r-x", touches=("lost",)), [], UNRESOLVED, "discipline"),
    (
        "x, and w by another",
        mprotect("r-x", touches=("r1",)),
        [mmap("r--"), mprotect("rw-", 9, touches=("r1",))],
        EXECUTABLE,
        "write-then-execute",
    ),
    ("a move of data", mremap("rw-", touches=("r1",), region="m"), [mmap("rw-")], BENIGN, "resized-data-mapping"),
    ("a move of code", mremap("r-x", touches=("r1",), region="m"), [mmap("r-x")], EXECUTABLE, "make-executable"),
    ("a move of both", mremap("rwx", touches=("r1",), region="m"), [mmap("rwx")], VIOLATION, "write-exec-protect"),
    (
        "a move of data that turns to code",
        mremap("rw-", touches=("r1",), region="m"),
        [mmap("rw-"), mprotect("r-x", touches=("m",))],
        UNRESOLVED,
        "later-change",
    ),
]

CODE = mmap("r-x", 7, map_flags=PRIVATE_FILE)

VIEWS = [
    ("a file, and code from a file", mmap("r--", map_flags=PRIVATE_FILE), [CODE], UNRESOLVED, "other-view"),
    ("anonymous memory beside code", mmap("rw-"), [CODE], BENIGN, "private-data-memory"),
    ("perhaps anonymous", mmap("rw-", map_flags=UNKNOWN_FLAGS), [CODE], UNRESOLVED, "other-view"),
    (
        "no descriptor is -1",
        mmap("rw-", map_flags=UNKNOWN_FLAGS, descriptor=("-1",)),
        [CODE],
        BENIGN,
        "shared-data-memory",
    ),
    (
        "two descriptors prove nothing",
        wal_index(),
        [replace(CODE, descriptor=("parameter 1",))],
        UNRESOLVED,
        "other-view",
    ),
    ("anonymous code", wal_index(), [mmap("r-x", 7)], BENIGN, "sqlite-wal-index"),
    ("code perhaps", wal_index(), [replace(CODE, protections=ProtSet(), id="e")], UNRESOLVED, "other-view"),
    ("open", wal_index(), [mmap("r--", 7, map_flags=PRIVATE_FILE, open_because=OUTSIDE)], UNRESOLVED, "other-view"),
    (
        "a view that is made code later",
        wal_index(),
        [mmap("r--", 7, map_flags=SHARED_FILE), mprotect("r-x", touches=("r7",))],
        UNRESOLVED,
        "other-view",
    ),
    ("a memfd has no say", wal_index(), [make(Role.OBJECT, "memfd_create", "", 7)], BENIGN, "sqlite-wal-index"),
    (
        "an executable section",
        windows("MapViewOfFile", "r--"),
        [windows("CreateFileMappingW", "all", line=7, open_because=OUTSIDE)],
        UNRESOLVED,
        "other-view",
    ),
    ("another platform", wal_index(), [windows("CreateFileMappingW", "r-x", line=7)], BENIGN, "sqlite-wal-index"),
    (
        "a change of data with a view of code",
        mprotect("r--", touches=("r1",)),
        [mmap("r--", map_flags=SHARED_FILE), CODE],
        UNRESOLVED,
        "other-view",
    ),
    ("code, and the file written", CODE, [mmap("rw-", map_flags=SHARED_FILE)], UNRESOLVED, "discipline"),
    ("code, and a private copy written", CODE, [mmap("rw-", map_flags=PRIVATE_FILE)], EXECUTABLE, "executable-mapping"),
    ("code, and other code", CODE, [mmap("r-x", 8, map_flags=PRIVATE_FILE)], EXECUTABLE, "executable-mapping"),
    ("code, and w anywhere", CODE, [mprotect("rw-")], UNRESOLVED, "discipline"),
    ("code, and w elsewhere", CODE, [mmap("rw-"), mprotect("rw-", touches=("r1",))], EXECUTABLE, "executable-mapping"),
    ("code, and its rights taken", CODE, [mprotect("r--")], EXECUTABLE, "executable-mapping"),
]

FLAG = 0x0400000

PLATFORM = [
    ("the flag", mmap("rw-"), [personality((FLAG,))], UNRESOLVED, "platform"),
    ("the flag among others", mmap("rw-"), [personality((0x0040000, FLAG | 0x8))], UNRESOLVED, "platform"),
    ("not known", mmap("rw-"), [personality(None)], UNRESOLVED, "platform"),
    ("more from outside", mmap("rw-"), [personality((0,), open_because=OUTSIDE)], UNRESOLVED, "platform"),
    ("other flags", mmap("rw-"), [personality((0x0040000, 0x8))], BENIGN, "private-data-memory"),
    ("a question", mmap("rw-"), [personality((0xFFFFFFFF,))], BENIGN, "private-data-memory"),
    ("a question in 64 bits", mmap("rw-"), [personality(((1 << 64) - 1,))], BENIGN, "private-data-memory"),
    ("the call itself", personality((FLAG,)), [], VIOLATION, "read-implies-exec"),
    ("the call, perhaps", personality((0, FLAG)), [], VIOLATION, "read-implies-exec"),
    ("the call, not known", personality(None), [], UNRESOLVED, "platform"),
    ("the call, empty", personality(()), [], UNRESOLVED, "platform"),
]


def named(*tables):
    """Cases as pytest parameters, each under its own words."""
    for table in tables:
        for name, site, *rest in table:
            others = rest[0] if len(rest) == 3 else []
            yield pytest.param(site, others, rest[-2], rest[-1], id=f"{name}: {rest[-1]}")


@pytest.mark.parametrize(
    ("site", "others", "verdict", "rule"), list(named(AT_BIRTH, OPEN, IDENTITY, LATER, TRANSITIONS, VIEWS, PLATFORM))
)
def test_verdict_and_rule(site, others, verdict, rule):
    finding = judged(site, *others)
    assert (finding.verdict, finding.rule) == (verdict, rule), finding.reason


@pytest.mark.parametrize(
    "site", [pytest.param(case[1], id=case[0]) for case in (*AT_BIRTH, *IDENTITY) if case[2] in {BENIGN, EXECUTABLE}]
)
def test_nothing_is_proved_beside_code_that_was_not_read(site):
    assert judged(site, gaps=True).verdict is UNRESOLVED


@pytest.mark.parametrize(
    "case", [case for case in (*AT_BIRTH, *IDENTITY) if case[2] is BENIGN], ids=lambda case: case[0]
)
@pytest.mark.parametrize("added", ["r-x", "--x"])
def test_a_benign_site_with_x_added_is_not_benign(case, added):
    site = case[1]
    assert judged(replace(site, protections=site.protections | ProtSet.of([Prot.parse(added)]))).verdict is not BENIGN


@pytest.mark.parametrize(
    "case", [case for case in (*AT_BIRTH, *IDENTITY) if case[2] is BENIGN], ids=lambda case: case[0]
)
def test_a_benign_site_that_is_open_is_not_benign(case):
    assert judged(replace(case[1], open_because=OUTSIDE)).verdict is UNRESOLVED


def test_the_order_of_sites_does_not_matter():
    sites = [mmap("rw-", 1), mmap("r--", 2, map_flags=PRIVATE_FILE), mprotect("r-x", 3, touches=("r1",)), CODE]
    forward = {finding.site.id: finding for finding in classify(sites, builtin(), coverage_gaps=False)}
    backward = {finding.site.id: finding for finding in classify(sites[::-1], builtin(), coverage_gaps=False)}
    assert forward == backward


def test_findings_keep_the_order_of_sites_and_leave_out_what_gives_no_right():
    sites = [mprotect("r--", 9), make(Role.OBJECT, "memfd_create", "", 3), personality((0,)), mmap("rw-", 1)]
    found = [finding.site for finding in classify(sites, builtin(), coverage_gaps=False)]
    assert found == [sites[0], sites[3]]


def test_a_finding_lists_the_assumptions_it_used_and_no_others():
    site = wal_index()
    assert judged(site).assumptions == (
        Assumption.TABLE_CONSTANT,
        Assumption.GNU_STACK,
        Assumption.EXTERNAL_SYMBOL,
    )
    assert judged(windows("VirtualAlloc", "rw-")).assumptions == (Assumption.DEP,)
    assert Assumption.GNU_STACK not in judged(mmap("rwx")).assumptions


def test_every_obligation_is_filled_in_order():
    finding = judged(mmap("rw-"))
    assert [obligation.name for obligation in finding.obligations] == ["O1", "O2", "O3", "O4", "O5", "O6"]
    assert all(obligation.status is not Status.FAILED for obligation in finding.obligations)
    assert all(
        (obligation.status is Status.ASSUMED) == bool(obligation.assumptions) for obligation in finding.obligations
    )


def test_a_reason_names_the_place_that_decides():
    finding = judged(mmap("rw-"), mprotect("r-x", 42))
    assert "a.c:42:5" in finding.reason
    assert "a.c:42:5" in finding.remedy


def test_a_violation_names_its_condition():
    site = mmap("rw- rwx", conditions=((Prot(3), ~defined("JIT")), (Prot(7), defined("JIT"))))
    assert "rwx where defined(JIT)" in judged(site).reason


def test_an_open_site_says_why_and_what_would_settle_it():
    finding = judged(mmap("rw-", open_because=OUTSIDE))
    assert OUTSIDE[0].detail in finding.reason
    assert finding.remedy == OUTSIDE[0].remedy


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_rule(reason):
    finding = judged(mmap("rw-", open_because=(Openness(reason, "because"),)))
    assert finding.rule == reason.value
    assert finding.remedy


def test_sharing_that_may_be_private_is_named_as_shared():
    either = MapFlags((1, 2), (Sharing.PRIVATE, Sharing.SHARED), Maybe.NEVER)
    assert judged(mmap("rw-", map_flags=either)).rule == "shared-data-memory"
