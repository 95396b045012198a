"""Whether the marks in a text stand where they mean what they should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.text import CHOICE_OF_GROUP, Mark, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tree_sitter

_BLOCKS: Final = frozenset({"compound_statement", "case_statement", "translation_unit", "declaration_list"})
_LISTS: Final = frozenset({"initializer_list", "argument_list"})
_NEAR: Final = 2
"""Bytes between two things that touch: a separator and a blank."""


def misplaced_group(text: Text, root: tree_sitter.Node, broken: Sequence[tree_sitter.Node]) -> int | None:
    """The first group whose marks do not form arms of one block or list, or an expression; ``None`` if all do."""
    parents: dict[int, int] = {}
    spans: dict[int, tuple[int, int]] = {}
    for mark in text.marks:
        call = _call_at(root, mark)
        if call is None:
            return mark.group
        if mark.arm == CHOICE_OF_GROUP:
            if call.has_error or _touches(call.start_byte, call.end_byte, broken):
                return mark.group
            continue
        parent = _parent_of(call)
        if parent is None or parents.setdefault(mark.group, parent.id) != parent.id:
            return mark.group
        start, end = spans.get(mark.group, (call.start_byte, call.end_byte))
        spans[mark.group] = (min(start, call.start_byte), max(end, call.end_byte))
    for group, (start, end) in spans.items():
        if _touches(start, end, broken):
            return group
    return None


def _call_at(root: tree_sitter.Node, mark: Mark) -> tree_sitter.Node | None:
    """The call expression that a mark was parsed as."""
    name = root.descendant_for_byte_range(mark.offset, mark.offset + mark.length)
    if name is None or name.type != "identifier" or name.start_byte != mark.offset:
        return None
    call = name.parent
    if call is None or call.type != "call_expression" or call.start_byte != mark.offset:
        return None
    arguments = call.child_by_field_name("arguments")
    return call if arguments is not None and arguments.type == "argument_list" else None


def _parent_of(call: tree_sitter.Node) -> tree_sitter.Node | None:
    """The block or list that an arm's mark is an item of."""
    parent = call.parent
    if parent is None:
        return None
    if parent.type == "expression_statement":
        block = parent.parent
        alone = parent.named_child_count == 1 and block is not None and block.type in _BLOCKS
        return block if alone else None
    if parent.type not in _LISTS:
        return None
    outer = parent.parent
    if parent.type == "argument_list" and (outer is None or outer.type != "call_expression"):
        return None
    return parent


def _touches(start: int, end: int, broken: Sequence[tree_sitter.Node]) -> bool:
    """Whether an error lies in a stretch or next to it, or in a statement that reaches into it."""
    for node in broken:
        first, last = node.start_byte, node.end_byte
        parent = node.parent
        if parent is not None and parent.type not in _BLOCKS:
            first, last = min(first, parent.start_byte), max(last, parent.end_byte)
        if parent is not None and parent.type in ("function_definition", "initializer_list"):
            first, last = node.start_byte, node.end_byte
        before = node.prev_sibling if node.is_missing else None
        if before is not None:
            first = min(first, before.start_byte)
        if first <= end + _NEAR and last + _NEAR >= start:
            return True
    return False
