"""The one scan over a whole file: braces, directives, comments and literals, nothing else.

Everything later looks at small stretches only, so a file of ten megabytes costs this scan and little more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from mapproof.frontends.c.lexeme import CHARACTER, COMMENT, STRING, raw_string_end

OPEN: Final = 0
CLOSE: Final = 1
DIRECTIVE: Final = 2

_PLAIN: Final = re.compile(STRING + rb"|" + CHARACTER + rb"|" + COMMENT + rb"|[{}#]", re.DOTALL)
_DIGRAPHS: Final = re.compile(STRING + rb"|" + CHARACTER + rb"|" + COMMENT + rb"|[{}#]|<%|%>|%:", re.DOTALL)
_DIRECTIVE: Final = re.compile(
    rb"(?:\#|%:)(?:[ \t\f\v]++|\\\r?\n|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+([A-Za-z_]*+)"
    rb"((?:[^\\\n/\"']++|\\(?:\r\n|.)|" + COMMENT + rb"|" + STRING + rb"|" + CHARACTER + rb"|[/\"'])*+)",
    re.DOTALL,
)
_NUMBER_BEFORE: Final = re.compile(rb"(?<![\w.$])\.?[0-9][0-9A-Za-z_.']*\Z")


@dataclass(slots=True)
class Skeleton:
    """What the scan found, as parallel lists by rising offset.

    ``events``: ``offset << 2 | code`` for each brace and directive. ``starts``, ``ends``, ``bodies``, ``kinds``: the
    directives. ``quiet_starts``, ``quiet_ends``: comments and literals outside directives.
    """

    events: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    kinds: list[bytes] = field(default_factory=list)
    quiet_starts: list[int] = field(default_factory=list)
    quiet_ends: list[int] = field(default_factory=list)


def brace_end(data: bytes, offset: int) -> int:
    """One past a brace, which a digraph spells with two bytes."""
    return offset + (1 if data[offset : offset + 1] in (b"{", b"}") else 2)


def scan(data: bytes) -> Skeleton:
    """Scan a file. Any bytes are accepted."""
    skeleton = Skeleton()
    pattern = _DIGRAPHS if b"<%" in data or b"%:" in data or b"%>" in data else _PLAIN
    position: int | None = 0
    while position is not None:
        position = _scan_from(data, position, pattern, skeleton)
    return skeleton


def _scan_from(data: bytes, position: int, pattern: re.Pattern[bytes], skeleton: Skeleton) -> int | None:
    """Scan up to where the pattern must be started anew (after a directive, say); ``None`` at the end."""
    event, quiet_start, quiet_end = skeleton.events.append, skeleton.quiet_starts.append, skeleton.quiet_ends.append
    for found in pattern.finditer(data, position):
        start = found.start()
        first = data[start]
        if first == 0x7B:
            event(start << 2)
        elif first == 0x7D:
            event(start << 2 | CLOSE)
        elif first == 0x23 or (first == 0x25 and data[start + 1] == 0x3A):
            if _starts_line(data, start, skeleton):
                return _add_directive(data, start, skeleton)
        elif first in (0x3C, 0x25):
            event(start << 2 | (first == 0x25))
        elif first == 0x22 and (raw := raw_string_end(data, start)) is not None:
            quiet_start(start)
            quiet_end(raw)
            return raw
        elif first == 0x27 and _NUMBER_BEFORE.search(data, max(0, start - 64), start):
            return start + 1
        else:
            quiet_start(start)
            quiet_end(found.end())
    return None


def _starts_line(data: bytes, position: int, skeleton: Skeleton) -> bool:
    """Whether nothing but white space and comments stands before ``position`` on its line."""
    comment = len(skeleton.quiet_ends) - 1
    while True:
        low = max(0, position - 64)
        before = data[low:position].rstrip(b" \t\f\v\r\0")
        if before.endswith(b"\n"):
            spliced = before[:-1].rstrip(b"\r").endswith(b"\\")
            if not spliced:
                return True
            position = low + len(before[:-1].rstrip(b"\r")) - 1
        elif before:
            end = low + len(before)
            if comment < 0 or skeleton.quiet_ends[comment] != end or data[skeleton.quiet_starts[comment]] != 0x2F:
                return False
            position = skeleton.quiet_starts[comment]
            comment -= 1
        elif low == 0:
            return True
        else:
            position = low


def _add_directive(data: bytes, start: int, skeleton: Skeleton) -> int:
    found = _DIRECTIVE.match(data, start)
    end, body, kind = (found.end(), found.end(1), found.group(1)) if found else (start + 1, start + 1, b"")
    skeleton.events.append(start << 2 | DIRECTIVE)
    skeleton.starts.append(start)
    skeleton.ends.append(end)
    skeleton.bodies.append(body)
    skeleton.kinds.append(kind)
    return end
