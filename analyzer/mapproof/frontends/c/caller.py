"""Calls that C++ makes without naming the function where it is called, or that stand where no function body is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.survey import nodes
from mapproof.model.ir import Opcode, Symbol, SymbolKind

if TYPE_CHECKING:
    from mapproof.frontends.c.mention import Mention
    from mapproof.frontends.c.scope import ReadingView
    from mapproof.model.ir import Function

_ARGUMENT: Final = re.compile(rb"[<,]\s*(?:\w+\s*::\s*)*\Z")
_VALUE: Final = re.compile(rb"(?<![=!<>+*/%&|^-])(?<!operator)(?<!operator )=(?!=|\s*(?:delete|default|0)\b)")


def runs_code(function: Function) -> bool:
    """Whether an initializer calls something: C++ runs it at the start of the program or on first use."""
    return any(operation.opcode is Opcode.CALL for block in function.blocks for operation in block.operations)


def nameless(name: str) -> str:
    """Why a function may be called from places that do not name it; empty if it may not."""
    last = name.rpartition("::")[2]
    if last.startswith("~"):
        return "destructors are called where objects end, without being named"
    if last.startswith("operator"):
        return "operators are called without being named"
    return ""


def constructs(name: str) -> bool:
    """Whether this is a constructor."""
    scope, _, last = name.rpartition("::")
    return bool(scope) and scope.rpartition("::")[2] == last


def elsewhere_constructed(mention: Mention, name: str) -> bool:
    """Whether a mention of a class may lead to a constructor's call in code that does not name the class: it is a
    member's type, a base, a parameter's type or a template argument."""
    before = mention.source.uncommented[max(mention.chunk.start, mention.offset - 200) : mention.offset]
    if _ARGUMENT.search(before):
        return True
    if mention.in_body and mention.offset >= mention.source.head_end(mention.chunk):
        return False
    scope = name.rpartition("::")[0].rpartition("::")[2]
    body = rb"\b(?:class|struct|union)\s+(?:\w+\s+)*" + re.escape(scope.encode()) + rb"\s*(?:final\s*)?[:{]"
    inside = re.search(body, mention.source.uncommented[mention.chunk.start : mention.offset])
    own_class = scope in mention.chunk.scope or inside is not None
    after = mention.source.uncommented[mention.offset + len(scope) : mention.offset + len(scope) + 40].lstrip()
    declares = re.search(rb"\b(?:class|struct|union)\s+(?:\w+\s+)*\Z", before) is not None
    return not (own_class or declares or after.startswith((b"::", b"(", b"*")) or before.endswith(b"~"))


def in_default(mention: Mention) -> bool:
    """Whether a name stands in a value outside of function bodies: of an object, a member or a parameter."""
    if mention.in_body and mention.offset >= mention.source.head_end(mention.chunk):
        return False
    start = max(mention.chunk.start, mention.source.uncommented.rfind(b";", 0, mention.offset))
    return _VALUE.search(mention.source.uncommented, start, mention.offset) is not None


def calls_at(reading: ReadingView, name: str, offset: int) -> bool:
    """Whether a call of ``name`` stands at an offset of the file that a reading is of."""
    for node in nodes(reading.root):
        callee = node.child_by_field_name("function") if node.type == "call_expression" else None
        if callee is not None and reading.text.endswith(name.encode(), 0, callee.end_byte):
            place = reading.origin(callee.end_byte - len(name.encode()))
            if place.start <= offset < max(place.end, place.start + 1):
                return True
    return False


def may_mean(function: Function, last: str, known: set[str]) -> set[str]:
    """Callees of ``function`` that end in the same name as those ``known`` and are not among them."""
    return {
        operation.inputs[0].name
        for block in function.blocks
        for operation in block.operations
        if operation.opcode is Opcode.CALL
        and isinstance(operation.inputs[0], Symbol)
        and operation.inputs[0].kind is SymbolKind.FUNCTION
        and operation.inputs[0].name.rpartition("::")[2] == last
        and operation.inputs[0].name not in known
        and not operation.inputs[0].name.startswith("std::")
    }
