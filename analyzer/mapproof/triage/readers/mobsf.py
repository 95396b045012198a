"""MobSF's JSON report (``/api/v1/report_json``): its analysis of a package's binaries and of its code.

Source: ``mobsf/StaticAnalyzer/views/common/binary/elf.py`` and ``code_analysis`` in its report. What it calls ``info``,
``good`` or ``secure`` is no alert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import MalformedError, Reader, Shape, broken
from mapproof.triage.readers.dig import at, items, spelled, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node

_NO_ALERT: Final = frozenset({"info", "good", "secure", "suppressed"})


def _knows(shape: Shape) -> bool:
    return "binary_analysis" in shape.keys or ("code_analysis" in shape.keys and "manifest_analysis" in shape.keys)


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    package = text({"name": shape.value("file_name")}, "name")
    version = text({"version": shape.value("version")}, "version")
    raw = shape.keys.get("binary_analysis")
    if raw is not None:
        try:
            binaries = msgspec.json.decode(raw, type=list[msgspec.Raw])
        except msgspec.DecodeError as error:
            message = f"/binary_analysis: {error}"
            raise MalformedError(message) from error
        for number, binary in enumerate(binaries):
            try:
                found = msgspec.json.decode(binary)
            except (msgspec.DecodeError, RecursionError):
                found = None
            if not isinstance(found, dict):
                yield broken(origin, f"/binary_analysis/{number}", "mobsf", "MobSF", "the entry is no object")
                continue
            yield from _binary(found, package, version, origin, f"/binary_analysis/{number}")
    yield from _code(shape.value("code_analysis"), version, origin)


def _binary(found: dict[str, Node], package: str, version: str, origin: str, pointer: str) -> Iterator[Alert]:
    for key, value in found.items():
        severity = text(value, "severity")
        if not severity or severity in _NO_ALERT:
            continue
        yield Alert(
            number=0,
            origin=origin,
            pointer=f"{pointer}/{key}",
            format="mobsf",
            tool="MobSF",
            rule=key,
            message=text(value, "description"),
            severity=severity,
            places=(Place(path=package, member=text(found, "name")),),
            tool_version=version,
        )


def _code(analysis: Node, version: str, origin: str) -> Iterator[Alert]:
    """What was found in code: by rule, then file, then lines."""
    findings = table(analysis, "findings") or table(analysis)
    for rule, found in findings.items():
        severity = text(found, "metadata", "severity")
        if severity in _NO_ALERT:
            continue
        for path, lines in table(found, "files").items():
            numbers = lines.split(",") if isinstance(lines, str) else items(lines)
            for word in numbers or [""]:
                yield Alert(
                    number=0,
                    origin=origin,
                    pointer=f"/code_analysis/findings/{rule}/files/{path}",
                    format="mobsf",
                    tool="MobSF",
                    rule=rule,
                    message=text(at(found, "metadata"), "description"),
                    severity=severity,
                    places=(Place(path=path, line=spelled(str(word))),),
                    tool_version=version,
                )


READER: Final = Reader("mobsf", "MobSF JSON", _knows, _read)
