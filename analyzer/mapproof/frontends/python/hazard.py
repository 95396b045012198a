"""What the texts of a Python file say that no call does: names of the process's own memory."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from mapproof.model.hazard import Hazard, HazardKind
from mapproof.model.location import Span
from mapproof.model.procfs import own_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = b"/proc"


def hazards(path: str, data: bytes) -> Iterator[Hazard]:
    """The hazards of one file. One that can't be parsed is a gap already, and has none."""
    if _MARK not in data:
        return
    try:
        nodes = [node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.expr)]
    except (SyntaxError, ValueError, RecursionError):
        return
    places = [(number, text) for number, node in enumerate(nodes) if (text := _text(node)) is not None]
    found = own_memory(places)
    if found is None:
        return
    node, text = nodes[found[0]], found[1]
    start = sum(len(line) for line in data.splitlines(keepends=True)[: node.lineno - 1]) + node.col_offset
    end = node.end_lineno or node.lineno
    span = Span(path, node.lineno, node.col_offset + 1, end, start, start + len(text))
    yield Hazard(
        HazardKind.OWN_MEMORY, span, f"{text.decode('utf-8', 'replace')!r} names the process's own memory, or may"
    )


def _text(node: ast.expr) -> bytes | None:
    """A text as it is written, ``{}`` for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value.encode("utf-8", "replace") if isinstance(node.value, str) else node.value
    if isinstance(node, ast.JoinedStr):
        return b"".join(b"{}" if isinstance(part, ast.FormattedValue) else _text(part) or b"" for part in node.values)
    return None
