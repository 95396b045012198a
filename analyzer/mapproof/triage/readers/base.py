"""What a reader of alerts is, how a file's content tells which one it needs, and how all are found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final

import msgspec

from mapproof.model.alert import Alert, AlertFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mapproof.model.alert import Columns, Place
    from mapproof.triage.readers.dig import Node

_HEAD: Final = 65536
"""Bytes that are looked at to tell a format that is not JSON."""


class MalformedError(ValueError):
    """The file is of the reader's format, but can't be read from here on; what was read before still counts."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A file as its readers are asked about it: the bytes, the first of them as text, and of JSON the outermost keys,
    each with its value not yet decoded, or that it is a ``list``. ``columns`` are the mappings of the policy."""

    data: bytes
    head: str
    keys: Mapping[str, msgspec.Raw] = field(default_factory=dict)
    list: tuple[msgspec.Raw, ...] | None = None
    fault: str = ""
    columns: tuple[Columns, ...] = ()

    def value(self, key: str) -> object:
        """An outermost key's value; ``None`` where it is absent."""
        return msgspec.json.decode(self.keys[key]) if key in self.keys else None


@dataclass(frozen=True, slots=True)
class Reader:
    """A format of alerts. ``knows`` says whether a file is of it; readers are asked in the order of ``rank``, the
    most special first. ``read`` yields the alerts, their number left 0; it raises :class:`MalformedError` where the
    rest can't be read."""

    name: str
    summary: str
    knows: Callable[[Shape], bool]
    read: Callable[[Shape, str], Iterator[Alert]]
    rank: int = 5


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader of this room, in the order in which they are asked."""
    package = __name__.rpartition(".")[0]
    found = []
    for module in iter_modules(import_module(package).__path__):
        reader = getattr(import_module(f"{package}.{module.name}"), "READER", None)
        if isinstance(reader, Reader):
            found.append(reader)
    return tuple(sorted(found, key=lambda reader: (reader.rank, reader.name)))


def shape_of(data: bytes, columns: tuple[Columns, ...] = ()) -> Shape:
    """What a file looks like from outside."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    head = data[:_HEAD].decode("utf-8", "replace")
    start = head.lstrip()[:1]
    try:
        if start == "{":
            return Shape(data, head, msgspec.json.decode(data, type=dict[str, msgspec.Raw]), columns=columns)
        if start == "[":
            return Shape(data, head, list=tuple(msgspec.json.decode(data, type=list[msgspec.Raw])), columns=columns)
    except (msgspec.DecodeError, RecursionError) as error:
        return Shape(data, head, fault=str(error), columns=columns)
    return Shape(data, head, columns=columns)


def read_alerts(
    path: str, data: bytes, first: int, digest: str, columns: tuple[Columns, ...] = ()
) -> tuple[AlertFile, list[Alert]]:
    """The alerts of one file, numbered from ``first``, and what is to be said of the file."""
    if not data.strip():
        return AlertFile(path, "", (), 0, digest, "the file is empty: give the report that the tool wrote"), []
    shape = shape_of(data, columns)
    reader = next((reader for reader in readers() if reader.knows(shape)), None)
    if reader is None:
        known = ", ".join(one.summary for one in readers())
        why = f"is no JSON: {shape.fault}" if shape.fault else "is of no format that is known here"
        return AlertFile(path, "", (), 0, digest, f"{why}: known are {known}"), []
    found: list[Alert] = []
    fault = ""
    try:
        for alert in reader.read(shape, path):
            found.append(replace(alert, number=first + len(found)))
    except MalformedError as error:
        fault = f"{error}: the {len(found)} alerts before are answered, what follows is not"
    tools = tuple(dict.fromkeys(alert.tool for alert in found))
    return AlertFile(path, reader.name, tools, len(found), digest, fault), found


def each(
    shape: Shape, key: str, origin: str, form: str, tool: str, alert: Callable[[Node, str], Alert]
) -> Iterator[Alert]:
    """The alerts in the list under an outermost key, each by its own record."""
    try:
        records = msgspec.json.decode(shape.keys[key], type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        message = f"/{key}: {error}"
        raise MalformedError(message) from error
    yield from entries(records, f"/{key}", origin, form, tool, alert)


def entries(
    records: Iterable[msgspec.Raw], pointer: str, origin: str, form: str, tool: str, alert: Callable[[Node, str], Alert]
) -> Iterator[Alert]:
    """The alerts of a list of records. One that can't be understood costs that one."""
    for number, raw in enumerate(records):
        place = f"{pointer}/{number}"
        try:
            record = msgspec.json.decode(raw)
        except (msgspec.DecodeError, RecursionError) as error:
            yield broken(origin, place, form, tool, str(error))
            continue
        if isinstance(record, dict):
            yield alert(record, place)
        else:
            yield broken(origin, place, form, tool, "the record is no object")


def broken(origin: str, pointer: str, form: str, tool: str, why: str) -> Alert:
    """The alert that stands for a record which can't be understood: it is counted and answered like any other."""
    return Alert(0, origin, pointer, form, tool, fault=why)


def one(place: Place) -> tuple[Place, ...]:
    """The places of an alert that names one, or none."""
    return (place,) if place.path or place.address is not None or place.symbol else ()
