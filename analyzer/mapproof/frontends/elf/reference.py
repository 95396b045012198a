"""References: which instruction or data cell refers to which address, as arrays.

Addresses are virtual. ``address`` is where the instruction starts and ``end`` where the next one does. On processors
whose instructions vary in length the start can include or miss a redundant prefix; ``end`` is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

_Scalar = TypeVar("_Scalar", bound=np.generic)

_GAP: Final = 1 << 20
"""Targets closer than this are swept for as one range: one compare of slack costs less than one more pass."""


class Kind(IntEnum):
    """How the target is used.

    CALL, JUMP and BRANCH (conditional) go to the target itself; CALL_SLOT and JUMP_SLOT go to what the cell at the
    target holds. LOAD and STORE move the cell's content; ADDRESS forms the target's address; READ reads or tests the
    cell some other way. DATA: a data cell holds the target's address. NEAR: an instruction of a function that forms an
    address up to ``reach`` below the target uses an offset that leads to the target; whether it is that base, only
    following the values can tell. SHORT: a two-byte jump, as likely as not a coincidence of bytes.
    """

    CALL = 1
    JUMP = 2
    BRANCH = 3
    CALL_SLOT = 4
    JUMP_SLOT = 5
    LOAD = 6
    STORE = 7
    ADDRESS = 8
    READ = 9
    DATA = 10
    NEAR = 11
    SHORT = 12


RECORD: Final = np.dtype([("address", "u8"), ("end", "u8"), ("target", "u8"), ("kind", "u1")])

References = np.ndarray[tuple[int], np.dtype[np.void]]
"""A one-dimensional array of ``RECORD``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference, unpacked."""

    address: int
    end: int
    target: int
    kind: Kind


def sorted_unique(values: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    """What ``np.unique`` returns; the sort beats its hash table on millions of nearly sorted addresses, and it imports
    nothing more."""
    ordered = np.sort(values, kind="stable")
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def unpack(references: References) -> Iterator[Reference]:
    """The rows as objects."""
    for address, end, target, kind in references.tolist():
        yield Reference(address, end, target, Kind(kind))


def make(
    address: npt.NDArray[np.uint64],
    end: npt.NDArray[np.uint64],
    target: npt.NDArray[np.uint64],
    kind: npt.NDArray[np.uint8] | int,
) -> References:
    """Columns as one array."""
    result = np.empty(len(address), RECORD)
    result["address"], result["end"], result["target"], result["kind"] = address, end, target, kind
    return result


def join(parts: Iterable[References]) -> References:
    """All rows, sorted by address, target and kind, without repeats."""
    kept = [part for part in parts if len(part)]
    if not kept:
        return np.zeros(0, RECORD)
    rows = np.concatenate(kept)
    rows = rows[np.lexsort((rows["kind"], rows["target"], rows["end"], rows["address"]))]
    return rows[np.concatenate(([True], rows[1:] != rows[:-1]))]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The addresses looked for.

    ``exact``: all of them, sorted and unique. ``tables``: those among them that code may reach by an offset from an
    address formed up to ``reach`` below. ``ranges``: merged (low, high exclusive) covers of all that and of ``reach``.
    """

    exact: npt.NDArray[np.uint64]
    tables: npt.NDArray[np.uint64]
    reach: int
    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, targets: Iterable[int], tables: Iterable[int] = (), reach: int = 0) -> Wanted:
        """Sort and merge; ``tables`` count as targets too."""
        cells = sorted_unique(np.fromiter(tables, np.uint64))
        exact = sorted_unique(np.concatenate((np.fromiter(targets, np.uint64), cells)))
        lows = np.maximum(cells, np.uint64(reach)) - np.uint64(reach)
        points = sorted_unique(np.concatenate((exact, lows)))
        if not len(points):
            return cls(exact, cells, reach, ())
        groups = np.split(points, np.flatnonzero(np.diff(points) > np.uint64(_GAP)) + 1)
        return cls(exact, cells, reach, tuple((int(group[0]), int(group[-1]) + 1) for group in groups))

    def holds(self, addresses: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """Which of the addresses are wanted."""
        return _up_to(self.exact, addresses, 0)

    def near(self, addresses: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """Which of the addresses lie at a table cell or up to ``reach`` below one."""
        return _up_to(self.tables, addresses, self.reach)

    def possible(self, addresses: npt.NDArray[np.uint64], slack: int) -> npt.NDArray[np.bool_]:
        """Which of the addresses would be wanted or near with up to ``slack`` more."""
        return _up_to(self.exact, addresses, slack) | _up_to(self.tables, addresses, self.reach + slack)

    def useful(self, kind: npt.NDArray[np.uint8], target: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """Which references count: those to a wanted address, and those that form one within reach of a table cell."""
        return np.asarray(((kind > 0) & self.holds(target)) | ((kind == Kind.ADDRESS) & self.near(target)))


def _up_to(points: npt.NDArray[np.uint64], addresses: npt.NDArray[np.uint64], distance: int) -> npt.NDArray[np.bool_]:
    """Which of the addresses lie at one of the sorted points or up to ``distance`` below it."""
    if not len(points):
        return np.zeros(len(addresses), np.bool_)
    above = points[np.minimum(np.searchsorted(points, addresses), len(points) - 1)]
    return np.asarray((above >= addresses) & (above - addresses <= np.uint64(distance)))
