"""tree-sitter, loaded when the first text is parsed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tree_sitter


@cache
def _parser(cpp: bool) -> tree_sitter.Parser:
    import tree_sitter  # noqa: PLC0415  loading takes longer than a run that finds nothing to parse

    if cpp:
        import tree_sitter_cpp  # noqa: PLC0415  likewise

        return tree_sitter.Parser(tree_sitter.Language(tree_sitter_cpp.language()))
    import tree_sitter_c  # noqa: PLC0415  likewise

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language()))


_HOLDING: Final = (
    "translation_unit", "template_declaration", "namespace_definition", "declaration_list", "linkage_specification",
    "struct_specifier", "class_specifier", "field_declaration_list",
)  # fmt: skip


def parse(text: bytes, *, cpp: bool) -> tree_sitter.Tree:
    """Parse C or C++. Any bytes give a tree."""
    return _parser(cpp).parse(text)


def broken_nodes(root: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The outermost ERROR and MISSING nodes in order."""
    found: list[tree_sitter.Node] = []
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            found.append(node)
        else:
            waiting.extend(child for child in reversed(node.children) if child.has_error or child.is_missing)
    return found


def misread_classes(root: tree_sitter.Node) -> list[tree_sitter.Node]:
    """Definitions of ``class WORD name { ... }``, which the grammar takes for functions without parameters."""
    found: list[tree_sitter.Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "function_definition":
            declarator, specifier = node.child_by_field_name("declarator"), node.child_by_field_name("type")
            classes = specifier is not None and specifier.type in ("class_specifier", "struct_specifier")
            if classes and declarator is not None and declarator.type == "identifier":
                found.append(node)
        elif node.type in _HOLDING:
            waiting.extend(reversed(node.children))
    return found
