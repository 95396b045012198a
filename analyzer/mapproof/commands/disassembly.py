"""The instructions before a binary's call, for people: which of them set the protection is marked, nothing is judged.

The disassembler works in a process of its own, one for each file: what it makes of some bytes can't end the run.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mapproof.model.dossier import Instruction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.connection import Connection

    from mapproof.frontends.elf.image import ElfImage
    from mapproof.model.dossier import Judged

_BEFORE: Final = 12
"""Instructions that are shown before a call."""
_LONGEST: Final = 1 << 16
"""Bytes from a function's start to a call; where there are more, no code is shown."""
_PATIENCE: Final = 60
"""Seconds for one file."""
_REORDERED: Final = frozenset({"wrapper", "trap", "syscall"})
"""Links of a callee chain after which the arguments need not stand where the primitive has them."""

_Shown = dict[str, tuple[Instruction, ...]]


@dataclass(slots=True)
class Disassembly:
    """Code around the sites of a run. ``protection_at`` says which argument of a primitive is its protection."""

    sites: Mapping[str, Judged]
    protection_at: Mapping[str, int]
    most: int
    _known: dict[str, _Shown] = field(default_factory=dict)

    def __call__(self, site: Judged) -> tuple[Instruction, ...]:
        """The instructions up to a site's call; none where they can't be told."""
        if site.spot.address is None:
            return ()
        path = site.artifact
        if path not in self._known:
            mine = [one for one in self.sites.values() if one.artifact == path and one.spot.address is not None]
            self._known[path] = self._worked_out(path, mine)
        return self._known[path].get(site.id, ())

    def _worked_out(self, path: str, sites: Sequence[Judged]) -> _Shown:
        from hashlib import sha256

        from mapproof.commands.members import bytes_of
        from mapproof.frontends.elf.image import ElfImage

        try:
            data = bytes_of(path, self.most)
        except OSError:
            return {}
        digest = sha256(data).hexdigest()
        sites = [one for one in sites if one.sha256 == digest]
        if not sites:
            return {}
        image = ElfImage(data, path)
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_serve, args=(image, sites, self.protection_at, theirs), daemon=True)
        process.start()
        theirs.close()
        try:
            found: _Shown = ours.recv() if ours.poll(_PATIENCE) else {}
        except (EOFError, OSError):
            found = {}
        process.terminate()
        process.join()
        ours.close()
        return found


def _serve(
    image: ElfImage, sites: Sequence[Judged], protection_at: Mapping[str, int], pipe: Connection[Any, Any]
) -> None:
    """The worker's life: one answer."""
    found: _Shown = {}
    for site in sites:
        try:
            shown = _around(image, site, protection_at)
        except Exception:  # noqa: BLE001, S112  the disassembler's own errors have no common base
            continue
        found[site.id] = shown
    pipe.send(found)
    pipe.close()


def _around(image: ElfImage, site: Judged, protection_at: Mapping[str, int]) -> tuple[Instruction, ...]:
    import pypcode

    from mapproof.abi import architecture_of
    from mapproof.frontends.elf.constants import EM
    from mapproof.frontends.elf.mode import is_thumb

    header, call, within = image.header, site.spot.address, site.within
    if header is None or call is None or within is None or within.address is None:
        return ()
    arch = architecture_of(header.machine, image.layout.bits, "little" if image.layout.order == "<" else "big")
    start, end = within.address, site.spot.return_address or call + 4
    if arch is None or arch.convention is None or not 0 <= call - start <= _LONGEST or end <= call:
        return ()
    raw = image.read(start, end - start)
    if raw is None:
        return ()
    context: Any = pypcode.Context(arch.convention.language)
    if header.machine == EM.ARM:
        context.setVariableDefault("TMode", int(is_thumb(image, start, end)))
    listed = context.disassemble(raw, base_address=start).instructions
    if call not in {one.addr.offset for one in listed}:
        return ()
    shown = [one for one in listed if one.addr.offset <= call][-_BEFORE - 1 :]
    register = _register(context, arch.convention.arguments, site, protection_at)
    marks: set[int] = set()
    for one in shown[:-1]:
        at = one.addr.offset - start
        ops = context.translate(raw[at : at + one.length], base_address=one.addr.offset, max_instructions=1).ops
        if any(op.opcode.name in {"CALL", "CALLIND", "CALLOTHER"} for op in ops):
            marks.clear()
        elif register is not None and any(op.output is not None and _meets(op.output, register) for op in ops):
            marks.add(one.addr.offset)
    return tuple(
        Instruction(one.addr.offset, f"{one.mnem.lower()} {one.body}".strip(), one.addr.offset in marks)
        for one in shown
    )


def _register(
    context: Any,  # noqa: ANN401  the disassembler has no types
    arguments: Sequence[str],
    site: Judged,
    protection_at: Mapping[str, int],
) -> tuple[int, int] | None:
    """Offset and size of the register that the protection is handed over in."""
    number = protection_at.get(site.primitive)
    if number is None or number >= len(arguments) or _REORDERED & set(site.via):
        return None
    node = context.registers[arguments[number]]
    return node.offset, node.size


def _meets(output: Any, register: tuple[int, int]) -> bool:  # noqa: ANN401  likewise
    offset, size = register
    return bool(
        output.space.name == "register" and output.offset < offset + size and offset < output.offset + output.size
    )
