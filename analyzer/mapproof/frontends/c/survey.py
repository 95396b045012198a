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
    """Names of locals: ``in_memory`` have their address taken, ``with_members`` are followed by ``.``. ``classes``: the
    classes declared in the function that hold functions of their own."""

    in_memory: set[str] = field(default_factory=set)
    with_members: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    classes: list[tree_sitter.Node] = field(default_factory=list)


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
    surveyor = _Surveyor(root, text, prototypes)
    for node in nodes(root):
        surveyor.see(node)
        if cpp:
            surveyor.see_cpp(node)
    return surveyor.found


class _Surveyor:
    """Collects what one function does to its locals' addresses."""

    def __init__(self, root: tree_sitter.Node, text: bytes, prototypes: Callable[[str], tuple[Prototype, ...]]) -> None:
        self.root = root
        self.text = text
        self.prototypes = prototypes
        self.found = Survey()

    def spelled(self, node: tree_sitter.Node) -> str:
        return self.text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def take(self, node: tree_sitter.Node | None) -> None:
        """The address of an lvalue is taken: of the variable it starts with, unless a pointer comes between."""
        waiting = [node]
        while waiting:
            inner = stripped(waiting.pop())
            while inner is not None and inner.type == "field_expression":
                inner = stripped(inner.child_by_field_name("argument"))
            if inner is None:
                continue
            if inner.type in ("identifier", "qualified_identifier"):
                self.found.in_memory.add(self.spelled(inner))
            elif inner.type in _SEVERAL:
                waiting.extend(inner.named_children)
            elif inner.type == "call_expression" and self._is_choice(inner):
                self.take_all(inner)

    def take_all(self, node: tree_sitter.Node | None, kinds: tuple[str, ...] = ("identifier",)) -> None:
        """Whatever is named under the node may be reached by address."""
        if node is not None:
            self.found.in_memory.update(self.spelled(part) for part in nodes(node) if part.type in kinds)

    def _is_choice(self, node: tree_sitter.Node) -> bool:
        callee = node.child_by_field_name("function")
        return callee is not None and self.spelled(callee) == CHOICE

    def see(self, node: tree_sitter.Node) -> None:
        """What C says of addresses."""
        handler = _SEEN.get(node.type)
        if handler is not None:
            handler(self, node)

    def see_cpp(self, node: tree_sitter.Node) -> None:
        """References bind to variables without a sign of it at the place where they do."""
        handler = _SEEN_IN_CPP.get(node.type)
        if handler is not None:
            handler(self, node)

    def address(self, node: tree_sitter.Node) -> None:
        if node.children[0].type == "&":
            self.take(node.child_by_field_name("argument"))

    def assigned(self, node: tree_sitter.Node) -> None:
        target = stripped(node.child_by_field_name("left") or node.child_by_field_name("argument"))
        if target is not None and target.type in ("call_expression", "conditional_expression", "comma_expression"):
            self.take(target)

    def disguise(self, node: tree_sitter.Node) -> None:
        if node.children[1].type == "&" and disguised(node) is not None:
            self.take(edge(node.child_by_field_name("right"), "left"))

    def parenthesized(self, node: tree_sitter.Node) -> None:
        if node.parent is not None and node.parent.type == "declaration":
            self.take_all(node)

    def member(self, node: tree_sitter.Node) -> None:
        inner = stripped(node.child_by_field_name("argument"))
        if inner is not None and inner.type == "identifier" and any(child.type == "." for child in node.children):
            self.found.with_members.add(self.spelled(inner))

    def label(self, node: tree_sitter.Node) -> None:
        label = node.child_by_field_name("label")
        if label is not None:
            self.found.labels.add(self.spelled(label))

    def function(self, node: tree_sitter.Node) -> None:
        if node.id != self.root.id:
            self.take_all(node)

    def local_class(self, node: tree_sitter.Node) -> None:
        known = self.found.classes
        inner = bool(known) and node.end_byte <= known[-1].end_byte
        if not inner and any(part.type == "function_definition" for part in nodes(node)):
            known.append(node)

    def declarator(self, node: tree_sitter.Node) -> None:
        declared = node.child_by_field_name("declarator")
        if declared is not None and "reference" in declared.type:
            value = node.child_by_field_name("value")
            in_list = value is not None and value.type in ("argument_list", "initializer_list")
            self.take(value.named_child(0) if value is not None and in_list else value)
        self.arguments(node)

    def vexing(self, node: tree_sitter.Node) -> None:
        if node.parent is not None and node.parent.type == "declaration":
            self.take_all(node.child_by_field_name("parameters"), ("identifier", "type_identifier"))

    def closure(self, node: tree_sitter.Node) -> None:
        captures = node.child_by_field_name("captures")
        if captures is not None and "&" in self.spelled(captures):
            self.take_all(node)

    def elements(self, node: tree_sitter.Node) -> None:
        """A member that is filled in may be a reference."""
        for child in node.named_children:
            self.take(child.child_by_field_name("value") if child.type == "initializer_pair" else child)

    def arguments(self, node: tree_sitter.Node) -> None:
        callee = node.child_by_field_name("function") or node.child_by_field_name("type")
        if callee is None and node.parent is not None:
            callee = node.parent.child_by_field_name("type")
        listed = node.child_by_field_name("arguments") or node.child_by_field_name("value")
        if callee is None or listed is None or listed.type not in ("argument_list", "initializer_list"):
            return
        name = self.spelled(callee.child_by_field_name("field") or callee)
        last = name.rpartition("::")[2].partition("<")[0]
        known = (*self.prototypes(name), *self.prototypes(f"*::{last}"))
        for index, argument in enumerate(child for child in listed.named_children if child.type != "comment"):
            if any(_by_reference(made, index) for made in known):
                self.take(argument)


def _by_reference(made: Prototype, index: int) -> bool:
    if made.parameters is None or index >= len(made.parameters):
        return False
    ctype = made.parameters[index].type  # a class may be made of the argument by a constructor that takes a reference
    return ctype.shape is Shape.RECORD or (ctype.shape is Shape.POINTER and ctype.reference)


_SEVERAL: Final = ("conditional_expression", "assignment_expression", "comma_expression", "cast_expression")
"""Expressions that may name any of several places."""

_SEEN: Final[dict[str, Callable[[_Surveyor, tree_sitter.Node], None]]] = {
    "pointer_expression": _Surveyor.address,
    "assignment_expression": _Surveyor.assigned,
    "update_expression": _Surveyor.assigned,
    "binary_expression": _Surveyor.disguise,
    "parenthesized_declarator": _Surveyor.parenthesized,
    "field_expression": _Surveyor.member,
    "labeled_statement": _Surveyor.label,
    "function_definition": _Surveyor.function,
}

_SEEN_IN_CPP: Final[dict[str, Callable[[_Surveyor, tree_sitter.Node], None]]] = {
    "init_declarator": _Surveyor.declarator,
    "function_declarator": _Surveyor.vexing,
    "lambda_expression": _Surveyor.closure,
    "call_expression": _Surveyor.arguments,
    "new_expression": _Surveyor.arguments,
    "initializer_list": _Surveyor.elements,
    "struct_specifier": _Surveyor.local_class,
    "class_specifier": _Surveyor.local_class,
    "union_specifier": _Surveyor.local_class,
}
