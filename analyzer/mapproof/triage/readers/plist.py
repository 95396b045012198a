"""The property lists of the Clang static analyzer (``-analyzer-output=plist``). Source: ``PlistDiagnostics.cpp``."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import MalformedError, Reader, Shape, broken, one
from mapproof.triage.readers.dig import at, items, line, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator


def _knows(shape: Shape) -> bool:
    return "<plist" in shape.head and "<key>diagnostics</key>" in shape.data[: 1 << 22].decode("utf-8", "replace")


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    try:
        top = plistlib.loads(shape.data, fmt=plistlib.FMT_XML)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError, KeyError, TypeError, IndexError,
            AttributeError, RecursionError) as error:  # fmt: skip
        message = f"no whole property list: {error}"
        raise MalformedError(message) from error
    files = items(top, "files")
    version = text(top, "clang_version")
    for position, found in enumerate(items(top, "diagnostics")):
        pointer = f"/diagnostics/{position}"
        if not isinstance(found, dict):
            yield broken(origin, pointer, "clang-plist", "clang", "the diagnostic is no dictionary")
            continue
        place = at(found, "location")
        file = number(place, "file")
        inside = text(found, "issue_context") if text(found, "issue_context_kind") != "Objective-C method" else ""
        mark = text(found, "issue_hash_content_of_line_in_context")
        path = at(files, file) if file is not None and file >= 0 else None
        yield Alert(
            number=0,
            origin=origin,
            pointer=pointer,
            format="clang-plist",
            tool="clang",
            rule=text(found, "check_name"),
            rule_text=text(found, "type"),
            message=text(found, "description"),
            severity=text(found, "category"),
            places=one(
                Place(
                    path=path if isinstance(path, str) else "",
                    line=line(place, "line"),
                    column=line(place, "col"),
                    symbol=inside,
                )
            ),
            fingerprints=(("issue_hash_content_of_line_in_context", mark),) if mark else (),
            tool_version=version,
        )


READER: Final = Reader("clang-plist", "clang plist", _knows, _read)
