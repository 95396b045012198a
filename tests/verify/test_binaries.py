"""Proofs about binaries: real programs, compiled here, proved, spoiled, and held against what they do."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mapproof.verify.binary import binary_rules
from mapproof.verify.claim import Claim, Derivation
from mapproof.verify.image import Image, UnreadableError

from . import corruption
from .proofs import PROGRAMS, Written, pack, proofs_of

COMPILERS = {
    "x86_64": "gcc" if platform.machine() == "x86_64" else "x86_64-linux-gnu-gcc",
    "aarch64": "aarch64-linux-gnu-gcc",
    "riscv64": "riscv64-linux-gnu-gcc",
}
"""A compiler for each processor that proofs are written for."""

UNWOUND = ("-fasynchronous-unwind-tables",)
"""What RISC-V's compilers have to be told before GCC 13."""

MATRIX = os.environ.get("MAPPROOF_MATRIX") == "1"

ADVERSARY = Path(__file__).resolve().parents[2] / "corpus" / "adversary"

ASSUMED_AWAY = {
    "looked_up.c": "what dlsym finds by a name that is made at run time: the proof says that it takes this for granted",
    "only_in_some_builds.c": "this build does not ask for execution",
    "loaded_from_file.c": "which file a loader is given is not followed: the proof says that it takes it for another's",
    "loaded_from_copy.c": "likewise",
    "loaded_after_rename.c": "likewise",
    "address_beside.c": "calls by an address that is computed from that of a function which maps nothing",
    "section_with_flags.c": "as of stack_note.c",
    "stack_note.c": "the calls ask for none; the claim about a site reads PT_GNU_STACK",
}
"""Programs whose calls ask for no execution as far as this file's calls go, and why that is right or said."""

TEXTUAL = {"more_code", "changed_bytes", "shifted", "added_file", "known_after_all", "shortened_step"}
"""Kinds of corruption that edit C text, or a value that these proofs have none of."""


@cache
def compiled(source: Path, *flags: str, arch: str = "x86_64") -> bytes | None:
    """The program as a binary; ``None`` where this system's headers do not know what it uses."""
    compiler = shutil.which(COMPILERS[arch])
    if compiler is None:
        pytest.skip(f"needs a C compiler for {arch}: apt-get install gcc-{COMPILERS[arch].removesuffix('-gcc')}")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "program"
        command = [compiler, "-w", "-D_GNU_SOURCE", *UNWOUND, *flags, "-o", str(out), str(source), "-lpthread", "-ldl"]
        done = subprocess.run(command, check=False, capture_output=True)
        return out.read_bytes() if done.returncode == 0 else None


@pytest.fixture(scope="module", params=COMPILERS)
def arch(request) -> str:
    """A processor that proofs are written for."""
    return request.param


@pytest.fixture(scope="module")
def written(tmp_path_factory, arch) -> tuple[Written, ...]:
    found: list[Written] = []
    for name in ("ladder", "guards"):
        data = compiled(PROGRAMS / f"{name}.c", "-O2", arch=arch)
        assert data is not None
        path = tmp_path_factory.mktemp("binaries") / name
        path.write_bytes(data)
        found += proofs_of(path)
    return tuple(found)


def rights(data: bytes) -> set[str]:
    """What all calls in a binary may ask for, by the checker alone."""
    derivation = Derivation(binary_rules(Image("program", data), pack().callees))
    return set(derivation.steps[derivation.prove(Claim("program"))].conclusion.rights)


def test_the_proofs_hold_as_they_are(written):
    assert len(written) >= 4
    assert {one.worth(one.data) for one in written} == {"holds"}


@pytest.mark.parametrize(
    "kind", [kind for kind in corruption.KINDS if kind.__name__ not in TEXTUAL], ids=lambda kind: kind.__name__
)
def test_a_spoiled_proof_does_not_hold(kind, written):
    count = 0
    for one in written[:3]:
        for mutant, files in kind(one):
            if files is None and corruption.same(mutant, one.data):
                continue
            count += 1
            assert one.worth(mutant, files) != "holds", one.name
    assert count


def test_changed_code_does_not_hold(written):
    """One bit of the function around the call, the digest made to fit."""
    for one in written[:2]:
        (name, data), *_ = one.context.files.items()
        image = Image(name, data)
        start, end = image.function_at(one.document()["predicate"]["site"]["start"]) or (0, 0)
        assert end > start
        for address in range(start, end, max(1, (end - start) // 25)):
            at = image.offset_of(address)
            changed = data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]
            document = one.document()
            document["subject"][0]["digest"]["sha256"] = sha256(changed).hexdigest()
            assert one.worth(document, {name: changed}) != "holds", hex(address)


def test_it_is_proved_anew_for_another_build(written, arch):
    again = compiled(PROGRAMS / "guards.c", "-O1", "-fno-plt", arch=arch)
    assert again is not None
    guards = [one for one in written if one.name.startswith("guards")]
    assert {one.worth(one.data, dict.fromkeys(one.context.files, again)) for one in guards} <= {
        "holds elsewhere",
        "lapsed",
    }


@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_the_checker_is_not_taken_in(level, arch):
    if arch != "x86_64" and level == "-O0" and not MATRIX:
        pytest.skip("other processors without optimisation: MAPPROOF_MATRIX=1")
    seen = 0
    for source in sorted(ADVERSARY.glob("*.c")):
        data = compiled(source, level, arch=arch)
        if data is None:
            continue
        seen += 1
        asked = any(right.endswith("x") for right in rights(data))
        assert asked or source.name in ASSUMED_AWAY, source.name
    assert seen >= 40


def test_what_cannot_be_read_is_refused():
    data = compiled(PROGRAMS / "guards.c", "-O2")
    assert data is not None
    for broken in (b"\x7fELF", data[:100], data[:18] + b"\x16\0" + data[20:], b"\x7fELF\x01" + data[5:]):
        with pytest.raises(UnreadableError):
            Image("broken", broken)
