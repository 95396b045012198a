"""Altered amalgamations of SQLite in which one change makes executable memory possible.

:func:`mutants` applies the changes of ``mutations.toml`` to a whole, real ``sqlite3.c``; :func:`harmless` applies those
that only look dangerous. ``python -m corpus.mutants FILE FOLDER`` writes them all out to be compiled or looked at.
"""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from corpus.store import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TERNARY: Final = r"pShmNode->isReadonly \? PROT_READ : PROT_READ\|PROT_WRITE"
_CALL: Final = re.compile(
    rf"pMem = (?P<mmap>\w+)\(0, (?P<len>\w+),\s*(?P<prot>{_TERNARY}),\s*MAP_SHARED, (?P<fd>[\w>-]+), [^;]*\);"
    r"\s*if\( pMem==MAP_FAILED \)\{[^}]*\}"
)
_FUNCTION: Final = "static int unixShmMap("
_SLOT: Final = re.compile(r"#define osMmap .*aSyscall\[(\d+)\]")
_KEYS: Final = {"name", "vanishes", "affected", "needs", "files", "in", "replace", "prot", "elsewhere"} | {
    "before_call",
    "after_call",
    "before_function",
}


class MutationError(Exception):
    """The amalgamation isn't shaped as the mutations take for granted."""


@dataclass(frozen=True, slots=True)
class Affected:
    """Sites that a mutation makes dangerous: the function, a pattern for the callee as written and, where one function
    has several such calls, a text that stands on the line of the call."""

    function: str
    written: str
    text: str = ""

    def matches(self, function: str | None, written: str, line: str) -> bool:
        """Whether a reported site is meant."""
        return function == self.function and bool(re.fullmatch(self.written, written)) and self.text in line


@dataclass(frozen=True, slots=True)
class Mutant:
    """One altered program: its files by relative path, and the sites that it makes dangerous.

    ``vanishes``: these calls may no longer be known to map memory, so that a report without them is right too. For a
    harmless change ``affected`` are the sites that stay what they were.
    """

    name: str
    files: Mapping[str, str]
    affected: tuple[Affected, ...]
    vanishes: bool = False

    def write(self, folder: Path) -> None:
        """Lay the files out below ``folder``."""
        for name, text in self.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", errors="surrogateescape")


def read(file: Path) -> str:
    """An amalgamation as text, any byte kept."""
    return file.read_text(encoding="utf-8", errors="surrogateescape")


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutation that this version of the amalgamation has room for; raises :class:`MutationError`."""
    made = (mutant(source, name) for name in names("mutation"))
    return (one for one in made if one is not None)


def harmless(source: str) -> Iterator[Mutant]:
    """Every harmless change; the affected site is the wal-index mapping, which stays what it was."""
    made = (mutant(source, name) for name in names("harmless"))
    return (one for one in made if one is not None)


def mutant(source: str, name: str) -> Mutant | None:
    """The change of that name, ``None`` when the version has no room for it; raises :class:`MutationError`."""
    entry = next(entry for entries in _table().values() for entry in entries if entry["name"] == name)
    words = _words(source)
    changed = _changed(entry, source, words)
    if changed is None:
        return None
    files = {file: _spelled(text, words) for file, text in entry.get("files", {}).items()}
    default = [["unixShmMap", words["@MMAP@"]]]
    affected = [[_spelled(word, words) for word in one] for one in entry.get("affected", default)]
    sites = tuple(Affected(*one) for one in affected)
    return Mutant(name, {"sqlite3.c": changed, **files}, sites, entry.get("vanishes", False))


def names(kind: str) -> list[str]:
    """The names in ``mutations.toml``: of ``mutation`` or of ``harmless``."""
    return [entry["name"] for entry in _table()[kind]]


@cache
def _table() -> Mapping[str, Sequence[dict[str, Any]]]:
    """``mutations.toml``, checked for unknown keys and names given twice."""
    table = tomllib.loads((HERE / "mutations.toml").read_text(encoding="utf-8"))
    entries = [entry for kind in ("mutation", "harmless") for entry in table[kind]]
    unknown = {key for entry in entries for key in entry.keys() - _KEYS}
    seen = [entry["name"] for entry in entries]
    if unknown or len(set(seen)) != len(seen):
        message = f"mutations.toml: unknown keys {sorted(unknown)} or a name given twice"
        raise MutationError(message)
    return table


def _words(source: str) -> dict[str, str]:
    """How this version spells what the mutations talk about."""
    calls = list(_CALL.finditer(source))
    if len(calls) != 1 or source.count(_FUNCTION) != 1:
        message = f"expected one mapping of the wal-index, found {len(calls)}"
        raise MutationError(message)
    slot = _SLOT.search(source)
    words = {f"@{key.upper()}@": value for key, value in calls[0].groupdict().items()}
    return {**words, "@SLOT@": slot[1] if slot else ""}


def _spelled(text: str, words: Mapping[str, str]) -> str:
    """A text with the version's own spellings."""
    for word, spelling in words.items():
        text = text.replace(word, spelling)
    return text


