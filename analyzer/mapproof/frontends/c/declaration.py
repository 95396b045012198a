"""What a chunk declares: records, types, constants, objects and functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c.ctype import CType, Prototype, Record, Shape
from mapproof.frontends.c.declarator import RECORDS, EnumConstant, TypeReader, plain, prototype, template_parameters
from mapproof.frontends.c.length import with_length
from mapproof.model.condition import TRUE

if TYPE_CHECKING:
    import tree_sitter

    from mapproof.frontends.c.scope import ChunkView, ReadingView, Scope
    from mapproof.model.condition import Condition

_CONTAINERS: Final = frozenset(
    [
        "translation_unit",
        "linkage_specification",
        "declaration_list",
        "ERROR",
        "template_declaration",
        "expression_statement",
        "preproc_if",
        "preproc_ifdef",
        "preproc_else",
        "preproc_elif",
        "export_declaration",
    ]
)


@dataclass(frozen=True, slots=True)
class ObjectDeclaration:
    """A declared object. ``storage`` is ``static``, ``extern`` or empty."""

    name: str
    type: CType
    storage: str = ""
    has_initializer: bool = False


@dataclass(slots=True)
class Declarations:
    """Everything that one reading of a chunk declares, by (in C++ qualified) name.

    ``constants`` are the enumerators. A function that is declared twice has two ``prototypes``. ``presence`` are the
    builds that see this; ``partial``: others see something else, or it was not ``understood`` in full.
    """

    records: dict[str, Record] = field(default_factory=dict)
    typedefs: dict[str, CType] = field(default_factory=dict)
    constants: dict[str, EnumConstant] = field(default_factory=dict)
    objects: dict[str, ObjectDeclaration] = field(default_factory=dict)
    prototypes: list[Prototype] = field(default_factory=list)
    presence: Condition = TRUE
    partial: bool = False
    understood: bool = True


def declarations(reading: ReadingView, scope: Scope) -> Declarations:
    """Read what a chunk declares outside function bodies. Never raises on broken syntax."""
    collector = _Collector(reading, scope)
    collector.collect(reading.root)
    types = collector.types
    found = collector.found
    found.presence = reading.presence
    found.records, found.typedefs, found.constants = types.records, types.typedefs, types.constants
    found.prototypes += [method.prototype for body in types.records.values() for method in body.methods]
    return found


class _Collector:
    """Walks the declarations of one reading."""

    def __init__(self, reading: ReadingView, scope: Scope) -> None:
        self.types = TypeReader(reading.text, scope, cpp=reading.cpp, enclosing=around(reading.chunk))
        self.found = Declarations()
        self.member = reading.chunk.member

    def collect(self, root: tree_sitter.Node) -> None:
        stack: list[tuple[tree_sitter.Node, tuple[str, ...], frozenset[str]]] = [
            (root, self.types.enclosing, frozenset())
        ]
        while stack:
            node, enclosing, opaque = stack.pop()
            self.types.enclosing, self.types.opaque = enclosing, set(opaque)
            inner: list[tree_sitter.Node] = []
            if node.type == "namespace_definition":
                name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
                spelled = plain(self.types.spelled(name)) if name is not None else ""
                enclosing = (*enclosing, *spelled.split("::")) if spelled else enclosing
                inner = body.named_children if body is not None else []
            elif node.type in _CONTAINERS:
                if node.type == "template_declaration":
                    opaque = opaque | template_parameters(node, self.types.text)
                inner = node.named_children
            else:
                self._one(node)
            stack.extend((child, enclosing, opaque) for child in reversed(inner))

    def _one(self, node: tree_sitter.Node) -> None:
        if node.type == "type_definition":
            self.types.definitions(node)
        elif node.type == "alias_declaration":
            self.types.alias(node)
        elif node.type in (*RECORDS, "enum_specifier"):
            self.types.base(node)
        elif node.type in ("declaration", "function_definition", "field_declaration"):
            self._declaration(node)

    def _declaration(self, node: tree_sitter.Node) -> None:
        base = self.types.specifier(node)
        words = specifier_words(self.types, node)
        for index, child in enumerate(node.children):
            if node.field_name_for_child(index) != "declarator":
                continue
            declared = self.types.declarator(child, base)
            if not declared.name or (
                declared.node is not None and declared.node.type == "structured_binding_declarator"
            ):
                continue
            name = qualified(self.types, declared.name)
            if declared.type.shape is Shape.FUNCTION and declared.function is not None:
                self.found.prototypes.append(prototype(declared, name, words, node))
            elif node.type != "function_definition":
                self._object(node, child, name, declared.type, words)

    def _object(
        self, node: tree_sitter.Node, child: tree_sitter.Node, name: str, ctype: CType, words: set[str]
    ) -> None:
        value = child.child_by_field_name("value") or node.child_by_field_name("default_value")
        initialized = value is not None
        if value is not None:
            ctype = with_length(self.types, ctype, value)
        storage = "static" if "static" in words else "extern" if "extern" in words else ""
        before = self.found.objects.get(name)
        if before is None or initialized or (before.storage == "extern" and storage != "extern"):
            self.found.objects[name] = ObjectDeclaration(name, ctype, storage, initialized)


def around(chunk: ChunkView) -> tuple[str, ...]:
    """Names of the namespaces and classes around a chunk's text; a member's text has its own class in it."""
    return chunk.scope[:-1] if chunk.member else chunk.scope


def specifier_words(types: TypeReader, node: tree_sitter.Node) -> set[str]:
    """The storage classes and other specifiers that a declaration begins with."""
    found = set[str]()
    for child in node.children:
        if child.type.endswith(("specifier", "qualifier")) or child.child_count == 0:
            found.update(types.spelled(child).split() if child.end_byte - child.start_byte < 40 else ())
    return found


def qualified(types: TypeReader, name: str) -> str:
    """A declared name with the namespaces and classes around it; C names stay as they are."""
    name = plain(name)
    prefix = "::".join(part for part in types.enclosing if part)
    return f"{prefix}::{name}" if prefix and types.cpp else name
