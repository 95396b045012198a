"""Which function a name means: by scope, by class and its bases, or by the types of the arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapproof.frontends.c.ctype import CType, Prototype, Shape
from mapproof.frontends.c.declarator import lookup_order, plain
from mapproof.model.ir import Operand, Symbol, SymbolKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tree_sitter

    from mapproof.frontends.c.context import Context


@dataclass(frozen=True, slots=True)
class Target:
    """What is called: the callee's address, its type if known, its declarations, and the object of a member call."""

    callee: Operand
    type: CType | None = None
    prototypes: tuple[Prototype, ...] = ()
    receiver: Operand | None = None


def function_symbol(context: Context, name: str) -> Symbol:
    """The program's symbol for a function name."""
    for candidate in lookup_order(name, context.types.enclosing):
        found = context.scope.identifier(candidate)
        if isinstance(found, Symbol):
            return found
    return Symbol(SymbolKind.FUNCTION, plain(name))


def brought_by_arguments(
    context: Context, callee: tree_sitter.Node, arguments: Sequence[tree_sitter.Node]
) -> list[str]:
    """Functions that an unqualified call may mean because a class or enumeration of their namespace is among its
    arguments (C++23 [basic.lookup.argdep])."""
    if callee.type != "identifier":
        return []
    known = {made.name for made in context.scope.prototypes(f"*::{context.text(callee)}")}
    known = {name for name in known if context.types.find_record(name.rpartition("::")[0]) is None}
    if not known:
        return []
    near: set[str] = set()
    for argument in arguments:
        with context.discarded():
            ctype: CType | None = context.value(argument).type
        while ctype is not None and ctype.shape in (Shape.POINTER, Shape.ARRAY):
            ctype = ctype.target
        if ctype is not None and ctype.tag:
            near.update(tag.rpartition("::")[0] for tag in _family(context, plain(ctype.tag))[0])
    found = {name for name in known if name.rpartition("::")[0] in near - {""}}
    return sorted(found - {f"{'::'.join(part for part in context.types.enclosing if part)}::{context.text(callee)}"})


def method_target(context: Context, tag: str, name: str, receiver: Operand) -> Target | None:
    """The member function of that name in a class or its bases. A virtual one may be any class's: ``*::name``."""
    family, complete = _family(context, tag)
    for current in family:
        body = context.types.find_record(current)
        methods = body.method(name) if body is not None else ()
        if not methods:
            continue
        virtual = not complete or any(_declares_virtual(context, member, name) for member in family)
        full = f"*::{name}" if virtual else f"{current}::{name}"
        symbol = Symbol(SymbolKind.FUNCTION, full) if virtual else function_symbol(context, full)
        static = all(method.static for method in methods)
        return Target(symbol, None, tuple(method.prototype for method in methods), None if static else receiver)
    if complete:
        return None
    known = context.scope.prototypes(f"*::{name}")
    return Target(Symbol(SymbolKind.FUNCTION, f"*::{name}"), None, known, receiver) if known else None


def _declares_virtual(context: Context, tag: str, name: str) -> bool:
    body = context.types.find_record(tag)
    return body is not None and any(method.virtual for method in body.method(name))


def _family(context: Context, tag: str) -> tuple[list[str], bool]:
    """A class and its bases, nearest first, and whether all of them were read."""
    found, complete = [tag], True
    for current in found:
        body = context.types.find_record(current)
        complete = complete and body is not None
        for base in body.bases if body is not None else ():
            candidates = lookup_order(base, tuple(current.split("::")[:-1]))
            known = next((name for name in candidates if context.types.find_record(name) is not None), None)
            complete = complete and known is not None
            if known is not None and known not in found:
                found.append(known)
    return found, complete
