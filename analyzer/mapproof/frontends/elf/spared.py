"""Which registers a small function of the same file changes, whatever the calling convention lets it change.

Compilers look (GCC's ``-fipa-ra``): a caller may keep a word in a register over such a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapproof.frontends.elf.entrance import Entrances
    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Body, Window
    from mapproof.frontends.elf.linked import Linked
    from mapproof.frontends.elf.register import Registers
    from mapproof.model.ir import Var

MAX_INSTRUCTIONS: Final = 200
"""Instructions of a function that is looked at."""

_LARGEST: Final = 512
"""Bytes of such a function."""

_DEPTH: Final = 3
_OPAQUE: Final = frozenset({"CALLIND", "CALLOTHER"})


class Spared:
    """``body`` reads a function, or gives ``None`` where it is too large or not known; ``external`` tells the addresses
    of code that leads to other files."""

    def __init__(
        self,
        body: Callable[[int], Body | None],
        external: Callable[[int], bool],
        registers: Registers,
        window: Window,
    ) -> None:
        self._body = body
        self._external = external
        self._registers = registers
        self._window = window
        self._known: dict[int, frozenset[Var] | None] = {}

    def changed(self, address: int, depth: int = _DEPTH) -> frozenset[Var] | None:
        """Every register that the function at an address may change; ``None`` when that is not known."""
        if address not in self._known:
            self._known[address] = None
            self._known[address] = self._found(address, depth)
        return self._known[address]

    def _found(self, address: int, depth: int) -> frozenset[Var] | None:
        body = None if not depth or self._external(address) else self._body(address)
        if body is None or not body.instructions or len(body.instructions) > MAX_INSTRUCTIONS:
            return None
        if body.cut or body.unread or body.leaving or any(not (j.table or j.back) for j in body.jumps.values()):
            return None
        found: set[Var] = set()
        for instruction in body.instructions.values():
            for name, output, inputs in instruction.ops:
                if name in _OPAQUE:
                    return None
                if name == "CALL":
                    inner = self.changed(inputs[0][1] - self._window.bias, depth - 1)
                    if inner is None:
                        return None
                    found |= inner
                if output is not None and output[0] == "register":
                    found.add(self._registers.holding(output[1], output[2])[1])
        return frozenset(found)


def spared_by(entrances: Entrances, linked: Linked, image: ElfImage, registers: Registers) -> Spared:
    """The same over one file: functions are looked at that it says to be short, or seem to be."""

    def body(address: int) -> Body | None:
        bounds = image.function_bounds(address)
        return entrances.plain(address) if bounds is not None and bounds.end - bounds.start <= _LARGEST else None

    def external(address: int) -> bool:
        return linked.external_at(address) is not None

    return Spared(body, external, registers, entrances.window)
