"""What lowering must know of a file beside the code it lowers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from mapproof.abi import architecture_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.abi.arch import Arch, Convention
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Window
    from mapproof.frontends.elf.register import Registers
    from mapproof.model.ir import CallSyntax, Symbol, Var


class Effect(NamedTuple):
    """``changed``: every register that a function may change; ``None`` for all that the convention allows. ``twice``:
    it keeps its caller's stack pointer where it is told to, so that its call may return once more."""

    changed: frozenset[Var] | None = None
    twice: bool = False


NO_EFFECT: Final = Effect()


class Target(Protocol):
    """Names what direct calls call."""

    def called(self, address: int) -> tuple[Symbol, CallSyntax]:
        """The function at an address, and how a call of it reads."""
        ...

    def effect(self, address: int) -> Effect:
        """What a call of the function at an address does besides its work."""
        ...

    def effect_through(self, cell: int | None) -> Effect:
        """The same of a call of what a cell holds, or of what is in a register."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """All that lowering must know of a file beside the code: ``word`` is the size of an address in bytes,
    ``traps`` the system call instructions: address and mnemonic, ``global_pointer`` what the
    convention's register of that name holds, if that is known."""

    path: str
    word: int
    window: Window
    registers: Registers
    convention: Convention
    target: Target
    traps: Mapping[int, str]
    global_pointer: int | None = None


def architecture(image: ElfImage) -> Arch | None:
    """The file's architecture, or ``None`` when nothing is known of it."""
    if image.header is None:
        return None
    order = "little" if image.layout.order == "<" else "big"
    return architecture_of(image.header.machine, image.layout.bits, order)
