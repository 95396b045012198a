"""What the reader must know of one processor: its relocation types and how its instructions refer to addresses.

Each module under ``machines/`` that has ``MACHINES`` adds them; :func:`machine_of` finds them by walking that package.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from mapproof.frontends.elf.address import CodeRange
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.linkage import Form
    from mapproof.frontends.elf.reference import References, Wanted


@dataclass(frozen=True, slots=True)
class RelocationTypes:
    """Dynamic relocation numbers of a processor supplement.

    ``absolute``: the cell becomes symbol + addend at pointer width.
    ``relative``: the cell becomes load base + addend. ``indirect``: the result of calling base + addend.
    ``forms``: relocations of an object's code and data, as far as they are applied.
    """

    absolute: frozenset[int]
    relative: frozenset[int]
    indirect: frozenset[int]
    copy: int
    glob_dat: int
    jump_slot: int
    forms: Mapping[int, Form] = field(default_factory=dict)


class Sweep(Protocol):
    """Finds every instruction of a code range that refers to a wanted address."""

    def __call__(self, image: ElfImage, code: CodeRange, wanted: Wanted, /) -> References:
        """References to wanted addresses, and ADDRESS references within reach below one, in any order; over-approximate
        rather than miss one."""
        ...


@dataclass(frozen=True, slots=True)
class Displaced:
    """Operands that add a distance to a register: address of the instruction, of the next one, and the distance."""

    address: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    distance: npt.NDArray[np.int64]


class Displacements(Protocol):
    """Finds operands that add one of some distances to a register, in a stretch of code."""

    def __call__(
        self, image: ElfImage, code: CodeRange, low: int, high: int, distances: npt.NDArray[np.int64], /
    ) -> Displaced:
        """``low`` to ``high`` are addresses, high exclusive; they may reach beyond the code range."""
        ...


class Stubs(Protocol):
    """Finds linkage stubs: code that only loads a slot and jumps to what it holds."""

    def __call__(
        self, image: ElfImage, code: CodeRange, slots: npt.NDArray[np.uint64], /
    ) -> dict[int, tuple[int, int]]:
        """Stub address to (slot address, address of the jump), for slots (sorted) that a stub leads to. A function that
        ends in a jump through a slot looks the same from there on."""
        ...


class Traps(Protocol):
    """Finds raw system call instructions."""

    def __call__(self, image: ElfImage, code: CodeRange, /) -> Sequence[tuple[int, int, str]]:
        """(address, size, mnemonic) of each."""
        ...


class CallTargets(Protocol):
    """Finds where direct calls lead, to infer function starts."""

    def __call__(self, image: ElfImage, code: CodeRange, /) -> npt.NDArray[np.uint64]:
        """Addresses that look like the target of a call; some are coincidences."""
        ...


class Jumps(Protocol):
    """Finds unconditional direct jumps, to infer which functions end in a jump to another one."""

    def __call__(self, image: ElfImage, code: CodeRange, /) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """Where each stands, and where it leads; some are coincidences."""
        ...


class DirectJumps(Protocol):
    """Finds direct jumps, conditional or not, that stand in a stretch of code."""

    def __call__(
        self, image: ElfImage, code: CodeRange, low: int, high: int, /, *, short: bool
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """Where each stands in [low, high), and where it leads, if that is in the code range; some are coincidences.
        Those of two bytes, which lead nowhere far, only if ``short``."""
        ...


class FallsInto(Protocol):
    """Says whether control may reach an instruction from the one before it."""

    def __call__(self, image: ElfImage, code: CodeRange, address: int, /) -> bool:
        """False when what stands before is no code, or ends in a jump or return, as far as can be seen there."""
        ...


class LocalEntry(Protocol):
    """Finds the second entry of a function that has one for callers in the same file."""

    def __call__(self, image: ElfImage, function: int, /) -> int | None:
        """Its address, or ``None``."""
        ...


class GlobalPointer(Protocol):
    """Finds what the register holds that leads to a program's own data wherever its code runs."""

    def __call__(self, image: ElfImage, /) -> int | None:
        """The address, or ``None`` when it is not known or there is no such register."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """One processor. ``orders`` are the byte orders that ``sweep`` can read, ``bits`` the ELF classes. ``thumb``: the
    lowest bit of a code address chooses an instruction set. ``jumps`` is there where files tell little of functions.
    ``independent``: what ``sweep`` finds of one address does not change with what else is wanted."""

    name: str
    number: int
    bits: frozenset[int]
    orders: frozenset[str]
    relocations: RelocationTypes
    sweep: Sweep
    displaced: Displacements
    stubs: Stubs
    traps: Traps
    call_targets: CallTargets
    falls_into: FallsInto
    direct_jumps: DirectJumps
    thumb: bool = False
    independent: bool = False
    jumps: Jumps | None = None
    local_entry: LocalEntry | None = None
    global_pointer: GlobalPointer | None = None


@cache
def machines() -> tuple[Machine, ...]:
    """Every machine of the package; two that claim the same number and class are an error of ours."""
    from mapproof.frontends.elf import machines as package  # noqa: PLC0415  # found at run time, so that adding one file adds one machine

    found: list[Machine] = []
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        found += getattr(importlib.import_module(f"{package.__name__}.{module}"), "MACHINES", ())
    keys = [(machine.number, bits) for machine in found for bits in machine.bits]
    if len(keys) != len(set(keys)):
        message = f"two machines claim the same e_machine and class: {sorted(keys)}"
        raise AssertionError(message)
    return tuple(found)


@cache
def machine_of(number: int, bits: int, order: str) -> Machine | None:
    """The machine for ``e_machine``, class and byte order, or ``None`` when mapproof cannot read its code."""
    for machine in machines():
        if machine.number == number and bits in machine.bits and order in machine.orders:
            return machine
    return None
