"""Bit fields of many instruction words at once."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_Columns = TypeVar("_Columns")


def unsigned(word: npt.NDArray[np.uint32], low: int, width: int) -> npt.NDArray[np.int64]:
    """The field of ``width`` bits from bit ``low``."""
    return ((word >> np.uint32(low)) & np.uint32((1 << width) - 1)).astype(np.int64)


def signed(word: npt.NDArray[np.uint32], low: int, width: int) -> npt.NDArray[np.int64]:
    """The same, two's complement."""
    half = 1 << (width - 1)
    return (unsigned(word, low, width) ^ half) - half


def matches(word: npt.NDArray[np.uint32], mask: int, value: int) -> npt.NDArray[np.int64]:
    """Positions of the words that equal ``value`` under ``mask``."""
    return np.flatnonzero((word & np.uint32(mask)) == np.uint32(value))


def concatenate(kind: type[_Columns], parts: Sequence[_Columns]) -> _Columns:
    """Records of arrays, end to end, column by column."""
    return kind(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(kind)))  # type: ignore[arg-type]  # only dataclasses of arrays are passed
