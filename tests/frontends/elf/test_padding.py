"""What assemblers put between functions and branch targets of 32-bit x86 is no code that control comes from."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mapproof.frontends.elf.image import ElfImage

GCC = "i686-linux-gnu-gcc"
pytestmark = pytest.mark.skipif(shutil.which(GCC) is None, reason="needs the cross compiler for i386")


@pytest.mark.parametrize("gap", range(1, 16))
def test_padding_behind_a_return_leads_nowhere(tmp_path, gap):
    """As much of it as the assembler writes for each alignment."""
    source, built = tmp_path / "gap.s", tmp_path / "gap.so"
    source.write_text(
        f".text\n.p2align 6\nfirst: .skip {63 - gap}, 0x40\nret\n.p2align 6\n.globl second\n.type second, @function\n"
        'second: ret\n.section .note.GNU-stack,"",@progbits\n'
    )
    subprocess.run([GCC, "-shared", "-nostdlib", "-o", built, source], check=True, capture_output=True)
    image = ElfImage.open(built)
    (address,) = image.defined(["second"])
    (code,) = [code for code in image.memory.code_ranges() if code.vaddr <= address < code.end]
    assert image.read(address - gap - 1, 1) == b"\xc3"
    assert image.machine is not None
    assert not image.machine.falls_into(image, code, address), image.read(address - gap, gap).hex()