def _changed(entry: Mapping[str, Any], source: str, words: Mapping[str, str]) -> str | None:
    """The amalgamation after one change, ``None`` when this version has no room for it."""
    if entry.get("needs", "") not in source:
        return None
    text: str | None = source
    for pattern, replacement in entry.get("replace", ()):
        escaped = {word: re.escape(spelling) for word, spelling in words.items()}
        text = _replaced(text, _spelled(pattern, escaped), _spelled(replacement, words), entry.get("in"))
        if text is None:
            return None
    call = _CALL.search(text or "")
    if text is not None and call is not None:
        pieces = {key: _spelled(entry[key], words) for key in ("prot", "before_call", "after_call") if key in entry}
        text = _around_call(text, call, pieces)
    elif text is not None and entry.keys() & {"prot", "before_call", "after_call"}:
        message = f"{entry['name']} changes a call that it has already replaced"
        raise MutationError(message)
    return _around_function(text or "", entry, words)


def _around_call(text: str, call: re.Match[str], pieces: Mapping[str, str]) -> str:
    """Insert before, in and after the call that maps the wal-index."""
    before = f"{pieces['before_call']}\n        " if "before_call" in pieces else ""
    after = f"\n        {pieces['after_call']}" if "after_call" in pieces else ""
    head, tail = text[: call.start()], text[call.end() :]
    prot = pieces.get("prot", call["prot"])
    middle = text[call.start() : call.start("prot")] + prot + text[call.end("prot") : call.end()]
    return head + before + middle + after + tail


def _around_function(text: str, entry: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Insert at file level: before the function that maps the wal-index, and at the end."""
    above = _spelled(entry.get("before_function", ""), words)
    below = _spelled(entry.get("elsewhere", ""), words)
    return text.replace(_FUNCTION, above + _FUNCTION) + below


def _replaced(text: str | None, pattern: str, replacement: str, function: str | None) -> str | None:
    """Replace the one match of a pattern, or every match within a function; ``None`` when there is none."""
    if text is None:
        return None
    if function is None:
        return re.sub(pattern, replacement, text) if len(re.findall(pattern, text)) == 1 else None
    start = re.search(rf"\nstatic int {function}\([^;{{]*\{{\n", text)
    if start is None:
        return None
    end = text.index("\n}\n", start.end())
    body = text[start.end() : end]
    changed = re.sub(pattern, replacement, body)
    return None if changed == body else text[: start.end()] + changed + text[end:]


def main(arguments: Sequence[str]) -> int:
    """Write every mutant of an amalgamation below a folder, one folder each; returns the exit code."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m corpus.mutants SQLITE3.C FOLDER\n")
        return 2
    source = read(Path(arguments[0]))
    for made in (*mutants(source), *harmless(source)):
        made.write(Path(arguments[1]) / made.name)
        sys.stdout.write(f"{made.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
