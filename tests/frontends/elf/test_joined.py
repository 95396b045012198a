"""Wrappers across files: a library's protection comes from the program that calls it, wherever that is found."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tests.agreement.toolchain import TARGETS

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.errors import MapproofError
from mapproof.model.callee import Role
from mapproof.scan import Options, scan

pytestmark = pytest.mark.skipif(
    any(shutil.which(target.tool("gcc")) is None for target in TARGETS), reason="needs the cross compilers"
)

PACK = load_pack(builtin_rules())
WRAPPER = """
#include <sys/mman.h>
void *pages(unsigned long size, int protection)
{
    return mmap(0, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
int usual(int write) { return write ? PROT_READ | PROT_WRITE : PROT_READ; }
"""
DECLARED = "#include <sys/mman.h>\nvoid *pages(unsigned long, int);\nint usual(int);\n"
CALLER = """
int main(int count, char **words)
{
    void *one = pages(4096, PROT_READ | PROT_WRITE);
    void *two = mmap(0, 4096, usual(count), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return one == two || words == 0;
}
"""
THROUGH_A_TABLE = """
void *(*table[2])(unsigned long, int) = {pages, pages};
int main(int count, char **words) { return table[count & 1](1, 1) == pages(1, 1) || words == 0; }
"""
NATIVE = TARGETS[0]
some_targets = pytest.mark.parametrize(
    "target", [t for t in TARGETS if t.name in {"x86_64", "i386", "aarch64", "arm-thumb"}], ids=lambda t: t.name
)


def compiled(target, folder: Path, name: str, text: str, *flags: str) -> Path:
    source, built = folder / f"{name}.c", folder / name
    source.write_text(text)
    built.parent.mkdir(parents=True, exist_ok=True)
    command = [target.tool("gcc"), *target.flags, "-O1", "-w", "-o", built, source, *flags]
    subprocess.run(command, check=True, capture_output=True)
    return built


@cache
def pair(target, *flags: str, caller: str = CALLER, rpath: str = "") -> tuple[Path, Path]:
    """A program and the library that it needs."""
    folder = Path(mkdtemp(prefix="mapproof-joined-"))
    library = compiled(target, folder, "libpages.so", WRAPPER, "-shared", "-fPIC", "-Wl,-soname,libpages.so")
    linked = ("-L", str(folder), "-lpages", *([f"-Wl,-rpath,{rpath}"] if rpath else []))
    return compiled(target, folder, "program", DECLARED + caller, *flags, *linked), library


def calls(report) -> list[tuple[str, str, list[str], bool]]:
    """Of each call: its file, the callee as written, protections, and whether there may be more."""
    return sorted(
        (
            Path(site.artifact).name,
            site.callee.written,
            [str(protection) for protection in site.protections],
            site.open,
        )
        for finding in report.findings
        if (site := finding.site).role is not Role.SEGMENT
    )


JOINED = [
    ("libpages.so", "mmap", ["rw-"], False),
    ("program", "mmap", ["r--", "rw-"], False),
    ("program", "pages", ["rw-"], False),
]


@some_targets
@pytest.mark.parametrize("flags", [(), ("-no-pie", "-fno-pie"), ("-fno-plt",)], ids=" ".join)
def test_a_program_and_a_library_given_together(target, flags):
    report = scan([str(path) for path in pair(target, *flags)], PACK)
    assert sorted(places(calls(report))) == sorted(places(JOINED))
    assert report.errors == ()
    assert report.unverified == frozenset()
    assert {artifact.path.rpartition("/")[2]: artifact.sites for artifact in report.artifacts} == {
        "libpages.so": 1,
        "program": 2,
    }


@some_targets
def test_alone_each_is_open(target):
    program, library = pair(target)
    assert [row[3] for row in calls(scan([str(program)], PACK))] == [True]
    assert [row[3] for row in calls(scan([str(library)], PACK))] == [True]


def test_objects_given_together(tmp_path):
    one = compiled(NATIVE, tmp_path, "one.o", WRAPPER, "-c")
    two = compiled(NATIVE, tmp_path, "two.o", DECLARED + CALLER, "-c")
    found = calls(scan([str(one), str(two)], PACK))
    assert found == [
        ("one.o", "mmap", ["rw-"], False),
        ("two.o", "mmap", ["r--", "rw-"], False),
        ("two.o", "pages", ["rw-"], False),
    ]


def test_a_function_whose_address_another_file_keeps_stays_open():
    report = scan([str(path) for path in pair(NATIVE, caller=THROUGH_A_TABLE)], PACK)
    assert ("libpages.so", "mmap", True) in [(file, name, more) for file, name, _, more in calls(report)]


def test_a_name_that_two_libraries_export_is_joined_to_neither(tmp_path):
    program, library = pair(NATIVE)
    other = compiled(NATIVE, tmp_path, "libother.so", WRAPPER, "-shared", "-fPIC", "-Wl,-soname,libother.so")
    both = compiled(NATIVE, tmp_path, "both", DECLARED + CALLER, "-Wl,--no-as-needed", str(library), str(other))
    found = calls(scan([str(both), str(library), str(other)], PACK))
    assert [row[3] for row in found if row[0].startswith("lib")] == [True, True]
    assert program.exists()


def places(rows) -> list[tuple]:
    """Without the spelling of the callee, which a call through a cell does not have."""
    return [(file, protections, more) for file, _, protections, more in rows]


# -- --deps ------------------------------------------------------------------------------------------------------------


def needing(path: Path, **options) -> list[str]:
    report = scan([str(path)], PACK, Options(dependencies=True, **options))
    assert [gap.kind for gap in report.errors] in ([], ["library"])
    if report.errors:
        return [report.errors[0].detail.split()[1].rstrip(",")]
    assert calls(report) == JOINED
    return []


def test_a_library_in_a_named_folder_is_found():
    program, library = pair(NATIVE)
    assert needing(program) == ["libpages.so"]
    assert needing(program, library_path=(str(library.parent),)) == []


@pytest.mark.parametrize("tags", ["--enable-new-dtags", "--disable-new-dtags"])
def test_a_library_where_the_program_says_is_found(tags):
    assert needing(pair(NATIVE, f"-Wl,{tags}", rpath="$ORIGIN")[0]) == []


@some_targets
def test_a_library_below_a_sysroot_is_found(target, tmp_path):
    program, library = pair(target)
    folder = {"x86_64": "lib/x86_64-linux-gnu", "i386": "usr/lib", "aarch64": "opt/own"}.get(target.name, "lib")
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc" / "ld.so.conf.d").mkdir(parents=True)
    (tmp_path / "etc" / "ld.so.conf").write_text("include /etc/ld.so.conf.d/*.conf\n")
    (tmp_path / "etc" / "ld.so.conf.d" / "own.conf").write_text("# ours\n/opt/own\n")
    missing = scan([str(program)], PACK, Options(dependencies=True, sysroot=str(tmp_path)))
    assert {gap.detail.split()[1].rstrip(",") for gap in missing.errors} >= {"libpages.so"}
    shutil.copy(library, tmp_path / folder)
    report = scan([str(program)], PACK, Options(dependencies=True, sysroot=str(tmp_path)))
    assert calls(report) == JOINED
    assert {gap.detail.split()[1].rstrip(",") for gap in report.errors} <= {"libc.so.6"}


def test_a_library_of_another_architecture_is_passed_over():
    program, _ = pair(NATIVE)
    _, foreign = pair(TARGETS[2])
    assert needing(program, library_path=(str(foreign.parent),)) == ["libpages.so"]


def test_what_is_missing_lets_nothing_be_called_harmless(tmp_path):
    program = compiled(NATIVE, tmp_path, "alone", DECLARED + "int main() { mmap(0, 1, 1, 2, 3, 0); }")
    assert [finding.verdict.value for finding in scan([str(program)], PACK).findings] == ["benign"]
    library = pair(NATIVE)[1]
    program = compiled(
        NATIVE,
        tmp_path,
        "needing",
        DECLARED + "int main() { mmap(0, 1, 1, 2, 3, 0); return usual(1); }",
        str(library),
        "-Wl,-rpath,/nowhere",
    )
    report = scan([str(program)], PACK, Options(dependencies=True))
    assert [gap.kind for gap in report.errors] == ["library"]
    assert [finding.verdict.value for finding in report.findings] == ["unresolved"]


def test_a_sysroot_that_is_no_folder_is_an_error(tmp_path):
    with pytest.raises(MapproofError, match=r"--sysroot .*: no such folder"):
        scan([str(pair(NATIVE)[0])], PACK, Options(dependencies=True, sysroot=str(tmp_path / "none")))
