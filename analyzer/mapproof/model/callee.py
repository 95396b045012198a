"""Mapping functions as data: which argument is what, and how a mask spells a protection.

The rows come from ``rules/callees.toml``; nothing here names a function.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from mapproof.model.protection import Prot, ProtSet

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(StrEnum):
    """What a callee does.

    MAP makes a region; OBJECT makes something that can be mapped (memfd, section); PROTECT changes a region's
    protection; REMAP moves a region and keeps its protection; UNMAP ends one; PERSONALITY changes what the platform
    adds to a protection; RESOLVE turns a name into an address (``dlsym``); SYSCALL calls by number. SEGMENT is no
    callee: the headers of a binary ask for memory, and the loader or the kernel makes it.
    """

    MAP = "map"
    OBJECT = "object"
    PROTECT = "protect"
    REMAP = "remap"
    UNMAP = "unmap"
    PERSONALITY = "personality"
    RESOLVE = "resolve"
    SYSCALL = "syscall"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a mask spells a protection.

    With ``values`` the bits under ``select`` pick one protection out of a list (Win32 ``PAGE_*``); a number that is
    not listed may be any protection. Otherwise the mask starts from ``base``, each bit of ``sets`` adds rights and
    each bit of ``clears`` removes them (POSIX ``PROT_*``, ``SHM_RDONLY``). Rights are 0..7.
    """

    name: str
    base: int = 0
    sets: Mapping[int, int] = field(default_factory=dict)
    clears: Mapping[int, int] = field(default_factory=dict)
    select: int = 0
    values: Mapping[int, int] = field(default_factory=dict)

    @property
    def relevant(self) -> int:
        """Every mask bit that the protection depends on."""
        bits = self.select
        for bit in (*self.sets, *self.clears):
            bits |= bit
        return bits

    def decode(self, mask: int) -> ProtSet:
        """The protections that a concrete mask may mean: one, or all when the mask is not listed."""
        if self.values:
            rights = self.values.get(mask & self.select)
            return ProtSet(0xFF) if rights is None else ProtSet.of([rights])
        rights = self.base
        for bit, added in self.sets.items():
            if mask & bit:
                rights |= added
        for bit, removed in self.clears.items():
            if mask & bit:
                rights &= ~removed
        return ProtSet.of([Prot(rights)])

    def decode_known_bits(self, ones: int, zeros: int) -> ProtSet:
        """The protections of every mask that has all of ``ones`` and none of ``zeros``."""
        free = self.relevant & ~(ones | zeros)
        result = ProtSet()
        subset = free
        while True:
            result |= self.decode(ones & self.relevant | subset)
            if subset == 0:
                return result
            subset = (subset - 1) & free


@dataclass(frozen=True, slots=True)
class CalleeSpec:
    """One mapping function. Argument numbers count from 0; ``None`` means the function has no such argument.

    ``fixed`` is the protection (0..7) of functions that take none (``vm_allocate``). ``object`` is the descriptor or
    handle argument, ``shared`` whether the mapping is shared where no flags say so. ``encoding`` names the row under
    ``[encoding]`` that reads the protection argument; ``flags_encoding`` (``posix-map``) tells whose flag names apply.
    ``result`` is ``address`` when the call returns the region, ``pointer`` when it stores the address through the
    address argument, ``object`` for makers, else ``status``.
    """

    name: str
    role: Role
    platform: str
    encoding: str = ""
    protection: int | None = None
    fixed: int | None = None
    address: int | None = None
    length: int | None = None
    flags: int | None = None
    object: int | None = None
    offset: int | None = None
    argument: int | None = None
    shared: bool | None = None
    result: str = "status"
    primitive: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PointerFacts:
    """What functions outside the program do through pointers that they are given.

    ``stores``: name to the arguments through which a function stores; through its others it only reads. ``copies``:
    functions that copy what argument 1 leads to over what argument 0 does; ``fills``: with the byte that argument 1 is;
    ``clears``: with zeros. ``inside``: functions that return an address inside what some argument leads to.
    """

    stores: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    copies: frozenset[str] = frozenset()
    fills: frozenset[str] = frozenset()
    clears: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Functions that are given the name of a file, each with the argument that it is.

    ``load``: map it as code. ``make``: make it, write to it, or open it for one of these. ``modes``: for those of
    ``make`` that are told how to open it, the argument that says so, a number (``open``) or a text (``fopen``).
    ``same``: no name but an open file, which the result stands for too (``fileno``). ``temporary``: those of ``make``
    or beside them that open a temporary file for writing, whatever its name.
    """

    load: Mapping[str, int] = field(default_factory=dict)
    make: Mapping[str, int] = field(default_factory=dict)
    modes: Mapping[str, int] = field(default_factory=dict)
    same: Mapping[str, int] = field(default_factory=dict)
    temporary: frozenset[str] = frozenset()

    def opens(self, name: str) -> bool:
        """Whether the result of such a call is an open file."""
        return name in self.make or name in self.same or name in self.temporary

    def __contains__(self, name: object) -> bool:
        """Whether it is such a function."""
        return name in self.load or name in self.make

    def arguments(self, name: str) -> tuple[int, ...]:
        """The arguments that matter of a call."""
        found = (self.load.get(name), self.make.get(name), self.modes.get(name))
        return tuple(index for index in found if index is not None)


@dataclass(frozen=True, slots=True)
class CalleeTable:
    """The rows of ``rules/callees.toml`` and what frontends need beside them.

    ``constants``: name to value. ``macros``: name with parameters to the text that it stands for where a platform has
    it; whether it does is up to the build. ``syscalls``: syscall number to the callees it may mean on some
    architecture.
    ``pointers``: what functions that map nothing do to memory; ``files``: which of them are given the name of a file.
    """

    callees: Mapping[str, CalleeSpec]
    encodings: Mapping[str, Encoding]
    constants: Mapping[str, int]
    syscalls: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    pointers: PointerFacts = field(default_factory=PointerFacts)
    files: FileFacts = field(default_factory=FileFacts)
    macros: Mapping[str, str] = field(default_factory=dict)
