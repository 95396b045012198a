"""Where a call puts or finds its memory, as far as its arguments tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.absint.values import Anything, Number, bits_of
from mapproof.model.callee import Role
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from mapproof.absint.target import Target
    from mapproof.absint.values import Leaf, Value
    from mapproof.model.callee import CalleeSpec

FIXED: Final = 0x100010
"""MAP_FIXED, the same on Linux, the BSDs and macOS, and Linux's MAP_FIXED_NOREPLACE."""


def is_kept(leaf: Leaf | None) -> bool:
    """Whether an address was read from memory of which nothing is known."""
    return (
        isinstance(leaf, Anything)
        and not leaf.needs
        and bool(leaf.causes)
        and all(cause.reason is Reason.UNKNOWN_MEMORY for cause in leaf.causes)
    )


def is_placed(spec: CalleeSpec, target: Target) -> bool:
    """Whether a mapping call may say where its memory goes: it then lies in, or beside, what is there already."""
    if spec.role is not Role.MAP or spec.address is None or spec.platform == "win32" or spec.result == "pointer":
        return False
    if spec.flags is None or spec.flags >= len(target.arguments) or spec.flags == spec.protection:
        return spec.address < len(target.arguments) and not is_null(target.arguments[spec.address])
    return any(bits_of(leaf, 8).zeros & FIXED != FIXED for leaf in target.arguments[spec.flags].leaves)


def identity_of(value: Value) -> str:
    """The name of the one unchanging word that a value is; empty if it may be several."""
    leaf = next(iter(value.leaves), None) if len(value.leaves) == 1 else None
    return leaf.identity.text if isinstance(leaf, Anything) and leaf.identity is not None else ""


def is_null(address: Value) -> bool:
    """Whether an address is certainly null."""
    return all(isinstance(leaf, Number) and leaf.value == 0 for leaf in address.leaves)
