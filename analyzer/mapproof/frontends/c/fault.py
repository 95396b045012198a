"""Errors in the tree that are none: syntax that the grammars do not know and lowering does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.survey import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

VA_ARG: Final = ("va_arg", "__builtin_va_arg")


def faults(root: tree_sitter.Node, text: bytes) -> Iterator[tree_sitter.Node]:
    """The ERROR and MISSING nodes under ``root`` (itself included) that stand for something not understood."""
    if not root.has_error and not root.is_missing:
        return
    for node in nodes(root):
        if node.is_missing or (node.type == "ERROR" and not understood(node, text)):
            yield node


def is_broken(root: tree_sitter.Node, text: bytes) -> bool:
    """Whether there is an ERROR under ``root``: what it hides may be anything."""
    return root.has_error and any(not fault.is_missing for fault in faults(root, text))


def understood(error: tree_sitter.Node, text: bytes) -> bool:
    """GNU ``case 1 ... 4``, an attribute as a statement, a type as the operand of ``va_arg``."""
    parent = error.parent
    if parent is None:
        return False
    first = error.children[0].type if error.children else ""
    if error.children and all(child.type == "attribute_specifier" for child in error.children):
        return True
    if parent.type == "case_statement" and first == "...":
        return error.named_child_count == 1
    if parent.type == "argument_list" and parent.parent is not None:
        callee = parent.parent.child_by_field_name("function")
        return callee is not None and text[callee.start_byte : callee.end_byte].decode("utf-8", "replace") in VA_ARG
    return False
