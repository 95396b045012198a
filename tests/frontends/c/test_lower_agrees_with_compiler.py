"""The IR of small functions computes what the machine's own compiler makes of the same text."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.frontends.c.concrete import Address, Machine, signed
from tests.frontends.c.plain import lower_text

HERE = Path(__file__).parent
SAMPLES = (HERE / "samples.c").read_text()
NAMES = re.findall(r"^long (t_\w+)\(long a, long b\)", SAMPLES, re.MULTILINE)
INPUTS = [(0, 0), (1, 2), (5, -3), (-1, 7), (4, 4), (255, 256), (-128, 127), (2**31, -(2**31)), (100000, 3), (7, 0)]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler on this machine")
    target = tmp_path_factory.mktemp("samples") / "samples.so"
    command = [compiler, "-w", "-O0", "-fwrapv", "-shared", "-fPIC", "-o", target, HERE / "samples.c"]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(target))


@pytest.fixture(scope="module")
def program():
    return lower_text(SAMPLES)


def test_there_are_many_samples():
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_same_result(name, compiled, program):
    function = getattr(compiled, name)
    function.restype, function.argtypes = ctypes.c_long, (ctypes.c_long, ctypes.c_long)
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
