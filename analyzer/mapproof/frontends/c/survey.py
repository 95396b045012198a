"""What has to be known of a function body before it is lowered: which locals live in memory.

A scalar local is a variable of the IR unless something may reach it by address. The question is asked by name, over
the whole body: all locals of a name are in memory when one of them may be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.ctype import Shape
from mapproof.frontends.c.disguise import disguised, edge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import tree_sitter

    from mapproof.frontends.c.ctype import Prototype

ARM: Final = b"__mapproof_arm("
END: Final = b"__mapproof_end("
CHOICE: Final = "__mapproof_choice"
"""The marks that a reading puts in for ``#if`` groups and for macros with several definitions."""


@dataclass(slots=True)
class Survey:
    """Names of locals: ``in_memory`` have their address taken, ``with_members`` are followed by ``.``."""

    in_memory: set[str] = field(default_factory=set)
    with_members: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)


def nodes(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Every node under ``root``, in source order, without recursion."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def stripped(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """The expression inside any number of parentheses."""
    while node is not None and node.type == "parenthesized_expression":
        inner = [child for child in node.named_children if child.type != "comment"]
        if len(inner) != 1 or inner[0].type == "compound_statement":
            return node
        node = inner[0]
    return node


def survey(
    root: tree_sitter.Node, text: bytes, prototypes: Callable[[str], tuple[Prototype, ...]], *, cpp: bool
) -> Survey:
    """Look through a function."""
    found = Survey()

    def spelled(node: tree_sitter.Node) -> str:
        return text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def take(node: tree_sitter.Node | None) -> None:
        """The address of an lvalue is taken: of the variable it starts with, unless a pointer comes between."""
        node = stripped(node)
        while node is not None and node.type == "field_expression":
            node = stripped(node.child_by_field_name("argument"))
        if node is None:
            return
        if node.type in ("identifier", "qualified_identifier"):
            found.in_memory.add(spelled(node))
        elif node.type == "call_expression" and _is_choice(node, spelled):
            for part in nodes(node):
                if part.type == "identifier":
                    found.in_memory.add(spelled(part))
        elif node.type in ("conditional_expression", "assignment_expression", "comma_expression", "cast_expression"):
            for part in node.named_children:
                take(part)

    for node in nodes(root):
        kind = node.type
        if kind == "pointer_expression" and node.children[0].type == "&":
            take(node.child_by_field_name("argument"))
        elif kind in ("assignment_expression", "update_expression"):
            target = stripped(node.child_by_field_name("left" if kind[0] == "a" else "argument"))
            if target is not None and target.type in ("call_expression", "conditional_expression", "comma_expression"):
                take(target)
        elif kind == "binary_expression" and node.children[1].type == "&" and disguised(node) is not None:
            take(edge(node.child_by_field_name("right"), "left"))
        elif kind == "parenthesized_declarator" and node.parent is not None and node.parent.type == "declaration":
            found.in_memory.update(spelled(part) for part in nodes(node) if part.type == "identifier")
        elif kind == "field_expression":
            inner = stripped(node.child_by_field_name("argument"))
            if inner is not None and inner.type == "identifier" and any(child.type == "." for child in node.children):
                found.with_members.add(spelled(inner))
        elif kind == "labeled_statement":
            label = node.child_by_field_name("label")
            if label is not None:
                found.labels.add(spelled(label))
        elif kind == "function_definition" and node.id != root.id:
            found.in_memory.update(spelled(part) for part in nodes(node) if part.type == "identifier")
        elif cpp:
            _survey_cpp(node, take, found, spelled, prototypes)
    return found


def _is_choice(node: tree_sitter.Node, spelled: Callable[[tree_sitter.Node], str]) -> bool:
    callee = node.child_by_field_name("function")
    return callee is not None and spelled(callee) == CHOICE


def _survey_cpp(
    node: tree_sitter.Node,
    take: Callable[[tree_sitter.Node | None], None],
    found: Survey,
    spelled: Callable[[tree_sitter.Node], str],
    prototypes: Callable[[str], tuple[Prototype, ...]],
) -> None:
    """References bind to variables without a sign of it at the place where they do."""
    if node.type == "init_declarator":
        declarator = node.child_by_field_name("declarator")
        if declarator is not None and "reference" in declarator.type:
            value = node.child_by_field_name("value")
            take(
                value
                if value is None or value.type not in ("argument_list", "initializer_list")
                else value.named_child(0)
            )
    elif node.type == "lambda_expression":
        captures, body = node.child_by_field_name("captures"), node.child_by_field_name("body")
        listed = spelled(captures) if captures is not None else ""
        if "&" in listed:
            for part in (*nodes(node), *(nodes(body) if body is not None else ())):
                if part.type == "identifier":
                    found.in_memory.add(spelled(part))
    elif node.type == "function_declarator" and node.parent is not None and node.parent.type == "declaration":
        parameters = node.child_by_field_name("parameters")
        names = ("identifier", "type_identifier")
        found.in_memory.update(spelled(part) for part in nodes(parameters or node) if part.type in names)
    elif node.type in ("call_expression", "init_declarator", "new_expression"):
        _survey_arguments(node, take, spelled, prototypes)


def _survey_arguments(
    node: tree_sitter.Node,
    take: Callable[[tree_sitter.Node | None], None],
    spelled: Callable[[tree_sitter.Node], str],
    prototypes: Callable[[str], tuple[Prototype, ...]],
) -> None:
    callee = node.child_by_field_name("function") or node.child_by_field_name("type")
    if callee is None and node.parent is not None:
        callee = node.parent.child_by_field_name("type")
    listed = node.child_by_field_name("arguments") or node.child_by_field_name("value")
    if callee is None or listed is None or listed.type not in ("argument_list", "initializer_list"):
        return
    name = spelled(callee.child_by_field_name("field") or callee)
    known = prototypes(name)
    for index, argument in enumerate(child for child in listed.named_children if child.type != "comment"):
        for made in known:
            if made.parameters is None or index >= len(made.parameters):
                continue
            ctype = made.parameters[index].type
            if ctype.shape is Shape.POINTER and ctype.reference:
                take(argument)
