"""Numbers of the ELF format, spelled as the standards spell them.

Sources: System V gABI chapters 4 and 5; GNU and LLVM extensions as in their linkers' headers; the processor
supplements for ``e_machine``. Only what the reader uses.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Final

ELFMAG: Final = b"\x7fELF"
ELFCLASS32: Final = 1
ELFCLASS64: Final = 2
ELFDATA2LSB: Final = 1
ELFDATA2MSB: Final = 2
PN_XNUM: Final = 0xFFFF
SHN_UNDEF: Final = 0
SHN_LORESERVE: Final = 0xFF00
SHN_ABS: Final = 0xFFF1
SHN_COMMON: Final = 0xFFF2
SHN_XINDEX: Final = 0xFFFF


class ET(IntEnum):
    """``e_type``."""

    NONE = 0
    REL = 1
    EXEC = 2
    DYN = 3
    CORE = 4


class EM(IntEnum):
    """``e_machine``, the ones mapproof knows."""

    I386 = 3
    MIPS = 8
    PPC = 20
    PPC64 = 21
    S390 = 22
    ARM = 40
    X86_64 = 62
    AARCH64 = 183
    RISCV = 243
    LOONGARCH = 258


class PT(IntEnum):
    """``p_type``."""

    LOAD = 1
    DYNAMIC = 2
    INTERP = 3
    NOTE = 4
    PHDR = 6
    TLS = 7
    GNU_EH_FRAME = 0x6474E550
    GNU_STACK = 0x6474E551
    GNU_RELRO = 0x6474E552
    GNU_PROPERTY = 0x6474E553
    ARM_EXIDX = 0x70000001


class PF(IntFlag):
    """``p_flags``."""

    X = 1
    W = 2
    R = 4


class SHT(IntEnum):
    """``sh_type``."""

    PROGBITS = 1
    SYMTAB = 2
    STRTAB = 3
    RELA = 4
    NOTE = 7
    NOBITS = 8
    REL = 9
    DYNSYM = 11
    SYMTAB_SHNDX = 18
    RELR = 19
    CREL = 0x40000014
    ANDROID_REL = 0x60000001
    ANDROID_RELA = 0x60000002
    ARM_EXIDX = 0x70000001


class SHF(IntFlag):
    """``sh_flags``."""

    WRITE = 1
    ALLOC = 2
    EXECINSTR = 4
    COMPRESSED = 0x800


class DT(IntEnum):
    """``d_tag``."""

    NULL = 0
    NEEDED = 1
    PLTRELSZ = 2
    PLTGOT = 3
    HASH = 4
    STRTAB = 5
    SYMTAB = 6
    RELA = 7
    RELASZ = 8
    RELAENT = 9
    STRSZ = 10
    SYMENT = 11
    INIT = 12
    FINI = 13
    SONAME = 14
    RPATH = 15
    REL = 17
    RELSZ = 18
    RELENT = 19
    PLTREL = 20
    TEXTREL = 22
    JMPREL = 23
    BIND_NOW = 24
    INIT_ARRAY = 25
    FINI_ARRAY = 26
    INIT_ARRAYSZ = 27
    FINI_ARRAYSZ = 28
    RUNPATH = 29
    FLAGS = 30
    PREINIT_ARRAY = 32
    PREINIT_ARRAYSZ = 33
    RELRSZ = 35
    RELR = 36
    RELRENT = 37
    CREL = 0x40000026
    ANDROID_REL = 0x6000000F
    ANDROID_RELSZ = 0x60000010
    ANDROID_RELA = 0x60000011
    ANDROID_RELASZ = 0x60000012
    ANDROID_RELR = 0x6FFFE000
    ANDROID_RELRSZ = 0x6FFFE001
    GNU_HASH = 0x6FFFFEF5
    FLAGS_1 = 0x6FFFFFFB
    MIPS_LOCAL_GOTNO = 0x7000000A
    MIPS_SYMTABNO = 0x70000011
    MIPS_GOTSYM = 0x70000013


DF_TEXTREL: Final = 0x4
DF_BIND_NOW: Final = 0x8
DF_1_NOW: Final = 0x1
DF_1_PIE: Final = 0x08000000


class STT(IntEnum):
    """The type half of ``st_info``."""

    NOTYPE = 0
    OBJECT = 1
    FUNC = 2
    SECTION = 3
    FILE = 4
    GNU_IFUNC = 10


NT_GNU_BUILD_ID: Final = 3
NT_GNU_PROPERTY_TYPE_0: Final = 5
GNU_PROPERTY_AARCH64_FEATURE_1_AND: Final = 0xC0000000
GNU_PROPERTY_X86_FEATURE_1_AND: Final = 0xC0000002
GNU_PROPERTY_RISCV_FEATURE_1_AND: Final = 0xC0000000
