"""Constructors and destructors of classes: what they do to members beside their bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapproof.frontends.c.call import call_constructor
from mapproof.frontends.c.context import Context, Place, member_address
from mapproof.frontends.c.ctype import Shape, record, unknown
from mapproof.frontends.c.declarator import plain
from mapproof.frontends.c.local import default_members
from mapproof.frontends.c.object import destroy_parts
from mapproof.frontends.c.place import address_of, forget, member, store
from mapproof.model.ir import Opcode, Unknown, Var

if TYPE_CHECKING:
    import tree_sitter


def construct_members(context: Context, node: tree_sitter.Node) -> None:
    """A constructor's member initializers, and the default ones."""
    this = context.local("this")
    last = context.name.rpartition("::")[2]
    if not isinstance(this, Place) or this.var is None or context.record.rpartition("::")[2] != last:
        return
    listed = next((child for child in node.children if child.type == "field_initializer_list"), None)
    entries = [child for child in listed.named_children if child.type == "field_initializer"] if listed else []
    names = [plain(context.text(entry.named_children[0])) for entry in entries if entry.named_children]
    if last not in names:
        default_members(context, node, record(context.record), this.var, frozenset(names))
    for entry, name in zip(entries, names, strict=False):
        _member(context, entry, name, this.var)


def _member(context: Context, entry: tree_sitter.Node, name: str, this: Var) -> None:
    given = entry.named_children[-1]
    arguments = [child for child in given.named_children if child.type != "comment"]
    found = context.types.find_record(context.record)
    place = None
    declared = next((part for part in found.members if part.name == name), None) if found is not None else None
    if declared is not None and declared.type.reference:
        target = address_of(context.place(arguments[0])) if arguments else Unknown("syntax", 8)
        context.effect(entry, Opcode.STORE, member_address(context, entry, this, name), target)
        return
    if declared is not None:
        place = member(context, entry, this, record(context.record), name)
    if place is None:
        base = context.types.named_type(name) or unknown(name)
        call_constructor(context, entry, record(base.tag or name), this, arguments)
    elif place.type.shape is Shape.RECORD:
        call_constructor(context, entry, place.type, place.address or Unknown("unknown-memory", 8), arguments)
    elif given.type == "initializer_list" and place.type.aggregate:
        context.initialize(place, given, zero=True)
    elif len(arguments) == 1:
        store(context, entry, place, context.value(arguments[0]))
    else:
        for argument in arguments:
            context.value(argument)
        forget(context, entry, place, "unknown-call")


def destroy_members(context: Context, node: tree_sitter.Node) -> None:
    """A destructor destroys the members and bases after its body."""
    this = context.local("this")
    if not isinstance(this, Place) or this.var is None or not context.name.rpartition("::")[2].startswith("~"):
        return
    destroy_parts(context, node, record(context.record), this.var)
