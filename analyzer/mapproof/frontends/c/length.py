"""How long an initializer makes an array that is declared without a length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mapproof.frontends.c import literal
from mapproof.frontends.c.ctype import CType, Shape, array
from mapproof.frontends.c.survey import ARM, stripped

if TYPE_CHECKING:
    import tree_sitter

    from mapproof.frontends.c.declarator import TypeReader

STRINGS: Final = ("string_literal", "concatenated_string", "raw_string_literal")


def only_string(node: tree_sitter.Node) -> tree_sitter.Node:
    """The string in ``{"text"}`` or ``("text")``, or the node itself."""
    inner = stripped(node) or node
    if inner.type == "initializer_list" and inner.named_child_count == 1 and inner.named_children[0].type in STRINGS:
        return inner.named_children[0]
    return inner


def with_length(types: TypeReader, ctype: CType, node: tree_sitter.Node) -> CType:
    """The array's type with its length, where that can be read off the initializer without filling anything in."""
    if ctype.shape is not Shape.ARRAY or ctype.length is not None or ctype.target is None:
        return ctype
    inner = only_string(node)
    if inner.type in STRINGS:
        return array(ctype.target, len(literal.string(inner, types.text)[0]) + 1)
    length = _counted(types, ctype.target, node) if node.type == "initializer_list" else None
    return ctype if length is None else array(ctype.target, length)


def _counted(types: TypeReader, element: CType, node: tree_sitter.Node) -> int | None:
    """Elements of a list that has one entry for each; ``None`` with marks, or where braces may be left out."""
    position = longest = 0
    for child in node.named_children:
        if child.type == "comment":
            continue
        if child.type == "initializer_pair":
            place = _designated(types, child)
            if place is None:
                return None
            position = place
        elif (
            types.text.startswith(ARM, child.start_byte)
            or child.type == "ERROR"
            or ((element.aggregate or not element.known) and child.type != "initializer_list")
        ):
            return None
        position += 1
        longest = max(longest, position)
    return longest


def _designated(types: TypeReader, pair: tree_sitter.Node) -> int | None:
    """The last index that one designated entry fills in."""
    designators = pair.children_by_field_name("designator")
    first = designators[0] if designators else None
    if first is None or len(designators) > 1 or not first.named_children:
        return None
    if first.type == "subscript_designator":
        return types.evaluate(first.named_children[0])
    if first.type == "subscript_range_designator":
        return types.evaluate(first.child_by_field_name("end"))
    return None
