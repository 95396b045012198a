"""SARIF 2.1.0 (OASIS) of any producer.

Sources: the standard's sections 3.4 (artifact locations), 3.11 (messages), 3.27 (results), 3.28 to 3.33 (locations),
3.35 (suppressions), 3.49 (rules), 3.52 (references to rules).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import msgspec

from mapproof.model.alert import Alert, Place
from mapproof.triage.readers.base import MalformedError, Reader, Shape, broken
from mapproof.triage.readers.dig import at, items, line, natural, number, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.triage.readers.dig import Node

_MOST_PLACES: Final = 100
"""Places of one alert that are kept; services show no more."""

_PLACEHOLDER: Final = re.compile(r"\{(\d+)\}")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_QUIET: Final = frozenset({"pass", "notApplicable"})
"""Kinds of result by which a tool says that all is well."""


class _Run(msgspec.Struct):
    """One run, of which only what every result needs is decoded."""

    tool: dict[str, object] = {}
    results: list[msgspec.Raw] | None = None
    artifacts: list[dict[str, object]] | None = None
    originalUriBaseIds: dict[str, object] | None = None  # noqa: N815  the standard's name
    versionControlProvenance: list[dict[str, object]] | None = None  # noqa: N815  likewise


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the results of one run refer to."""

    origin: str
    tool: str
    version: str
    drivers: tuple[Node, ...]
    rules: dict[str, tuple[Node, Node]]
    artifacts: list[dict[str, object]]
    bases: dict[str, object]
    snapshot: str


def _knows(shape: Shape) -> bool:
    if shape.fault:
        return '"runs"' in shape.head and ("sarif" in shape.head.lower() or '"driver"' in shape.head)
    return "runs" in shape.keys and ("version" in shape.keys or "$schema" in shape.keys)


