"""Reads ``callees.toml``: mapping functions, the encodings of their masks, and constants."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mapproof.model.callee import CalleeSpec, CalleeTable, Encoding, FileFacts, PointerFacts, Role
from mapproof.model.protection import Prot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapproof.table import Table

_Entry = TypeVar("_Entry")

PLATFORMS: Final = frozenset({"posix", "linux", "win32", "mach"})
RESULTS: Final = frozenset({"address", "pointer", "object", "status"})
_POSITIONS: Final = ("protection", "address", "length", "flags", "object", "offset", "argument")
_MACRO: Final = re.compile(r"[A-Za-z_]\w*\((?:[A-Za-z_]\w*(?:, [A-Za-z_]\w*)*)?\)")
_MAX_ARGUMENT: Final = 15
"""No mapping function has more arguments; a larger number is a slip of the pen."""

EMPTY_TABLE: Final = CalleeTable(MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))


def read_callees(top: Table, base: CalleeTable = EMPTY_TABLE) -> CalleeTable:
    """The table of mapping functions. System call numbers are left empty: they are facts of ``abi``.

    ``base`` is a table that this one adds to: its encodings and rows may be referred to, and must not be given again.
    """
    encodings = {**base.encodings, **_new(top, "encoding", _read_encodings(top.table("encoding")), base.encodings)}
    callees = {**base.callees, **_new(top, "callee", _read_rows(top.table("callee"), encodings, base), base.callees)}
    constants = {**base.constants, **_new(top, "constants", _read_constants(top.table("constants")), base.constants)}
    macros = {**base.macros, **_new(top, "macros", _read_macros(top.table("macros")), base.macros)}
    pointers = _read_pointers(top.table("pointers"), base.pointers)
    files = _read_files(top.table("files"), base.files)
    top.close()
    return CalleeTable(
        MappingProxyType(callees),
        MappingProxyType(encodings),
        MappingProxyType(constants),
        pointers=pointers,
        files=files,
        macros=MappingProxyType(macros),
    )


def _read_files(table: Table | None, base: FileFacts) -> FileFacts:
    """``[files]``: functions that are given a file's name, each with the number of an argument."""
    if table is None:
        return base
    load, make, modes, same = (
        MappingProxyType({**known, **_read_arguments(table.table(key))})
        for key, known in (("load", base.load), ("make", base.make), ("mode", base.modes), ("same", base.same))
    )
    temporary = base.temporary | frozenset(table.texts("temporary"))
    for name in sorted(modes.keys() - make.keys()):
        table.fault(f"{name} must stand under `make` too", "mode")
    table.close()
    return FileFacts(load, make, modes, same, temporary)


