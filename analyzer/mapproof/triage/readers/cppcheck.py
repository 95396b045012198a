"""cppcheck's XML, version 2 (``--xml``). Source: its manual, "XML output"."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError, iterparse

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import MalformedError, Reader, Shape
from mapproof.triage.readers.dig import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_RESULTS: Final = re.compile(r"<results\b[^>]*\bversion\s*=")


def _knows(shape: Shape) -> bool:
    return bool(_RESULTS.search(shape.head)) and "<cppcheck" in shape.head


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    if b"<!DOCTYPE" in shape.data or b"<!ENTITY" in shape.data:
        message = "it declares a document type, which cppcheck never does: entities are not read"
        raise MalformedError(message)
    version = ""
    count = 0
    depth = 0
    try:
        for event, element in iterparse(BytesIO(shape.data), ["start", "end"]):  # noqa: S314  no entities, see above
            depth += 1 if event == "start" else -1
            if event == "start" and element.tag == "cppcheck":
                version = element.get("version", "")
            if event == "end" and element.tag == "error" and depth == 2:
                count += 1
                yield _alert(element, origin, f"/results/errors/error[{count}]", version)
                element.clear()
    except ParseError as error:
        message = f"no whole XML document: {error}"
        raise MalformedError(message) from error


def _alert(error: Element, origin: str, pointer: str, version: str) -> Alert:
    symbol = error.findtext("symbol") or ""
    places = tuple(
        Place(
            path=place.get("file", ""),
            line=_positive(place.get("line")),
            column=_positive(place.get("column")),
        )
        for place in error.findall("location")[:100]
    )
    return Alert(
        number=0,
        origin=origin,
        pointer=pointer,
        format="cppcheck",
        tool="cppcheck",
        rule=error.get("id", ""),
        message=error.get("verbose", "") or error.get("msg", "") or symbol,
        severity=error.get("severity", ""),
        places=places,
        fingerprints=(("hash", error.get("hash", "")),) if error.get("hash") else (),
        tool_version=version,
    )


def _positive(word: str | None) -> int | None:
    number = spelled(word) if word else None
    return number if number is not None and number >= 1 else None


READER: Final = Reader("cppcheck", "cppcheck XML", _knows, _read)
