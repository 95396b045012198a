"""Functions that never return: those that the standards say so of, and small ones of the same file that only lead to
such.

A function ends for good when every way through it does: in a call of one that does, in a loop without a way out, in an
instruction that raises an exception. Whatever is not certain returns. Calls are followed where the linker has bound
them to one address in the file; a symbol that another file may define instead is reached through a stub, by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.elf.jump import raises

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mapproof.frontends.elf.image import ElfImage
    from mapproof.frontends.elf.lift import Instruction, Window

ENDING: Final = frozenset({
    "abort", "exit", "_exit", "_Exit", "quick_exit", "pthread_exit", "longjmp", "_longjmp", "siglongjmp",
    "__longjmp_chk", "__stack_chk_fail", "__fortify_fail", "__chk_fail", "__assert_fail", "__assert", "__assert2",
    "__cxa_throw", "__cxa_rethrow", "__cxa_bad_cast", "__cxa_throw_bad_array_new_length", "_ZSt9terminatev",
    "_Unwind_Resume",
})  # fmt: skip
"""Functions that never return, as C, POSIX and the C++ ABI say of names that no program may give to its own; err(3) is
another function in many a program."""

_LARGEST: Final = 512
"""Bytes of a function of the same file that is looked at."""

_DEEPEST: Final = 4
"""Functions that one leads to another through."""


class Endings:
    """``external`` names what code at an address leads to in other files, ``decode`` gives the instructions from an
    address to the end of their block."""

    def __init__(
        self,
        image: ElfImage,
        window: Window,
        external: Callable[[int], str | None],
        decode: Callable[[int], Sequence[Instruction]],
    ) -> None:
        self._image = image
        self._window = window
        self._external = external
        self._decode = decode
        self._known: dict[int, bool] = {}

    def ends(self, address: int, depth: int = _DEEPEST) -> bool:
        """Whether the function at an address never returns."""
        name = self._external(address)
        if name is not None:
            return name in ENDING
        if self._image.is_object or not depth:
            return False
        if address not in self._known:
            self._known[address] = False
            self._known[address] = self._only_ends(address, depth)
        return self._known[address]

    def behind(self, last: Instruction, depth: int = _DEEPEST) -> bool:
        """Whether an instruction surely calls a function that never returns; what follows may be data."""
        for name, _output, inputs in last.ops:
            if name in {"CBRANCH", "BRANCH"}:
                return False
            if name == "CALL":
                target = inputs[0][1] - self._window.bias
                return target != last.end and self.ends(target, depth)
        return False

    def _only_ends(self, address: int, depth: int) -> bool:
        bounds = self._image.function_bounds(address)
        if bounds is None or bounds.start != address or bounds.end - bounds.start > _LARGEST:
            return False
        within = range(bounds.start, bounds.end)
        todo, seen = [address], set[int]()
        while todo:
            at = todo.pop()
            if at in seen:
                continue
            if at not in within:
                if not self.ends(at, depth - 1):
                    return False
                continue
            block = self._decode(at)
            seen.update(instruction.address for instruction in block)
            following = self._after(block[-1], depth) if block else None
            if following is None:
                return False
            todo.extend(following)
        return True

    def _after(self, last: Instruction, depth: int) -> list[int] | None:
        """Where control goes on behind a block; ``None`` when that may be the caller, or anywhere."""
        from mapproof.frontends.elf.lift import falls_through, jump_targets  # noqa: PLC0415  each needs the other

        if raises(last):
            return []
        if any(name in {"RETURN", "BRANCHIND"} for name, _output, _inputs in last.ops):
            return None
        if self.behind(last, depth - 1):
            return []
        found = list(jump_targets(last, self._window))
        return [*found, last.end] if falls_through(last, self._window) else found
