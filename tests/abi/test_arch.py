"""Architectures: found by walking the package, told apart by their ELF identity, numbers checked where headers are."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

import mapproof.abi
from mapproof.abi import Arch, ByteOrder, architecture_of, architectures, syscalls

LINUX = platform.system() == "Linux" and platform.machine() == "x86_64" and shutil.which("cc") is not None
HEADERS = Path("/usr/include/x86_64-linux-gnu/asm")


def test_each_file_of_the_package_is_an_architecture_of_its_name():
    files = {path.stem for path in Path(mapproof.abi.__path__[0]).glob("*.py")} - {"__init__", "arch"}
    assert set(architectures()) == files


def test_an_elf_header_names_one_architecture():
    for arch in architectures().values():
        assert architecture_of(arch.machine, arch.bits, arch.order) is arch
    assert architecture_of(8, 64, "little") is not architecture_of(8, 32, "little")
    assert architecture_of(8, 64, "big") is None
    assert architecture_of(62, 32, "little") is None


def test_numbers_are_unambiguous_within_an_architecture():
    for arch in architectures().values():
        assert len(set(arch.syscalls.values())) == len(arch.syscalls), arch.name
        for name, number in arch.syscalls.items():
            assert arch.callee_of(number) == name
    assert architectures()["x86_64"].callee_of(0) is None


def test_every_architecture_can_map_and_protect():
    for arch in architectures().values():
        assert {"mmap", "mmap2", "old_mmap"} & arch.syscalls.keys(), arch.name
        assert {"mprotect", "pkey_mprotect", "mremap", "munmap", "personality", "shmat"} <= arch.syscalls.keys(), (
            arch.name
        )


def test_a_number_means_whatever_it_means_anywhere():
    assert syscalls()[9] == ("mmap",)
    assert syscalls()[216] == ("mremap", "remap_file_pages")
    assert syscalls()[90] == ("mmap", "old_mmap")
    assert all(
        name in syscalls()[number] for arch in architectures().values() for name, number in arch.syscalls.items()
    )


@pytest.mark.skipif(not LINUX, reason="needs a C compiler and the headers of Linux on x86-64")
@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("x86_64", HEADERS / "unistd_64.h"),
        ("i386", HEADERS / "unistd_32.h"),
        ("riscv64", Path("/usr/include/asm-generic/unistd.h")),
    ],
)
def test_numbers_are_those_of_the_headers(name, header):
    """``asm-generic`` is what AArch64 and RISC-V include; their files agree with each other below."""
    macros = subprocess.run(
        ["cc", "-E", "-dM", "-D__BITS_PER_LONG=64", "-"],
        input=f'#include "{header}"\n',
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    defined = dict(line.split(maxsplit=2)[1:] for line in macros.splitlines() if len(line.split(maxsplit=2)) == 3)
    for callee, number in architectures()[name].syscalls.items():
        value = defined[f"__NR_{callee.removeprefix('old_')}"]
        assert int(defined.get(value, value)) == number, callee


def test_the_generic_table_is_shared():
    assert architectures()["aarch64"].syscalls == architectures()["riscv64"].syscalls


def test_a_pointer_has_a_size_that_exists():
    with pytest.raises(ValueError, match="32 or 64 bits"):
        Arch("odd", 1, 16, ByteOrder.LITTLE, {})
