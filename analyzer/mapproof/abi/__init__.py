"""Facts of targets, one file per architecture; a module with a constant ``ARCH`` is found by walking this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

from mapproof.abi.arch import Arch, ByteOrder

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Arch", "ByteOrder", "architecture_of", "architectures", "syscalls"]


@cache
def architectures() -> Mapping[str, Arch]:
    """Every architecture by name, in the order of names. Two of one name or one ELF identity are a ``ValueError``."""
    found: dict[str, Arch] = {}
    identities: dict[tuple[int, int, ByteOrder], str] = {}
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        arch = getattr(import_module(f"{__name__}.{module.name}"), "ARCH", None)
        if not isinstance(arch, Arch):
            continue
        identity = (arch.machine, arch.bits, arch.order)
        if arch.name in found or identity in identities:
            message = f"{module.name}: {arch.name} is described twice"
            raise ValueError(message)
        found[arch.name] = arch
        identities[identity] = arch.name
    return MappingProxyType(dict(sorted(found.items())))


def architecture_of(machine: int, bits: int, order: str) -> Arch | None:
    """The architecture of an ELF header's ``e_machine``, class and byte order (``little`` or ``big``)."""
    for arch in architectures().values():
        if (arch.machine, arch.bits, arch.order.value) == (machine, bits, order):
            return arch
    return None


@cache
def syscalls() -> Mapping[int, tuple[str, ...]]:
    """System call number to every callee that it means on some architecture, for code whose target is not known."""
    merged: dict[int, set[str]] = {}
    for arch in architectures().values():
        for name, number in arch.syscalls.items():
            merged.setdefault(number, set()).add(name)
        for number, name in arch.foreign_syscalls.items():
            merged.setdefault(number, set()).add(name)
    return MappingProxyType({number: tuple(sorted(names)) for number, names in sorted(merged.items())})
