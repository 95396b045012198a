"""What is done about syntax that cannot be lowered: everything that it may do is taken to happen, or not."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.call import call_syntax
from mapproof.frontends.c.context import Context, Place, member_address
from mapproof.frontends.c.ctype import unknown
from mapproof.frontends.c.place import forget, global_name
from mapproof.frontends.c.survey import nodes
from mapproof.model.ir import Opcode, Symbol, SymbolKind, Unknown

if TYPE_CHECKING:
    import tree_sitter

_NAMES: Final = ("identifier", "field_identifier", "type_identifier", "statement_identifier")
_KEYWORDS: Final = frozenset(
    ("if", "while", "for", "switch", "return", "sizeof", "do", "else", "goto", "case", "defined")
)
_WRITTEN: Final = re.compile(rb"\s*(?:\[[^\]]*\]\s*)*(?:[-+*/%&|^]|<<|>>)?=(?!=)|\s*(?:\+\+|--)")
_WRITES_BEFORE: Final = re.compile(rb"(?:\+\+|--)\s*$")
_ARROW_BEFORE: Final = re.compile(rb"(?:\.|->)\s*$")
_CALLED: Final = re.compile(rb"\s*\(")


def havoc(context: Context, region: tree_sitter.Node, reason: str, what: str = "") -> None:
    """Forget every local that the region names and all it may store to, make its calls with unknown arguments, and
    take every way out of it. ``reason`` is ``syntax`` or ``limit``; ``what`` says more closely what is not followed."""
    context.note(region, what or f"syntax that could not be lowered ({reason})")
    _enter(context, region)
    called: list[tuple[str, tree_sitter.Node]] = []
    for node in nodes(region):
        if node.child_count == 0 and node.type in _NAMES:
            _havoc_name(context, node, reason, called)
    for name, node in called:
        context.maybe(partial(_call, context, node, name, reason))
    for node in nodes(region):
        if node.child_count == 0 and node.type in _NAMES:
            found = context.local(context.text(node))
            if isinstance(found, Place) and found.var is not None:
                forget(context, node, found, reason)
    _leave(context, region)


def _havoc_name(
    context: Context, node: tree_sitter.Node, reason: str, called: list[tuple[str, tree_sitter.Node]]
) -> None:
    text = context.reading.text
    name = context.text(node)
    before, after = text[max(0, node.start_byte - 8) : node.start_byte], text[node.end_byte : node.end_byte + 200]
    written = bool(_WRITTEN.match(after) or _WRITES_BEFORE.search(before))
    if _ARROW_BEFORE.search(before):
        if written:
            cell = member_address(context, node, Unknown("unknown-memory", 8), name)
            context.effect(node, Opcode.STORE, cell, Unknown(reason, 8))
        if _CALLED.match(after):
            called.append((f"*::{name}" if context.cpp else "", node))
        return
    found = context.local(name)
    if isinstance(found, Place):
        forget(context, node, found, reason)
        if _CALLED.match(after):
            called.append(("", node))
    elif _CALLED.match(after) and name not in _KEYWORDS:
        called.append((name, node))
    elif written and found is None:
        place = global_name(context, name)
        forget(context, node, place if isinstance(place, Place) else _object(name), reason)


def _object(name: str) -> Place:
    return Place(unknown(name), address=Symbol(SymbolKind.OBJECT, name))


def _call(context: Context, node: tree_sitter.Node, name: str, reason: str) -> None:
    found = global_name(context, name) if name and not name.startswith("*") else None
    callee = found.address if isinstance(found, Place) else None
    symbol = callee or (Symbol(SymbolKind.FUNCTION, name) if name else Unknown(reason, 8))
    arguments = [Unknown(reason, 8)] * 8
    location, syntax = call_syntax(context, node, ())
    context.call(location, 8, symbol, arguments, syntax)


def _enter(context: Context, region: tree_sitter.Node) -> None:
    """Labels and cases inside the region lead into it."""
    for node in nodes(region):
        target = None
        if node.type == "labeled_statement":
            label = node.child_by_field_name("label")
            target = None if label is None else context.label(context.text(label))
        elif node.type == "case_statement":
            target = context.cases.get(node.id)
        if target is not None:
            context.goto(target)
            context.builder.current = target


def _leave(context: Context, region: tree_sitter.Node) -> None:
    for node in nodes(region):
        if node.type == "return_statement":
            context.maybe(partial(_return, context, node))
        elif node.type == "goto_statement":
            label = node.child_by_field_name("label")
            if label is not None:
                context.goto(context.label(context.text(label)))
        elif node.type == "break_statement" and context.breaks:
            context.goto(context.breaks[-1].block)
        elif node.type == "continue_statement" and context.continues:
            context.goto(context.continues[-1].block)
    following = context.builder.new_block()
    context.goto(following)
    context.builder.current = following


def _return(context: Context, node: tree_sitter.Node) -> None:
    context.effect(node, Opcode.RETURN, Unknown("syntax", 8))
    context.dead()
