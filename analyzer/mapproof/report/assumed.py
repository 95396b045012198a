"""What a proof takes for granted, in words: each kind once, with the places where it was needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORDS: Final = {
    "external-symbol": "names declared but not defined in scope are the platform's functions, not macros that store",
    "gnu-stack": "the program that runs this code has a non-executable PT_GNU_STACK",
    "closed-world": "a function has no callers beside those in scope",
    "field-stores": "an object outside functions is stored to in scope only, and not through other objects' addresses",
    "set-before-use": "a local is not read before it is given a value (C11 6.3.2.1p2 leaves that undefined)",
    "address-kept": "a mapping function's address that is read from a table and kept is not used to ask for x",
    "looked-up": "a function that is looked up by a name from outside is not used to ask for x",
    "code-starts": "code runs from where the unwind table says that functions begin, and not from within instructions",
    "slot-addresses": "the slot of an import is read by its own address, not by one computed from others",
    "jump-tables": "a jump by a value leads to where the tables say whose address the same function forms",
    "loaded-file": "a file that is loaded as code is none that the program maps or makes",
    "other-files": "what other files do when this one calls them is theirs: it is not counted as this one's",
    "one-view": "memory that comes to be executable is not written through another mapping of it",
    "not-read": "a file that is included and was not there adds nothing that asks for x",
}
"""Each kind of assumption as one clause."""

_SHOWN: Final = 3


def grouped(assumptions: Iterable[str]) -> Iterator[str]:
    """One line for each kind, with the first of its places."""
    places: dict[str, list[str]] = {}
    for assumption in assumptions:
        kind, _, place = assumption.partition(" ")
        places.setdefault(kind, []).extend([place.removeprefix("at ")] if place else [])
    for kind, found in sorted(places.items()):
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        where = f" ({', '.join(found[:_SHOWN])}{more})" if found else ""
        yield f"{kind}: {WORDS.get(kind, kind)}{where}"