def _read(shape: Shape, origin: str) -> Iterator[Alert]:
    if shape.fault:
        from mapproof.triage.readers.salvage import results_of  # noqa: PLC0415  only for a torn file

        yield from results_of(shape, origin)
        return
    version = str(shape.value("version") or "")
    if version and not version.startswith("2.1"):
        message = f"SARIF version {version} is not read here, 2.1.0 is: convert it (sarif-multitool transform)"
        raise MalformedError(message)
    try:
        runs = msgspec.json.decode(shape.keys["runs"], type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        message = f"/runs: {error}"
        raise MalformedError(message) from error
    for position, raw in enumerate(runs):
        yield from _run(raw, origin, f"/runs/{position}")


def _run(raw: msgspec.Raw, origin: str, pointer: str) -> Iterator[Alert]:
    try:
        run = msgspec.json.decode(raw, type=_Run)
    except msgspec.DecodeError as error:
        message = f"{pointer}: {error}"
        raise MalformedError(message) from error
    scene = scene_of(run.tool, run.artifacts or [], run.originalUriBaseIds or {}, run.versionControlProvenance, origin)
    for number_, result in enumerate(run.results or ()):
        place = f"{pointer}/results/{number_}"
        try:
            yield alert_of(msgspec.json.decode(result), scene, place)
        except (msgspec.DecodeError, RecursionError) as error:
            yield broken(origin, place, "sarif", scene.tool, str(error))


def scene_of(tool: Node, artifacts: Node, bases: Node, provenance: Node, origin: str) -> _Scene:
    """What the results of a run refer to: its rules, its artifacts and its folders."""
    driver = at(tool, "driver")
    components = (driver, *items(tool, "extensions"))
    return _Scene(
        origin,
        text(driver, "name") or "unnamed tool",
        text(driver, "semanticVersion") or text(driver, "version"),
        components,
        {text(rule, "id"): (one, rule) for one in reversed(components) for rule in reversed(items(one, "rules"))},
        artifacts,
        bases,
        text(provenance, 0, "revisionId"),
    )


def alert_of(result: Node, scene: _Scene, pointer: str) -> Alert:
    """One result as an alert."""
    if not isinstance(result, dict):
        return broken(scene.origin, pointer, "sarif", scene.tool, "the result is no object")
    component, rule = _rule(result, scene)
    places = [_place(location, scene) for location in items(result, "locations")[:_MOST_PLACES]]
    target = at(result, "analysisTarget")
    if not places and target is not None:
        places = [_place({"physicalLocation": {"artifactLocation": target}}, scene)]
    marks = {**table(result, "partialFingerprints"), **table(result, "fingerprints")}
    level = text(result, "level") or text(rule, "defaultConfiguration", "level")
    severity = text(rule, "properties", "security-severity")
    return Alert(
        number=0,
        origin=scene.origin,
        pointer=pointer,
        format="sarif",
        tool=scene.tool,
        rule=text(result, "ruleId") or text(result, "rule", "id") or text(rule, "id"),
        rule_text=" ".join(_said(rule)),
        message=_message(result, rule, component),
        severity=" ".join(filter(None, (level, severity))),
        places=tuple(place for place in places if place != Place()),
        fingerprints=tuple((name, value) for name, value in marks.items() if isinstance(value, str)),
        tool_version=scene.version,
        asserts_nothing=text(result, "kind") in _QUIET or text(result, "baselineState") == "absent",
        answered=_suppressed(result),
        snapshot=scene.snapshot,
    )


def _rule(result: Node, scene: _Scene) -> tuple[Node, Node]:
    """The component that has the result's rule, and the rule; ``None`` where it is not described."""
    component = number(result, "rule", "toolComponent", "index")
    chosen = scene.drivers[0] if component is None else at(list(scene.drivers[1:]), component)
    index = number(result, "ruleIndex")
    if index is None:
        index = number(result, "rule", "index")
    found = at(chosen, "rules", index) if index is not None and index >= 0 else None
    name = text(result, "ruleId") or text(result, "rule", "id")
    while found is None and name:
        if name in scene.rules:
            return scene.rules[name]
        name = name.rpartition("/")[0]  # a rule's id may be the beginning of the result's (3.27.5)
    return chosen, found


def _said(rule: Node) -> Iterator[str]:
    """What the tool says of a rule in general."""
    for path in (("name",), ("shortDescription", "text"), ("fullDescription", "text")):
        said = text(rule, *path)
        if said:
            yield said


def _message(result: Node, rule: Node, component: Node) -> str:
    """The message, with its arguments filled in (3.11.7)."""
    message = at(result, "message")
    said = text(message, "text") or text(message, "markdown")
    name = text(message, "id")
    if not said and name:
        said = (
            text(rule, "messageStrings", name, "text")
            or text(component, "globalMessageStrings", name, "text")
            or f"(message {name})"
        )
    arguments = items(message, "arguments")
    if not arguments:
        return said
    filled = _PLACEHOLDER.sub(lambda found: text(arguments, int(found[1])) if len(found[1]) < 4 else found[0], said)
    return filled.replace("{{", "{").replace("}}", "}")


def _place(location: Node, scene: _Scene) -> Place:
    physical = at(location, "physicalLocation")
    region = table(physical, "region")
    address = table(physical, "address")
    path, member, digest = _artifact(at(physical, "artifactLocation"), scene)
    absolute = natural(address, "absoluteAddress")
    logical = [text(one, "fullyQualifiedName") or text(one, "name") for one in items(location, "logicalLocations")]
    return Place(
        path=path,
        line=line(region, "startLine"),
        column=line(region, "startColumn"),
        end_line=line(region, "endLine"),
        address=absolute if absolute is not None else natural(address, "relativeAddress"),
        offset=natural(region, "byteOffset") if "startLine" not in region else None,
        symbol=next((name for name in logical if name), text(address, "fullyQualifiedName")),
        member=member,
        snippet=text(region, "snippet", "text"),
        sha256=digest,
    )


def _artifact(location: Node, scene: _Scene, depth: int = 0) -> tuple[str, str, str]:
    """The file, the path inside it, and its digest, as far as they are given."""
    index = number(location, "index")
    known = at(scene.artifacts, index) if index is not None and index >= 0 else None
    uri = text(location, "uri") or text(known, "location", "uri")
    base = text(location, "uriBaseId") or text(known, "location", "uriBaseId")
    path = path_of(uri)
    if base and not path.startswith("/"):
        path = _based(path, base, scene, 0)
    digest = text(known, "hashes", "sha-256").lower()
    parent = number(known, "parentIndex")
    if parent is not None and parent >= 0 and depth < 8:
        outer, inner, _ = _artifact({"index": parent}, scene, depth + 1)
        return outer, "!".join(filter(None, (inner, path.lstrip("/")))), digest
    return path, "", digest


def _based(path: str, base: str, scene: _Scene, depth: int) -> str:
    """A path below a named folder, where the run says which folder that is."""
    folder = at(scene.bases, base)
    uri = path_of(text(folder, "uri"))
    outer = text(folder, "uriBaseId")
    if outer and depth < 8 and not uri.startswith("/"):
        uri = _based(uri, outer, scene, depth + 1)
    return f"{uri.rstrip('/')}/{path}" if uri else path


def path_of(uri: str) -> str:
    """A URI (or a path, as some write instead) as a path with ``/``."""
    if uri.lower().startswith("file:"):
        rest = uri[5:]
        if rest.startswith("//"):
            host, slash, tail = rest[2:].partition("/")
            rest = slash + tail if host in {"", "localhost"} else f"//{host}{slash}{tail}"
        rest = unquote(rest)
        drive = re.match(r"/([A-Za-z]):", rest)
        return rest[1:] if drive else rest
    if _SCHEME.match(uri):
        return unquote(uri)
    return unquote(uri).replace("\\", "/") if "%" in uri else uri.replace("\\", "/")


def _suppressed(result: Node) -> bool:
    """Somebody has dealt with it: a suppression that was neither rejected nor is still under review (3.35)."""
    entries = items(result, "suppressions")
    return bool(entries) and not any(text(one, "status") in {"underReview", "rejected"} for one in entries)


READER: Final = Reader("sarif", "SARIF 2.1.0", _knows, _read, rank=1)