def _read_arguments(table: Table | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in table.keys() if table is not None else ():
        if table is not None and (number := _position(table, name)) is not None:
            found[name] = number
    return found


def _position(row: Table, key: str) -> int | None:
    """An argument's number; ``None`` where the row has none."""
    number = row.number(key) if key in row else None
    if number is not None and not 0 <= number <= _MAX_ARGUMENT:
        row.fault(f"argument numbers run from 0 to {_MAX_ARGUMENT}", key)
    return number


def _read_pointers(table: Table | None, base: PointerFacts) -> PointerFacts:
    """``[pointers]``: each key a list of functions that have the trait, beside those that ``base`` has."""
    if table is None:
        return base
    stores: dict[str, tuple[int, ...]] = dict(base.stores)
    for key, arguments in (("none", ()), ("first", (0,)), ("second", (1,))):
        for name in table.texts(key):
            if name in stores:
                table.fault(f"{name} stands in two lists that exclude each other", key)
            stores[name] = arguments
    copies, fills, clears, inside = (frozenset(table.texts(key)) for key in ("copy", "fill", "clear", "inside"))
    for key, names in (("copy", copies), ("fill", fills), ("clear", clears)):
        for name in sorted(names):
            if stores.get(name) != (0,):
                table.fault(f"{name} must stand under `first` too", key)
    table.close()
    return PointerFacts(
        MappingProxyType(stores),
        base.copies | copies,
        base.fills | fills,
        base.clears | clears,
        base.inside | inside,
    )


def _new(top: Table, key: str, found: dict[str, _Entry], known: Mapping[str, _Entry]) -> dict[str, _Entry]:
    """The entries, with a fault for each that is known already."""
    for name in sorted(found.keys() & known.keys()):
        top.document.fault(f"{key}.{name}: the pack that ships has it", top.document.line_of(f"{key}.{name}", ""))
    return found


def _read_encodings(table: Table | None) -> dict[str, Encoding]:
    encodings: dict[str, Encoding] = {}
    for name in table.keys() if table is not None else ():
        row = table.table(name) if table is not None else None
        if row is None:
            continue
        select = row.number("select")
        values = _pairs(row, "values")
        if bool(values) != (select is not None):
            row.fault("`select` and `values` belong together")
        base = row.text("base", required=False)
        encodings[name] = Encoding(
            name,
            base=_rights(row, "base", base) if base else 0,
            sets=_pairs(row, "sets"),
            clears=_pairs(row, "clears"),
            select=select or 0,
            values=values,
        )
        if values and (base or encodings[name].sets or encodings[name].clears):
            row.fault("`values` stand alone: no `base`, `sets` or `clears` beside them")
        row.close()
    return encodings


def _pairs(row: Table, key: str) -> Mapping[int, int]:
    """A list of ``[number, "rwx"]`` as a mapping from number to rights 0..7."""
    found: dict[int, int] = {}
    for entry in row.items(key):
        match entry:
            case [int(number), str(rights)] if number not in found:
                found[number] = _rights(row, key, rights)
            case _:
                row.fault(f"must be pairs of a number, each once, and a protection like rw-, got {entry!r}", key)
    return MappingProxyType(found)


def _rights(row: Table, key: str, text: str) -> int:
    try:
        return Prot.parse(text).bits
    except ValueError as error:
        row.fault(str(error), key)
        return 7


def _read_rows(table: Table | None, encodings: Mapping[str, Encoding], base: CalleeTable) -> dict[str, CalleeSpec]:
    rows = {name: row for name in (table.keys() if table is not None else ()) if table and (row := table.table(name))}
    callees: dict[str, CalleeSpec] = {}
    inheriting: dict[str, tuple[Table, str, str]] = {}
    for name, row in rows.items():
        like, primitive = row.text("like", required=False), row.text("primitive", required=False)
        if like and primitive:
            row.fault("`like` and `primitive` both name another row: give one")
        if like or primitive:
            inheriting[name] = (row, like or primitive, primitive)
        else:
            callees[name] = _check(row, CalleeSpec(name, _role(row), row.text("platform"), **_given(row)), encodings)
            row.close()
    for name, (row, other, primitive) in inheriting.items():
        known = callees.get(other) or base.callees.get(other)
        if known is None:
            further = inheriting.get(other)
            what = f"itself takes its fields from {further[1]}" if further is not None else "is no row of its own"
            row.fault(f"names {other}, which {what}", "primitive" if primitive else "like")
            continue
        changes = _given(row)
        if "platform" in row:
            changes["platform"] = row.text("platform")
        spec = replace(known, name=name, primitive=primitive, **changes)
        own = changes.keys() - {"source"}
        callees[name] = _check(row, spec, encodings) if own else spec
        row.close()
    return {name: callees[name] for name in rows if name in callees}


ROLES: Final = tuple(role.value for role in Role if role is not Role.SEGMENT)
"""What a function may do."""


def _role(row: Table) -> Role:
    text = row.text("role")
    if text in ROLES:
        return Role(text)
    row.fault(f"must be one of {', '.join(ROLES)}", "role")
    return Role.MAP


def _given(row: Table) -> dict[str, Any]:
    """The fields of a row that are written in it, beside name, role and platform."""
    given: dict[str, Any] = {"source": row.text("source")}
    for key in _POSITIONS:
        if (number := _position(row, key)) is not None:
            given[key] = number
    if "fixed" in row:
        given["fixed"] = _rights(row, "fixed", row.text("fixed"))
    if "shared" in row:
        given["shared"] = row.truth("shared")
    for key in ("encoding", "result"):
        if key in row:
            given[key] = row.text(key)
    return given


def _check(row: Table, spec: CalleeSpec, encodings: Mapping[str, Encoding]) -> CalleeSpec:
    """Report what can't be meant; the row is kept so that other rows may refer to it."""
    if spec.platform not in PLATFORMS:
        row.fault(f"must be one of {', '.join(sorted(PLATFORMS))}", "platform")
    if spec.result not in RESULTS:
        row.fault(f"must be one of {', '.join(sorted(RESULTS))}", "result")
    if spec.encoding and spec.encoding not in encodings:
        row.fault(f"{spec.encoding} is no [encoding.*] of this file", "encoding")
    if (spec.protection is None) != (not spec.encoding):
        row.fault("`protection` and `encoding` belong together")
    if spec.protection is not None and spec.fixed is not None:
        row.fault("a function with a protection argument has no fixed protection", "fixed")
    if spec.role is Role.PROTECT and (spec.protection is None or spec.address is None):
        row.fault("a function of role protect has a `protection` and an `address`")
    if spec.role in {Role.RESOLVE, Role.SYSCALL, Role.PERSONALITY} and spec.argument is None:
        row.fault(f"a function of role {spec.role} has an `argument`")
    positions = [number for key in _POSITIONS if (number := getattr(spec, key)) is not None]
    if len(set(positions)) != len(positions):
        row.fault("two arguments have one number")
    return spec


def _read_macros(table: Table | None) -> dict[str, str]:
    macros: dict[str, str] = {}
    for name in table.keys() if table is not None else ():
        if table is not None and (text := table.text(name)) is not None:
            macros[name] = text
            if not _MACRO.fullmatch(name):
                table.fault(f"{name!r} is no name with parameters, as in `F(x)`", name)
    return macros


def _read_constants(table: Table | None) -> dict[str, int]:
    constants: dict[str, int] = {}
    for name in table.keys() if table is not None else ():
        if table is not None and (number := table.number(name)) is not None:
            constants[name] = number
    return constants
