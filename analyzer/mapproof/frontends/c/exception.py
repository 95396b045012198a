"""Leaving a block early: destructors, ``try``, ``throw``, and Microsoft's structured exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.context import Context, Place
from mapproof.frontends.c.object import destroy

if TYPE_CHECKING:
    import tree_sitter


def leave_scopes(context: Context, node: tree_sitter.Node, depth: int) -> None:
    """Destroy the C++ objects of every scope deeper than ``depth``, last made first."""
    if node.type == "compound_statement":
        node = node.children[-1]
    for scope in reversed(context.scopes[depth:]):
        for ctype, address in reversed(scope.cleanups):
            destroy(context, node, ctype, address)


def lower_try(context: Context, node: tree_sitter.Node) -> None:
    """Every call in the block may throw; the handlers start from the state at any of them."""
    caught, after = context.builder.new_block(), context.builder.new_block()
    context.goto(caught)
    _go_on(context)
    context.handlers.append(caught)
    body = node.child_by_field_name("body")
    if body is not None:
        context.statement(body)
    context.handlers.pop()
    context.goto(caught)
    context.goto(after)
    for clause in node.named_children:
        if clause.type in ("catch_clause", "seh_except_clause"):
            context.builder.current = caught
            handler = context.builder.new_block()
            context.goto(handler)
            context.builder.current = handler
            with context.block_scope():
                _caught(context, clause)
            context.goto(after)
    context.builder.current = caught
    for outer in context.handlers:
        context.goto(outer)
    context.builder.current = after
    final = next((child for child in node.named_children if child.type == "seh_finally_clause"), None)
    if final is not None:
        context.builder.current = caught
        context.goto(after)
        context.builder.current = after
        inner = final.child_by_field_name("body")
        if inner is not None:
            context.statement(inner)


def _go_on(context: Context) -> None:
    following = context.builder.new_block()
    context.goto(following)
    context.builder.current = following


def _caught(context: Context, clause: tree_sitter.Node) -> None:
    listed = clause.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        if parameter.type != "parameter_declaration":
            continue
        declared = context.types.declarator(
            parameter.child_by_field_name("declarator"), context.types.specifier(parameter)
        )
        if declared.name:
            place = Place(declared.type, context.variable(declared.name, declared.type.width))
            if declared.type.aggregate:
                place = Place(declared.type, address=context.slot(declared.name))
            context.scopes[-1].names[declared.name] = place
    test = clause.child_by_field_name("filter")
    if test is not None:
        context.value(test)
    body = clause.child_by_field_name("body")
    if body is not None:
        context.statement(body)


def lower_throw(context: Context, node: tree_sitter.Node) -> None:
    """Go to every handler in force; without one control leaves the function."""
    for child in node.named_children:
        context.value(child)
    for handler in context.handlers:
        context.goto(handler)
    context.dead()
