"""The errors that mapproof raises: bad arguments, bad configuration, bad rules. A bad input file raises nothing."""

from __future__ import annotations


class MapproofError(Exception):
    """Base of all; the message names the file, the line where there is one, and the remedy. Exit code 2."""


class PackError(MapproofError):
    """A rule pack has faults; ``faults`` lists every one, each with its file and line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def gap_of(error: Exception, what: str) -> tuple[str, str]:
    """The kind and the detail of the gap that an error left, while ``what`` was analysed, where it must not end the
    run: a limit of this process, or a bug."""
    if isinstance(error, RecursionError):
        return "limit", f"{what} is nested too deep to be analysed"
    if isinstance(error, MemoryError):
        return "limit", f"{what} needs more memory than there is"
    text = " ".join(str(error).split())[:200]
    return "internal", f"{what} could not be analysed, because of a bug in mapproof: {type(error).__name__}: {text}"
