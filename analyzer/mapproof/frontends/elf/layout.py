"""The records of an ELF file as numpy and struct see them, for each class and byte order."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache

import numpy as np

from mapproof.frontends.elf.constants import EM


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file lays out its records. ``bits`` is 32 or 64, ``order`` is ``<`` or ``>``, ``word`` in bytes.

    ``rel`` and ``rela`` have fields ``r_offset`` (and ``r_addend``), and ``r_info`` in 32-bit files or its halves
    ``r_type`` and ``r_sym`` in 64-bit ones; with ``split_info`` (MIPS64) ``r_type`` is one byte, with ``r_type2`` and
    ``r_type3``.
    """

    bits: int
    order: str
    word: int
    header: struct.Struct
    phdr: np.dtype[np.void]
    shdr: np.dtype[np.void]
    symbol: np.dtype[np.void]
    dynamic: np.dtype[np.void]
    rel: np.dtype[np.void]
    rela: np.dtype[np.void]
    split_info: bool

    @property
    def address(self) -> np.dtype[np.unsignedinteger]:
        """The unsigned integer as wide as a pointer."""
        return np.dtype(f"{self.order}u{self.word}")

    @property
    def u32(self) -> np.dtype[np.uint32]:
        """A 32-bit word in the file's byte order."""
        return np.dtype(f"{self.order}u4")

    def integer(self, data: bytes | memoryview, *, signed: bool = False) -> int:
        """Bytes of the file as one integer."""
        return int.from_bytes(data, "little" if self.order == "<" else "big", signed=signed)


def _record(order: str, fields: str) -> np.dtype[np.void]:
    """``"p_type:u4 p_flags:u4"`` as a packed structured type."""
    pairs = [field.split(":") for field in fields.split()]
    return np.dtype([(name, order + kind if kind[1:] != "1" else kind) for name, kind in pairs])


@cache
def layout(bits: int, order: str, machine: int) -> Layout:
    """The layout of a file (gABI chapter 4; MIPS64 ``r_info`` as in the MIPS64 ELF supplement, section 2.9.1)."""
    split = machine == EM.MIPS and bits == 64
    if bits == 64:
        info = "r_type:u4 r_sym:u4" if order == "<" else "r_sym:u4 r_type:u4"
        if split:
            info = "r_sym:u4 r_ssym:u1 r_type3:u1 r_type2:u1 r_type:u1"
        return Layout(
            bits=64,
            order=order,
            word=8,
            header=struct.Struct(order + "HHIQQQIHHHHHH"),
            phdr=_record(
                order, "p_type:u4 p_flags:u4 p_offset:u8 p_vaddr:u8 p_paddr:u8 p_filesz:u8 p_memsz:u8 p_align:u8"
            ),
            shdr=_record(
                order,
                "sh_name:u4 sh_type:u4 sh_flags:u8 sh_addr:u8 sh_offset:u8 sh_size:u8 sh_link:u4 sh_info:u4 "
                "sh_addralign:u8 sh_entsize:u8",
            ),
            symbol=_record(order, "st_name:u4 st_info:u1 st_other:u1 st_shndx:u2 st_value:u8 st_size:u8"),
            dynamic=_record(order, "d_tag:i8 d_val:u8"),
            rel=_record(order, f"r_offset:u8 {info}"),
            rela=_record(order, f"r_offset:u8 {info} r_addend:i8"),
            split_info=split,
        )
    return Layout(
        bits=32,
        order=order,
        word=4,
        header=struct.Struct(order + "HHIIIIIHHHHHH"),
        phdr=_record(order, "p_type:u4 p_offset:u4 p_vaddr:u4 p_paddr:u4 p_filesz:u4 p_memsz:u4 p_flags:u4 p_align:u4"),
        shdr=_record(
            order,
            "sh_name:u4 sh_type:u4 sh_flags:u4 sh_addr:u4 sh_offset:u4 sh_size:u4 sh_link:u4 sh_info:u4 "
            "sh_addralign:u4 sh_entsize:u4",
        ),
        symbol=_record(order, "st_name:u4 st_value:u4 st_size:u4 st_info:u1 st_other:u1 st_shndx:u2"),
        dynamic=_record(order, "d_tag:i4 d_val:u4"),
        rel=_record(order, "r_offset:u4 r_info:u4"),
        rela=_record(order, "r_offset:u4 r_info:u4 r_addend:i4"),
        split_info=False,
    )
