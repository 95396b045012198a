"""What can be read of a SARIF log that is torn: every result that is whole, up to the place where it breaks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from mapproof.triage.readers.base import MalformedError, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.model.alert import Alert

_RESULTS: Final = re.compile(r'"results"\s*:\s*\[\s*')
_DRIVER: Final = re.compile(r'"driver"\s*:\s*(?=\{)')
_NEXT: Final = re.compile(r"\s*,\s*")


def results_of(shape: Shape, origin: str) -> Iterator[Alert]:
    """The results that stand before the fault, then a :class:`MalformedError` that says where it is."""
    from mapproof.triage.readers.sarif import alert_of, scene_of  # noqa: PLC0415  who asks for this one

    content = shape.data.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    count = 0
    for run, found in enumerate(_RESULTS.finditer(content)):
        scene = scene_of({"driver": _driver(content, decoder, found.start())}, [], {}, None, origin)
        at = found.end()
        position = 0
        while True:
            try:
                value, end = decoder.raw_decode(content, at)
            except (ValueError, RecursionError):
                break
            if isinstance(value, dict):
                yield alert_of(value, scene, f"/runs/{run}/results/{position}")
                count += 1
            position += 1
            comma = _NEXT.match(content, end)
            if comma is None:
                break
            at = comma.end()
    message = f"no whole SARIF log: {shape.fault}; {count} results were read out of what there is"
    raise MalformedError(message)


def _driver(content: str, decoder: json.JSONDecoder, before: int) -> object:
    """The tool that a run names, where it stands before its results, or else anywhere."""
    places = [found.end() for found in _DRIVER.finditer(content)]
    earlier = [place for place in places if place < before] or places[:1]
    for place in earlier[-1:]:
        try:
            return decoder.raw_decode(content, place)[0]
        except (ValueError, RecursionError):
            name = re.compile(r'"name"\s*:\s*"([^"\\]{1,200})"').search(content, place, place + 2000)
            return {"name": name[1]} if name else None
    return None
