"""What the checker must know of a processor: where code refers to an address, as far as a scan of its bytes tells.

A scan may find too much, since bytes may look like an instruction and not be one; it must not find too little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapproof.verify.image import Image


class References(Protocol):
    """What the code of one file refers to."""

    def leading(self, first: int, last: int) -> list[tuple[int, int]]:
        """Where a direct call or jump into a range of addresses (both ends in it) may stand: a position within the
        instruction, and the address."""
        ...

    def forming(self, target: int) -> list[int]:
        """Where instructions may stand that an address is formed with, or what stands there is read with; of several
        that do it together, each first one."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """One processor, by the name of its ``abi/`` file.

    ``word_slots`` are the relocation types that put a symbol's address in a word, ``data_slots`` those of them that
    stand in data. ``references`` scans a file. ``within``: one instruction holds a whole address, or its distance;
    elsewhere addresses are formed by several. ``short`` is how far jumps reach that ``references`` does not find.
    ``traps`` gives the places of system call instructions. ``landings`` is what may stand before a linkage stub as part
    of it; ``step`` is the smallest distance of two instructions.
    """

    name: str
    word_slots: frozenset[int]
    data_slots: frozenset[int]
    references: Callable[[Image], References]
    traps: Callable[[Image], list[int]]
    within: bool = False
    short: int = 0
    landings: tuple[bytes, ...] = ()
    step: int = 1
