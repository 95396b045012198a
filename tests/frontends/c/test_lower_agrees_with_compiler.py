"""The IR of small functions computes what the machine's own compiler makes of the same text."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.frontends.c.concrete import Address, Machine, signed
from tests.frontends.c.plain import Program, lower_text
from tests.frontends.c.random_c import random_functions

HERE = Path(__file__).parent
TEXTS = {
    "c": (HERE / "samples.c").read_text(),
    "cpp": (HERE / "samples.cpp").read_text(),
    "random": random_functions(seed=20261120, count=120),
}
CASES = [(kind, name) for kind, text in TEXTS.items() for name in re.findall(r"^long (t_\w+)\(", text, re.MULTILINE)]
INPUTS = [(0, 0), (1, 2), (5, -3), (-1, 7), (4, 4), (255, 256), (-128, 127), (2**31, -(2**31)), (100000, 3), (7, 0)]


@dataclass
class Both:
    """One text, compiled and lowered."""

    library: ctypes.CDLL
    program: Program


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Each text, compiled and lowered once."""
    if shutil.which("cc") is None or shutil.which("c++") is None:
        pytest.skip("no C and C++ compilers on this machine")
    folder = tmp_path_factory.mktemp("samples")
    made: dict[str, Both] = {}
    for kind, text in TEXTS.items():
        source, target = folder / f"{kind}.{'cpp' if kind == 'cpp' else 'c'}", folder / f"{kind}.so"
        source.write_text(text)
        compiler = ["c++", "-std=c++17"] if kind == "cpp" else ["cc", "-std=gnu11"]
        subprocess.run([*compiler, "-w", "-O0", "-fwrapv", "-shared", "-fPIC", "-o", target, source], check=True)
        made[kind] = Both(ctypes.CDLL(str(target)), lower_text(text, cpp=kind == "cpp"))
    return made


def test_there_are_many_samples():
    assert {kind: sum(1 for case in CASES if case[0] == kind) >= 20 for kind in TEXTS} == dict.fromkeys(TEXTS, True)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_same_result(kind, name, both):
    function = getattr(both[kind].library, name)
    function.restype, function.argtypes = ctypes.c_long, (ctypes.c_long, ctypes.c_long)
    program = both[kind].program
    entry = program.entry(name)
    assert entry.function.incomplete == ()
    machine = Machine({lowered.function.symbol: lowered.function for lowered in program.lowered})
    for initializer in program.initializers:
        machine.run(initializer)
    for static in (static for lowered in program.lowered for static in lowered.statics):
        machine.run(static)
    for first, second in INPUTS:
        result = machine.run(entry.function, (first, second))
        assert not isinstance(result, Address)
        assert signed(result, 8) == function(first, second), (name, first, second)
