"""The errors that mapproof raises: bad arguments, bad configuration, bad rules. A bad input file raises nothing."""

from __future__ import annotations


class MapproofError(Exception):
    """Base of all; the message names the file, the line where there is one, and the remedy. Exit code 2."""


class PackError(MapproofError):
    """A rule pack has faults; ``faults`` lists every one, each with its file and line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
