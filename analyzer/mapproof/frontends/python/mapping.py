"""Classes of libraries that map memory when they are called: what they ask the system for.

CPython, Modules/mmapmodule.c (``new_mmap_object``); multiprocessing/shared_memory.py; numpy/_core/memmap.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from mapproof.frontends.python.code import constant, is_number, unknown
from mapproof.model.ir import Opcode, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mapproof.frontends.python.call import Calls
    from mapproof.model.ir import Operand, Var

_SHARED, _PRIVATE, _ANONYMOUS = 1, 2, 0x20
_READ, _READ_WRITE = 1, 3

_ACCESS: Final = ((1, _READ, _SHARED), (2, _READ_WRITE, _SHARED), (3, _READ_WRITE, _PRIVATE))
"""``access`` to protection and flags: ACCESS_READ, ACCESS_WRITE, ACCESS_COPY."""


def mapping_classes() -> frozenset[str]:
    """The dotted names of the classes."""
    return frozenset(_SHAPES)


def shape_of(name: str) -> Callable[[Calls, cst.Call], Operand] | None:
    """What lowers a call of such a class; ``None`` for other names."""
    return _SHAPES.get(name)


def _given(
    calls: Calls, node: cst.Call, order: Sequence[str]
) -> tuple[dict[str, Operand], bool, dict[str, cst.BaseExpression]]:
    """The arguments by name, whether more may be given by stars, and the expressions."""
    values: dict[str, Operand] = {}
    expressions: dict[str, cst.BaseExpression] = {}
    loose = False
    position = 0
    for argument in node.args:
        value = calls.value(argument.value)
        if argument.star:
            loose = True
        elif argument.keyword is not None:
            values[argument.keyword.value] = value
            expressions[argument.keyword.value] = argument.value
        elif not loose and position < len(order):
            values[order[position]] = value
            expressions[order[position]] = argument.value
            position += 1
    return values, loose, expressions


def _mmap(calls: Calls, node: cst.Call) -> Operand:
    """``mmap.mmap(fileno, length, flags, prot, access, offset)``; on Windows the third is a tag's name."""
    values, loose, written = _given(calls, node, ("fileno", "length", "flags", "prot", "access", "offset"))

    def argument(name: str, default: Operand) -> Operand:
        return values.get(name, unknown("unknown-call") if loose else default)

    length = argument("length", unknown("missing-argument"))
    protection, flags = argument("prot", constant(_READ_WRITE)), argument("flags", constant(_SHARED))
    if "tagname" in values:
        flags = constant(_SHARED)
    fileno, access = argument("fileno", unknown("missing-argument")), argument("access", constant(0))
    code = calls.code
    prot, mode = code.temporary(), code.temporary()
    if getattr(access, "value", None) == 0:
        code.copy(protection, prot)
        code.copy(flags, mode)
    else:
        after = code.block()
        for number, rights, sharing in (
            (0, protection, flags),
            *((n, constant(p), constant(f)) for n, p, f in _ACCESS),
        ):
            here, other = code.block(), code.block()
            is_it: Operand = (
                access if isinstance(access, Unknown) else code.emit(Opcode.INT_EQUAL, access, constant(number))
            )
            code.test(is_it, here, other)
            code.start(here)
            code.copy(rights, prot)
            code.copy(sharing, mode)
            code.go(after)
            code.start(other)
        if code.handlers:
            code.go(code.handlers[-1])  # ValueError: an access that is none of these
        code.start(after)
    _anonymous(calls, fileno, mode)
    result = calls.emit_call(
        node,
        Symbol(SymbolKind.FUNCTION, "mmap"),
        [constant(0), length, prot, mode, fileno, argument("offset", constant(0))],
        ("binding",),
        frozenset({2}) if is_number(written.get("prot")) else frozenset(),
    )
    return calls.code.copy(result, calls.code.temporary())


def _anonymous(calls: Calls, fileno: Operand, mode: Var) -> None:
    """With file number -1 the module adds MAP_ANONYMOUS."""
    code = calls.code
    added, after = code.block(), code.block()
    minus = constant(-1)
    test: Operand = fileno if isinstance(fileno, Unknown) else code.emit(Opcode.INT_EQUAL, fileno, minus)
    code.test(test, added, after)
    code.start(added)
    code.emit(Opcode.INT_OR, mode, constant(_ANONYMOUS, "MAP_ANONYMOUS"), output=mode)
    code.go(after)
    code.start(after)


def _shared_memory(calls: Calls, node: cst.Call) -> Operand:
    """``SharedMemory(name, create, size)`` maps a shared object for reading and writing."""
    values, _, _ = _given(calls, node, ("name", "create", "size"))
    size = values.get("size", unknown())
    arguments: list[Operand] = [constant(0), size, constant(_READ_WRITE), constant(_SHARED), unknown(), constant(0)]
    calls.emit_call(node, Symbol(SymbolKind.FUNCTION, "mmap"), arguments, ("library",))
    return unknown("unknown-memory")


def _memmap(calls: Calls, node: cst.Call) -> Operand:
    """``numpy.memmap(filename, dtype, mode, ...)``: ``r``, ``c`` (copy on write), ``r+`` and ``w+``."""
    _, loose, written = _given(calls, node, ("filename", "dtype", "mode", "offset", "shape", "order"))
    mode = written.get("mode")
    text = mode.evaluated_value if isinstance(mode, cst.SimpleString) else "r+" if mode is None and not loose else ""
    ways = {"r": [_ACCESS[0]], "c": [_ACCESS[2]], "r+": [_ACCESS[1]], "w+": [_ACCESS[1]]}.get(str(text), list(_ACCESS))
    code = calls.code
    prot, flags = code.temporary(), code.temporary()
    after, blocks = code.block(), [code.block() for _ in ways]
    code.fork(*blocks)
    for block, (_, rights, sharing) in zip(blocks, ways, strict=True):
        code.start(block)
        code.copy(constant(rights), prot)
        code.copy(constant(sharing), flags)
        code.go(after)
    code.start(after)
    arguments: list[Operand] = [constant(0), unknown(), prot, flags, unknown(), constant(0)]
    calls.emit_call(node, Symbol(SymbolKind.FUNCTION, "mmap"), arguments, ("library",))
    return unknown("unknown-memory")


_SHAPES: Final[Mapping[str, Callable[[Calls, cst.Call], Operand]]] = {
    "mmap.mmap": _mmap,
    "multiprocessing.shared_memory.SharedMemory": _shared_memory,
    "numpy.memmap": _memmap,
    "np.memmap": _memmap,
}
