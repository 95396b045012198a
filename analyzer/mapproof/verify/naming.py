"""Whether the id that a proof gives its site is one that reports give a call in that function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from mapproof.model.fingerprint import site_id
from mapproof.verify.layout import braces, header

if TYPE_CHECKING:
    from mapproof.model.callee import CalleeTable
    from mapproof.verify.statement import Site
    from mapproof.verify.text import Text

_MOST_CALLS: Final = 200
"""Calls of one mapping function in one function that are told apart by an id."""

_QUALIFIED: Final = re.compile(rb"(?:\w+\s*::\s*)+\Z")
_SCOPE: Final = re.compile(rb"\b(?:namespace|class|struct|union)\s+(\w+)[^;{}()]*\Z")


def confirmed(site: Site, functions: set[str], table: CalleeTable) -> Site:
    """The site with its id, if a call of the same mapping function in one of these functions has it; without any where
    the names in the file don't tell."""
    names = {name for name, spec in table.callees.items() if site.primitive in {name, spec.primitive}}
    ids = {
        site_id(site.path, function, name, number)
        for name in {*names, site.primitive}
        for function in functions
        for number in range(1, _MOST_CALLS)
    }
    return site if site.id in ids else replace(site, id="")


def owners(text: Text, offset: int) -> set[str]:
    """The names that the function around a place may go by, with those of the classes and namespaces around it; the
    empty one, for a macro's definition, beside them."""
    head = header(text, offset)
    if head is None:
        return {""}
    written = _QUALIFIED.search(text.data, max(0, head.start - 200), head.start)
    name = (written[0].decode("utf-8", "replace") if written is not None else "") + head.name
    name = "".join(name.split())
    found = {"", head.name, name}
    for opening, _ in reversed(braces(text, head.start) or []):
        around = _SCOPE.search(text.data, max(0, opening - 400), opening)
        if around is not None:
            name = f"{around[1].decode('utf-8', 'replace')}::{name}"
            found.add(name)
    return found
