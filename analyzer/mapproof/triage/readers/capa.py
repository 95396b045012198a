"""capa's JSON (``--json``): what a binary can do, and the places that show it.

Source: ``capa/render/result_document.py`` of release 10.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import MalformedError, Reader, Shape, broken
from mapproof.triage.readers.dig import at, items, natural, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACED: Final = frozenset({"absolute", "relative"})


def _knows(shape: Shape) -> bool:
    return {"meta", "rules"} <= shape.keys.keys() and '"sample"' in shape.head


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    meta = shape.value("meta")
    sample = table(meta, "sample")
    base = natural(meta, "analysis", "base_address", "value")
    file = Place(path=text(sample, "path"), sha256=text(sample, "sha256").lower(), base=base)
    version = text(meta, "version")
    try:
        rules = msgspec.json.decode(shape.keys["rules"], type=dict[str, msgspec.Raw])
    except msgspec.DecodeError as error:
        message = f"/rules: {error}"
        raise MalformedError(message) from error
    for name, raw in rules.items():
        pointer = "/rules/" + name.replace("~", "~0").replace("/", "~1")
        try:
            rule = msgspec.json.decode(raw)
        except (msgspec.DecodeError, RecursionError) as error:
            yield broken(origin, pointer, "capa", "capa", str(error))
            continue
        described = at(rule, "meta")
        addresses = [
            natural(match, 0, "value") for match in items(rule, "matches") if text(match, 0, "type") in _PLACED
        ]
        for address in addresses or [None]:
            yield Alert(
                number=0,
                origin=origin,
                pointer=pointer,
                format="capa",
                tool="capa",
                rule=name,
                rule_text=" ".join(filter(None, (text(described, "namespace"), text(described, "description")))),
                message=name,
                places=(replace(file, address=address),),
                tool_version=version,
            )


READER: Final = Reader("capa", "capa JSON", _knows, _read)
