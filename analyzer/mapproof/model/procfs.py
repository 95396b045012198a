"""Names of files that are a process's own memory or its open files (proc(5)), and texts that such a name is made of.

A store to ``/proc/self/mem`` goes through whatever the protection says (``mem_rw`` and FOLL_FORCE in the kernel), and
``/proc/self/fd/N`` is a second name for a file that only a descriptor led to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MARKS: Final = (b"/proc", b'mem"', b'/fd"', b"/dev/fd", b"/dev/shm", b"/fd/")
"""One of these stands in each source that spells out such a name, in whatever pieces."""

_PID: Final = rb"(?:self|thread-self|[0-9]+|%[^/]*|\{[^/]*\})"
_TASK: Final = rb"(?:/task/(?:[0-9]+|%[^/]*|\{[^/]*\}))?"
_MEMORY: Final = re.compile(rb"/proc/" + _PID + _TASK + rb"/mem\Z")
_FILES: Final = re.compile(rb"/proc/" + _PID + _TASK + rb"/fd(?:/|\Z)|/dev/fd(?:/|\Z)|/dev/shm(?:/|\Z)")
_BEGUN: Final = re.compile(
    rb"(?:/proc(?:/(?:s(?:e(?:lf?)?)?|[0-9]+|%[^/]*|\{[^/]*\}|thread-self)?"
    + _TASK
    + rb"(?:/(?:m|me|f|%[^/]*|\{[^/]*\})?)?)?)\Z"
)
_ENDS_AS_MEMORY: Final = re.compile(rb"(?:\A|/)mem\Z")
_ENDS_AS_FILES: Final = re.compile(rb"(?:\A|/)fd(?:/|\Z)")

Place = tuple[int, bytes]
"""A text with where it stands."""


def own_memory(texts: Iterable[Place]) -> Place | None:
    """The text that names the process's memory, or that with another one may: ``/proc/%d`` beside ``/mem``."""
    return _named(texts, _MEMORY, _ENDS_AS_MEMORY)


def own_files(texts: Iterable[Place]) -> Place | None:
    """The text that names an open file by its number, or a file in shared memory, or that with another one may."""
    return _named(texts, _FILES, _ENDS_AS_FILES)


def _named(texts: Iterable[Place], whole: re.Pattern[bytes], ending: re.Pattern[bytes]) -> Place | None:
    begun: Place | None = None
    ended = False
    for place, text in texts:
        if whole.search(text):
            return place, text
        if begun is None and _BEGUN.search(text):
            begun = place, text
        ended = ended or ending.search(text) is not None
    return begun if ended else None
