"""How the file was opened that a mapping call is given, as far as the function that maps it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mapproof.absint.identity import chain
from mapproof.absint.project import Masks
from mapproof.absint.values import Anything, BaseKind, Pointer, bits_of
from mapproof.model.ir import Opcode
from mapproof.model.site import Observation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mapproof.absint.event import Call
    from mapproof.absint.target import Target
    from mapproof.absint.values import Value
    from mapproof.model.callee import CalleeTable

_ACCESS: Final = 3
"""The bits of an ``O_*`` word that tell reading from writing: O_RDONLY 0, O_WRONLY 1, O_RDWR 2 on every system."""

_SHARED_FOLDERS: Final = ("/tmp/", "/var/tmp/", "/dev/shm/", "/run/lock/")  # noqa: S108  the folders that are looked for
"""Folders that everybody may write to (hier(7), file-hierarchy(7))."""

_WIDTHS: Final = frozenset({Opcode.SUBPIECE, Opcode.INT_ZEXT, Opcode.INT_SEXT})
_MOST_STEPS: Final = 4
"""Calls like ``fileno`` that a file is followed through."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One way in which a file was opened: the function, the path if it is a literal, and whether it may be written
    through the descriptor (``None``: not known)."""

    by: str
    path: str = ""
    writable: bool | None = None
    temporary: bool = False

    def observed(self) -> Iterator[Observation]:
        """The words for it."""
        if self.by == "shm_open":
            yield Observation("opened-shared-object", "the object has a name below /dev/shm, opened by shm_open")
        if self.temporary:
            what = f"{self.path} lies where everybody may write" if self.path else "it is a temporary file"
            yield Observation("opened-temporary", f"{what}, opened by {self.by}")
        if self.writable is not None:
            word = "opened-writable" if self.writable else "opened-read-only"
            rights = "writing" if self.writable else "reading only"
            yield Observation(word, f"{self.by} opens the file for {rights}")


def opened_by(target: Target, calls: Mapping[str, Call], table: CalleeTable) -> Opened | None:
    """How the object that a call maps was opened; ``None`` where that is not seen, or differs.

    ``calls`` are those of the same run by label.
    """
    spec = target.spec
    if spec is None or spec.object is None or spec.object >= len(target.arguments):
        return None
    return _opened(target.arguments[spec.object], calls, table, _MOST_STEPS)


def _opened(value: Value, calls: Mapping[str, Call], table: CalleeTable, steps: int) -> Opened | None:
    label = _result_of(value) if steps else None
    call = calls.get(label) if label is not None else None
    name = _name_of(call) if call is not None else ""
    if call is None or not table.files.opens(name):
        return None
    if name in table.files.same:
        given = call.arguments[table.files.same[name] :][:1]
        return _opened(given[0], calls, table, steps - 1) if given else None
    path = _text(call, table.files.make.get(name))
    temporary = name in table.files.temporary
    writable = temporary or _writable(call, table.files.modes.get(name))
    return Opened(name.removeprefix("builtin "), path, writable, temporary or path.startswith(_SHARED_FOLDERS))


def _result_of(value: Value) -> str | None:
    """The label of the call whose result a word is, at whatever width."""
    leaf = next(iter(value.leaves), None)
    if len(value.leaves) != 1 or not isinstance(leaf, Anything) or leaf.identity is None:
        return None
    for text, steps in chain(leaf.identity.text):
        if all(step.opcode in _WIDTHS for step in steps):
            label = text
    return label


def _name_of(call: Call) -> str:
    """The function that is called; empty where it may be several."""
    leaf = next(iter(call.callee.leaves), None)
    sure = len(call.callee.leaves) == 1 and isinstance(leaf, Pointer) and leaf.base.kind is BaseKind.FUNCTION
    return leaf.base.name if isinstance(leaf, Pointer) and sure else ""


def _text(call: Call, position: int | None) -> str:
    """The literal text of an argument; empty where it is none, or one of several."""
    if position is None or position >= len(call.arguments):
        return ""
    leaves = list(call.arguments[position].leaves)
    only = leaves[0] if len(leaves) == 1 else None
    literal = isinstance(only, Pointer) and only.base.kind is BaseKind.STRING and all(e == 0 for e in only.path)
    return only.base.name if isinstance(only, Pointer) and literal else ""


def _writable(call: Call, position: int | None) -> bool | None:
    """Whether the way that a file is opened in lets it be written: an ``O_*`` word, or a text like ``r+b``."""
    if position is None or position >= len(call.arguments):
        return None
    mode = _text(call, position)
    if mode:
        return any(letter in mode for letter in "wax+")
    masks = Masks()
    masks.add(call.arguments[position], call.path)
    answers = {bool(mask & _ACCESS) for mask in masks.numbers}
    for leaf in masks.partial:
        bits = bits_of(leaf, 8)
        if not bits.ones & _ACCESS and bits.zeros & _ACCESS != _ACCESS:
            return None
        answers.add(bool(bits.ones & _ACCESS))
    return answers.pop() if len(answers) == 1 else None
