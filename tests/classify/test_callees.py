"""The table of mapping functions against this machine's own headers and the documentation's words."""

from __future__ import annotations

import platform
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mapproof.abi import syscalls
from mapproof.model.callee import Role
from mapproof.model.protection import ALL, Prot, ProtSet

if TYPE_CHECKING:
    from pathlib import Path

LINUX = platform.system() == "Linux" and platform.machine() == "x86_64" and shutil.which("cc") is not None
on_linux = pytest.mark.skipif(not LINUX, reason="needs a C compiler and the headers of Linux on x86-64")

HEADERS = (
    "stddef.h", "sys/mman.h", "sys/shm.h", "sys/personality.h", "sys/syscall.h", "fcntl.h", "dlfcn.h", "linux/memfd.h",
)  # fmt: skip
PROTOTYPES = {
    "mmap": "void *mmap(void *, size_t, int, int, int, off_t)",
    "mprotect": "int mprotect(void *, size_t, int)",
    "pkey_mprotect": "int pkey_mprotect(void *, size_t, int, int)",
    "mremap": "void *mremap(void *, size_t, size_t, int, ...)",
    "remap_file_pages": "int remap_file_pages(void *, size_t, int, size_t, int)",
    "shmat": "void *shmat(int, const void *, int)",
    "munmap": "int munmap(void *, size_t)",
    "memfd_create": "int memfd_create(const char *, unsigned int)",
    "shm_open": "int shm_open(const char *, int, mode_t)",
    "personality": "int personality(unsigned long)",
    "dlsym": "void *dlsym(void *, const char *)",
}


def compiled(folder: Path, body: str) -> str:
    source = folder / "probe.c"
    includes = "".join(f"#include <{header}>\n" for header in ("stdio.h", "sys/types.h", *HEADERS))
    source.write_text(f"#define _GNU_SOURCE\n{includes}{body}")
    subprocess.run(["cc", "-w", "-o", folder / "probe", source], check=True, capture_output=True, text=True)
    return subprocess.run([folder / "probe"], check=True, capture_output=True, text=True).stdout


@on_linux
def test_constants_are_those_of_the_headers(builtin, tmp_path):
    lines = (
        f'#ifdef {name}\nprintf("{name} %lld\\n", (long long)({name}));\n#endif\n'
        for name in builtin.callees.constants
        if name not in {"SYS_mmap2", "__NR_mmap2"}
    )
    found = dict(line.split() for line in compiled(tmp_path, f"int main(void) {{\n{''.join(lines)}}}\n").splitlines())
    assert len(found) > 60
    for name, value in found.items():
        assert int(value) == builtin.callees.constants[name], name


@on_linux
def test_prototypes_are_those_of_the_headers_and_of_the_table(builtin, tmp_path):
    """The header confirms the prototype; the prototype's argument count bounds the table's argument numbers."""
    compiled(tmp_path, "".join(f"{text};\n" for text in PROTOTYPES.values()) + "int main(void) { return 0; }\n")
    for name, prototype in PROTOTYPES.items():
        spec = builtin.callees.callees[name]
        arguments = prototype.partition("(")[2].rstrip(")").split(", ")
        types = {
            "address": ("void *", "const void *"),
            "length": ("size_t",),
            "protection": ("int",),
            "flags": ("int", "unsigned int"),
        }
        for key, allowed in types.items():
            position = getattr(spec, key)
            assert position is None or arguments[position] in allowed, (name, key)


def decoded(builtin, callee: str, mask: int) -> ProtSet:
    spec = builtin.callees.callees[callee]
    return builtin.callees.encodings[spec.encoding].decode(mask)


MASKS = [
    ("mmap", 0, "---"), ("mmap", 3, "rw-"), ("mmap", 2, "-w-"), ("mmap", 0x01000007, "rwx"), ("mprotect", 5, "r-x"),
    ("mprotect", 0x10, "---"), ("shmat", 0, "rw-"), ("shmat", 0o10000, "r--"), ("shmat", 0o100000, "rwx"),
    ("shmat", 0o110000, "r-x"), ("shmat", 0o20000, "rw-"), ("VirtualAlloc", 0x104, "rw-"),
    ("VirtualAlloc", 0x10, "--x"), ("VirtualProtect", 0x20, "r-x"), ("VirtualProtect", 0x40000020, "r-x"),
    ("VirtualProtectEx", 0x80, "rwx"), ("CreateFileMappingW", 4, "rw-"), ("CreateFileMappingA", 0x08000004, "rw-"),
    ("CreateFileMappingW", 0x10000002, "r--"), ("CreateFileMappingW", 0x11000002, "r--"),
    ("CreateFileMappingW", 0x40, "rwx"), ("CreateFileMapping", 0x20, "r-x"), ("CreateFileMapping2", 0x40, "rwx"),
    ("MapViewOfFile", 4, "r--"), ("MapViewOfFile", 2, "rw-"), ("MapViewOfFile", 1, "rw-"),
    ("MapViewOfFile", 0xF001F, "rw-"), ("MapViewOfFile", 0xF003F, "rwx"), ("MapViewOfFileEx", 0x24, "r-x"),
    ("MapViewOfFile3", 0x04, "rw-"), ("vm_protect", 3, "rw-"), ("mach_vm_map", 7, "rwx"),
]  # fmt: skip


@pytest.mark.parametrize(("callee", "mask", "protection"), MASKS)
def test_masks_mean_what_the_documentation_says(builtin, callee, mask, protection):
    assert decoded(builtin, callee, mask) == ProtSet.of([Prot.parse(protection)])


ANYTHING = [
    ("VirtualAlloc", 0), ("VirtualAlloc", 3), ("VirtualProtect", 6), ("VirtualProtect", 0x60),
    ("CreateFileMappingW", 0), ("CreateFileMappingW", 0x01000002), ("CreateFileMappingW", 0x02000002),
    ("CreateFileMappingW", 1), ("CreateFileMapping2", 2), ("CreateFileMapping2", 4),
]  # fmt: skip


@pytest.mark.parametrize(("callee", "mask"), ANYTHING)
def test_masks_that_are_not_documented_or_stand_for_an_image_may_be_anything(builtin, callee, mask):
    assert decoded(builtin, callee, mask) == ALL


def test_second_names_are_their_primitive_in_all_but_name(builtin):
    callees = builtin.callees.callees
    for name, spec in callees.items():
        if spec.primitive:
            other = callees[spec.primitive]
            assert not other.primitive, name
            for key in ("role", "platform", "encoding", "protection", "address", "flags", "object", "result"):
                assert getattr(spec, key) == getattr(other, key), (name, key)


def test_what_maps_or_protects_says_with_what(builtin):
    """A mapping function that says neither where its mask is nor what it always gives can't be judged: name each."""
    unknown = {
        name
        for name, spec in builtin.callees.callees.items()
        if spec.role in {Role.MAP, Role.PROTECT} and spec.protection is None and spec.fixed is None
    }
    assert unknown == {"old_mmap", "vm_remap_new", "mach_vm_remap_new"}


def test_every_row_names_its_source(builtin):
    assert all(spec.source for spec in builtin.callees.callees.values())


def test_every_system_call_number_means_a_row(builtin):
    named = {name for names in syscalls().values() for name in names}
    assert named <= builtin.callees.callees.keys()


def test_system_call_names_in_source_lead_to_the_same_rows(builtin):
    for name, number in builtin.callees.constants.items():
        if name.startswith(("SYS_", "__NR_")):
            assert name.partition("_")[2].removeprefix("_NR_").removeprefix("NR_") in syscalls()[number], name
