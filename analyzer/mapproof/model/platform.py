"""Which macros stand for an operating system: no compiler predefines those of two."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from mapproof.model.condition import FALSE, AtomKind, Origin, defined, nonzero

if TYPE_CHECKING:
    from mapproof.model.condition import Condition

_SYSTEMS: Final = (
    ("_WIN32", "_WIN64"),
    ("__linux__", "__linux", "__ANDROID__"),
    ("__APPLE__",),
    ("__FreeBSD__",),
    ("__NetBSD__",),
    ("__OpenBSD__",),
    ("__sun", "__sun__"),
    ("_AIX",),
    ("__hpux",),
    ("__HAIKU__",),
    ("__QNX__", "__QNXNTO__"),
    ("__Fuchsia__",),
)
"""What ``gcc -dM -E`` and ``clang --target=... -dM -E`` print for each. Those of systems that wrap another one are left
out: Cygwin's headers may define ``_WIN32``, DragonFly once defined ``__FreeBSD__``."""

_SYSTEM_OF: Final = {macro: names[0] for names in _SYSTEMS for macro in names}


def asks_for_two_systems(condition: Condition) -> bool:
    """Whether a condition holds only in builds that define the macros of two operating systems."""
    named: dict[str, set[str]] = {}
    for atom in condition.atoms():
        system = _SYSTEM_OF.get(atom.symbol)
        if system is not None and atom.origin is Origin.BUILD and atom.kind is not AtomKind.OPAQUE:
            named.setdefault(system, set()).add(atom.symbol)
    if len(named) < 2:
        return False
    for first, second in combinations(sorted(named), 2):
        condition &= ~(_is_defined(named[first]) & _is_defined(named[second]))
    return not condition.satisfiable


def _is_defined(macros: set[str]) -> Condition:
    found = FALSE
    for macro in sorted(macros):
        found |= defined(macro) | nonzero(macro)
    return found
