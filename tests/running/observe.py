"""What a program asks for when it runs: each request by the module and the return address of its call."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.running.program import Program

SECONDS: Final = 120
RECORD: Final = Path(__file__).with_name("record.c")


@dataclass(frozen=True, order=True)
class Place:
    """Where a call returns to: a file, and the address as that file numbers it."""

    module: str
    back: int


def missing() -> str | None:
    """What this machine lacks to observe anything, in words, or ``None``."""
    if shutil.which("gcc") is None:
        return "gcc is not installed: nothing can be recorded"
    return None if os.uname().machine == "x86_64" else f"record.c calls the kernel of x86-64, not {os.uname().machine}"


@cache
def recorder() -> Path:
    """The library that stands before the C library."""
    built = Path(mkdtemp(prefix="mapproof-running-")) / "record.so"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", str(RECORD), "-o", str(built), "-ldl"], check=True)
    return built


def observe(program: Program) -> dict[Place, set[int]]:
    """Run the program: the protections that each call asked for. Raises when it fails or cannot be recorded."""
    found: dict[Place, set[int]] = defaultdict(set)
    with TemporaryDirectory(prefix="mapproof-running-") as folder:
        log = Path(folder) / "record.log"
        environment = {**os.environ, "LD_PRELOAD": str(recorder()), "MAPPROOF_RECORD": str(log), "LANG": "C"}
        done = subprocess.run(
            program.prepared(Path(folder)),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            message = f"{program.name} ended with {done.returncode}: {done.stderr[-500:].decode(errors='replace')}"
            raise RuntimeError(message)
        for line in log.read_text(errors="surrogateescape").splitlines() if log.exists() else ():
            module, back, _name, prot = line.split("\t")
            found[Place(str(Path(module).resolve()), int(back, 16))].add(int(prot) & 7)
    return found
