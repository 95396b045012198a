"""Thumb beside A32: which of the two a function is in, and bytes that mean something in the other one only."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.frontends.elf.image import ElfImage
from mapproof.frontends.elf.mode import is_thumb
from mapproof.scan import scan

GCC = "arm-linux-gnueabihf-gcc"
pytestmark = pytest.mark.skipif(shutil.which(GCC) is None, reason="needs the cross compiler for armhf")

PAGES = """
#include <sys/mman.h>
void *pages(unsigned long size) { return mmap(0, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
"""
LOOK_ALIKE = """
.syntax unified
.text
.thumb
.balign 4
.globl pages
.type pages, %function
.thumb_func
pages:
    push {r7, lr}
    movs r7, #192
    .inst.w 0xf000ef98
    pop {r7, pc}
.space 0xF38 - 10
.arm
.balign 4
.type target, %function
target: bx lr
.section .note.GNU-stack,"",%progbits
"""


def built(tmp_path, text: str, suffix: str, *flags: str):
    source, library = tmp_path / f"source.{suffix}", tmp_path / "lib.so"
    source.write_text(text)
    command = [GCC, "-O1", "-shared", "-fPIC", "-nostdlib", "-o", library, source, *flags]
    subprocess.run(command, check=True, capture_output=True)
    return library


@pytest.mark.parametrize("mode", ["thumb", "arm"])
@pytest.mark.parametrize("flags", [(), ("-s",)], ids=["symbols", "stripped"])
def test_a_function_of_either_set_is_read(tmp_path, mode, flags):
    library = built(tmp_path, PAGES, "c", f"-m{mode}", *flags)
    image = ElfImage.open(library)
    (address,) = image.defined(["pages"])
    assert is_thumb(image, address, address + 32) is (mode == "thumb")
    (finding,) = scan([str(library)], load_pack(builtin_rules())).findings
    assert [str(protection) for protection in finding.site.protections] == ["r--"]


def test_a_call_with_the_bytes_of_a_system_call_is_none(tmp_path):
    """``blx`` whose bytes are an A32 ``svc`` of the old ABI."""
    library = built(tmp_path, LOOK_ALIKE, "s")
    image = ElfImage.open(library)
    (address,) = image.defined(["pages"])
    word = int.from_bytes(image.read(address + 4, 4), "little")
    assert word & 0x0FF00000 == 0x0F900000, hex(word)
    assert scan([str(library)], load_pack(builtin_rules())).findings == ()
