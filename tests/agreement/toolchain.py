"""Compilers and binary utilities per architecture, and programs built with them for the ELF tests."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

SOURCE = Path(__file__).with_name("references.c")


@dataclass(frozen=True)
class Target:
    """One toolchain: ``prefix`` of its commands, ``flags`` that its compiler needs."""

    name: str
    prefix: str
    flags: tuple[str, ...] = ()

    def tool(self, name: str) -> str:
        """The path of ``objdump``, ``gcc``...; skips the test, loudly, where it is not installed."""
        command = self.prefix + name
        found = shutil.which(command)
        if found is None:
            pytest.skip(f"{command} is not installed")
        return found


TARGETS = (
    Target("x86_64", "x86_64-linux-gnu-"),
    Target("i386", "i686-linux-gnu-"),
    Target("aarch64", "aarch64-linux-gnu-"),
    Target("arm-a32", "arm-linux-gnueabihf-", ("-marm",)),
    Target("arm-thumb", "arm-linux-gnueabihf-", ("-mthumb",)),
    Target("riscv64", "riscv64-linux-gnu-"),
    Target("ppc64le", "powerpc64le-linux-gnu-"),
    Target("mips64el", "mips64el-linux-gnuabi64-"),
    Target("mipsel", "mipsel-linux-gnu-"),
    Target("s390x", "s390x-linux-gnu-"),
)


@cache
def build(target: Target, *flags: str, source: Path = SOURCE) -> Path:
    """A shared library (or, with ``-c``, an object) of the source; built once per set of flags."""
    output = Path(mkdtemp(prefix="mapproof-elf-")) / "built"
    kind = () if "-c" in flags else ("-shared", "-nostdlib")
    command = [target.tool("gcc"), *target.flags, "-fPIC", *kind, *flags, "-o", str(output), str(source)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return output


def run(tool: str, *arguments: str | Path) -> str:
    """A command's output."""
    return subprocess.run([tool, *map(str, arguments)], check=True, capture_output=True, text=True).stdout
