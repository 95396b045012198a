"""Where functions start and end in files that keep no unwind tables, and which addresses their code makes."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

from mapproof.frontends.elf.image import ElfImage
from mapproof.frontends.elf.machines._fixed import Words
from mapproof.frontends.elf.machines.riscv import Decoder

ARM = "arm-linux-gnueabihf-gcc"


def assembled(tmp_path, text):
    source, built = tmp_path / "code.s", tmp_path / "code.so"
    source.write_text(f'.syntax unified\n.text\n{text}\n.section .note.GNU-stack,"",%progbits\n')
    subprocess.run([ARM, "-shared", "-nostdlib", "-o", built, source], check=True, capture_output=True)
    return ElfImage.open(built)


@pytest.mark.skipif(shutil.which(ARM) is None, reason=f"needs {ARM}")
@pytest.mark.parametrize(
    "before",
    [
        ".arm\nmov r0, #0\npop {r4, pc}",
        ".arm\nmov r0, #0\nmov pc, lr",
        ".arm\nldr r0, 1f\npop {r4, pc}\n1: .word 0x12345678",
        ".arm\nvldr d0, 1f\nbx lr\n.align 3\n1: .quad 0x123456789abcdef0",
        ".thumb\nmovs r0, #0\npop {r4, pc}\nnop",
        ".thumb\nmovs r0, #0\npop.w {r8, pc}",
        ".thumb\nldr r0, 1f\nbx lr\n.align 2\n1: .word 0x12345678",
        ".thumb\nldr r0, 1f\nldr pc, [sp], #4\n.align 2\n1: .word 0x12345678\n.short 0",
        ".thumb\nmovs r0, #0\nb.w elsewhere",
    ],
)
def test_arm_code_ends_before_constants_and_padding(tmp_path, before):
    image = assembled(
        tmp_path,
        f"first: {before}\n.globl second\n.type second, %function\nsecond: bx lr\n.globl elsewhere\nelsewhere: bx lr",
    )
    (address,) = image.defined(["second"])
    (code,) = [code for code in image.memory.code_ranges() if code.vaddr <= address < code.end]
    assert not image.machine.falls_into(image, code, address & ~1)


@pytest.mark.skipif(shutil.which(ARM) is None, reason=f"needs {ARM}")
@pytest.mark.parametrize(
    "before",
    [
        ".arm\n" + "add r0, r1, r2\n" * 8 + "mov r0, #0",
        ".arm\npop {r4, r5}",
        ".thumb\nmovs r0, #1",
        ".arm\nbx lr\n.word 0x12345678",
        ".thumb\npop {r4}",
    ],
)
def test_arm_code_that_goes_on_is_told_to(tmp_path, before):
    image = assembled(tmp_path, f"first: {before}\n.globl second\n.type second, %function\nsecond: bx lr")
    (address,) = image.defined(["second"])
    (code,) = [code for code in image.memory.code_ranges() if code.vaddr <= address < code.end]
    assert image.machine.falls_into(image, code, address & ~1)


@pytest.mark.parametrize(
    ("word", "register", "value"),
    [(0x6541, 10, 0x10000), (0x6451, 8, 0x14000), (0x7579, 10, -0x2000), (0x67FD, 15, 0x1F000)],
)
def test_riscv_puts_high_parts_into_registers_in_two_bytes(word, register, value):
    """As objdump has them: c.lui a0,0x10; c.lui s0,0x14; c.lui a0,-2; c.lui a5,0x1f."""
    words = Words(np.array([0x1000], np.int64), np.array([0x10000 * 0x8082 | word], np.uint32))
    formed = Decoder().formed(words, None)
    found = set(zip(formed.register.tolist(), formed.value.tolist(), formed.end.tolist(), strict=True))
    assert found == {(register, value, 0x1002)}


def test_riscv_does_not_take_stack_adjustments_for_addresses():
    """C.addi16sp has the same first bits."""
    words = Words(np.array([0x1000], np.int64), np.array([0x80827179], np.uint32))
    assert not len(Decoder().formed(words, None).value)
