"""How the code of one processor refers to addresses, for the checker: one file each; ``MACHINE`` is found by a walk."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from mapproof.verify.machines.base import Machine


@cache
def machine_of(architecture: str) -> Machine | None:
    """The machine of an architecture, by the name that ``abi/`` gives it; ``None`` where no proof is written for it."""
    for module in iter_modules(__path__):
        found = getattr(import_module(f"{__name__}.{module.name}"), "MACHINE", None)
        if isinstance(found, Machine) and found.name == architecture:
            return found
    return None
