"""Types out of specifiers and declarators: what a declaration's words say about each name it declares."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mapproof.frontends.c import constant
from mapproof.frontends.c.ctype import (
    BOOL,
    CHAR,
    DOUBLE,
    INT,
    LONG,
    LONGLONG,
    STANDARD,
    UINT,
    VOID,
    CType,
    Member,
    Method,
    Parameter,
    Prototype,
    Record,
    Shape,
    array,
    decayed,
    function,
    integer,
    pointer,
    record,
    unknown,
    with_const,
)
from mapproof.model.ir import Const

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import tree_sitter

    from mapproof.frontends.c.scope import Scope

RECORDS: Final = ("struct_specifier", "union_specifier", "class_specifier")
_MAX_NESTING: Final = 30
_TYPE_OF: Final = ("typeof", "__typeof__", "__typeof", "typeof_unqual", "__typeof_unqual__")
"""Beside these, ``M(type)`` is a macro that may make any type of it."""
_NAMES: Final = ("identifier", "field_identifier", "type_identifier", "qualified_identifier", "operator_name")
_NAMES_TOO: Final = ("destructor_name", "template_function", "operator_cast", "structured_binding_declarator")


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared name. ``node`` is the name's own node (``None`` for an unnamed parameter), ``function`` the
    function declarator that holds its parameters, if the name itself is a function."""

    name: str
    type: CType
    node: tree_sitter.Node | None = None
    function: tree_sitter.Node | None = None


@dataclass(frozen=True, slots=True)
class EnumConstant:
    """An enumerator. ``value`` is ``None`` where ``expression`` (expanded text) could not be evaluated yet."""

    name: str
    value: int | None
    expression: bytes = b""


def plain(name: str) -> str:
    """A qualified name without template arguments, spaces and a leading ``::``."""
    previous = ""
    while previous != name:
        previous, name = name, re.sub(r"<[^<>]*>", "", name)
    return re.sub(r"\s+", "", name.replace("template ", "")).removeprefix("::")


def lookup_order(name: str, enclosing: tuple[str, ...]) -> Iterator[str]:
    """The qualified names that a written one may mean, innermost scope first; ``::name`` means but one."""
    bare = plain(name)
    parts = [part for part in enclosing if part] if not name.lstrip().startswith("::") else []
    for length in range(len(parts), 0, -1):
        yield "::".join((*parts[:length], bare))
    yield bare


class TypeReader:
    """Reads types in one text. What the text itself defines is kept in ``records``, ``typedefs`` and ``constants``."""

    def __init__(self, text: bytes, scope: Scope, *, cpp: bool, enclosing: tuple[str, ...] = ()) -> None:
        self.text = text
        self.scope = scope
        self.cpp = cpp
        self.enclosing = enclosing
        self.records: dict[str, Record] = {}
        self.typedefs: dict[str, CType] = {}
        self.constants: dict[str, EnumConstant] = {}
        self.opaque: set[str] = set()
        """Template parameters: names that must not be looked up."""
        self.variable_type: Callable[[str], CType | None] = lambda _name: None
        """The type of a local variable, for ``typeof``."""
        self.nesting = 0

    def spelled(self, node: tree_sitter.Node) -> str:
        """The node's text."""
        return self.text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    # Names.

    def named_type(self, name: str) -> CType | None:
        """What a type name stands for, ``None`` where nothing is known of it."""
        written, name = name, plain(name)
        if name in self.opaque:
            return None
        if not self.cpp and name in STANDARD:
            return STANDARD[name]
        for candidate in lookup_order(written, self.enclosing):
            found = self.typedefs.get(candidate) or self.scope.typedef(candidate)
            if found is not None:
                return found
            if self.cpp and self.find_record(candidate) is not None:
                return record(candidate)
        return STANDARD.get(name.removeprefix("std::"))

    def find_record(self, tag: str) -> Record | None:
        """A record of this text or of its surroundings."""
        return self.records.get(tag) or self.scope.record(tag)

    def resolve(self, name: str) -> tuple[int, CType] | None:
        """An integer constant by name."""
        for candidate in lookup_order(name, self.enclosing):
            own = self.constants.get(candidate)
            if own is not None:
                return None if own.value is None else (own.value, INT)
            found = self.scope.identifier(candidate)
            if isinstance(found, Const):
                return typed_constant(found)
        return None

    def evaluate(self, node: tree_sitter.Node | None) -> int | None:
        """An integer constant expression's value, ``None`` where it cannot be known."""
        result = constant.evaluate(node, self.text, self.resolve, self.descriptor)
        return None if result is None else result[0]

    # Types.

    def specifier(self, parent: tree_sitter.Node, hint: str = "") -> CType:
        """The type that a declaration's specifiers name. ``hint`` names a record that has no tag."""
        node = parent.child_by_field_name("type")
        implicit = VOID if self.cpp else INT
        base = self.base(node, hint or self._first_name(parent)) if node is not None else implicit
        for child in parent.children:
            if child.type == "type_qualifier" and self.spelled(child) in ("const", "constexpr", "__const", "constinit"):
                return with_const(base)
        return base

    def base(self, node: tree_sitter.Node, hint: str = "") -> CType:
        """The type that one specifier node names."""
        kind = node.type
        if kind in RECORDS:
            return self._record(node, hint)
        if kind == "enum_specifier":
            return self._enum(node)
        if kind in ("primitive_type", "sized_type_specifier"):
            return self._words(node)
        if kind == "type_descriptor":
            return self.descriptor(node)
        if kind == "macro_type_specifier":
            name = node.child_by_field_name("name")
            inner = node.child_by_field_name("type") if name is None or self.spelled(name) in _TYPE_OF else None
            found = None if inner is None else self.variable_type(self.spelled(inner)) or self.descriptor(inner)
            return found if found is not None and found.known else unknown(self.spelled(node))
        return self.named_type(self.spelled(node)) or unknown(self.spelled(node))

    def descriptor(self, node: tree_sitter.Node) -> CType:
        """The type of a ``type_descriptor`` (a cast's or sizeof's operand)."""
        if node.type != "type_descriptor":
            return self.base(node)
        base = self.specifier(node)
        inner = node.child_by_field_name("declarator")
        return self.declarator(inner, base).type

    def _words(self, node: tree_sitter.Node) -> CType:  # noqa: PLR0911  one return for each thing that it may be
        words = [word for word in re.split(r"\W+", self.spelled(node)) if word]
        kept = [word for word in words if word not in ("const", "volatile", "restrict")]
        signed = not {"unsigned", "__unsigned"} & set(kept)
        longs = kept.count("long")
        inner = [w for w in kept if w not in ("long", "short", "signed", "unsigned", "int", "__signed", "__signed__")]
        if "double" in inner or "float" in inner or "_Complex" in inner:
            return DOUBLE
        if "void" in inner:
            return VOID
        if "char" in inner:
            return CHAR if signed else integer(1, signed=False)
        if longs:
            base = LONGLONG if longs > 1 else LONG
            return replace(base, signed=signed)
        if "short" in kept:
            return integer(2, signed=signed)
        if inner and inner[0] not in ("bool", "_Bool"):
            found = self.named_type(inner[0])
            return replace(found, signed=signed and found.signed) if found is not None else unknown(inner[0])
        if inner:
            return BOOL
        return INT if signed else UINT

    # Declarators.

    def declarator(self, node: tree_sitter.Node | None, base: CType) -> Declared:
        """The name and type of one declarator; works from the outside in, without recursion."""
        declared: tree_sitter.Node | None = None
        while node is not None:
            kind = node.type
            if kind in _NAMES or kind in _NAMES_TOO:
                return Declared(self.spelled(node), base, node, declared)
            if "pointer_declarator" in kind:
                base, declared = self._pointer(node, base), None
            elif "reference_declarator" in kind:
                base, declared = pointer(base, reference=True), None
            elif "array_declarator" in kind:
                base = array(base, self.evaluate(node.child_by_field_name("size")))
            elif "function_declarator" in kind:
                base, declared = self._function(node, base), node
            node = _inner(node)
        return Declared("", base, None, declared)

    def _pointer(self, node: tree_sitter.Node, base: CType) -> CType:
        made = pointer(base)
        for child in node.children:
            if child.type == "type_qualifier" and self.spelled(child) == "const":
                return with_const(made)
        return made

    def _function(self, node: tree_sitter.Node, result: CType) -> CType:
        listed = node.child_by_field_name("parameters")
        for child in node.named_children:
            if child.type == "trailing_return_type" and child.named_child_count:
                result = self.descriptor(child.named_children[0])
        parameters, variadic = self.parameters(listed)
        return function(result, parameters, variadic=variadic)

    def parameters(self, node: tree_sitter.Node | None) -> tuple[tuple[Parameter, ...] | None, bool]:
        """A parameter list and whether it ends in ``...``; ``None`` where there is no prototype."""
        if node is None:
            return None, True
        found: list[Parameter] = []
        variadic = False
        for child in node.named_children:
            if child.type in ("variadic_parameter", "variadic_parameter_declaration"):
                variadic = True
            elif child.type in ("parameter_declaration", "optional_parameter_declaration"):
                declared = self.declarator(child.child_by_field_name("declarator"), self.specifier(child))
                default = child.child_by_field_name("default_value")
                text = None if default is None else self.text[default.start_byte : default.end_byte]
                found.append(Parameter(declared.name, decayed(declared.type), text))
            elif child.type == "identifier":
                found.append(Parameter(self.spelled(child), INT))
            elif child.type != "comment":
                found.append(Parameter("", unknown(self.spelled(child))))
        variadic = variadic or any(child.type == "..." for child in node.children)
        if len(found) == 1 and found[0].type.shape is Shape.VOID and not found[0].name:
            return (), variadic
        if not found and not variadic and not self.cpp:
            return None, True
        return tuple(found), variadic

    def _first_name(self, parent: tree_sitter.Node) -> str:
        node = parent.child_by_field_name("declarator")
        while node is not None:
            if node.type in _NAMES:
                return self.spelled(node)
            node = _inner(node)
        return ""

    # Records and enumerations.

    def _record(self, node: tree_sitter.Node, hint: str) -> CType:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        written = plain(self.spelled(name)) if name is not None else f"<{hint or node.start_byte}>"
        if body is None:
            return self._tagged(written)
        prefix = "::".join(part for part in self.enclosing if part)
        tag = f"{prefix}::{written}" if prefix and (self.cpp or name is None) else written
        if self.cpp and name is not None:
            self.typedefs[tag] = record(tag)
        if self.nesting < _MAX_NESTING and tag not in self.records:
            self.records[tag] = Record(tag)
            self.records[tag] = self._body(node, body, tag)
        return record(tag)

    def _tagged(self, written: str) -> CType:
        if not self.cpp:
            return record(written)
        for candidate in lookup_order(written, self.enclosing):
            if self.find_record(candidate) is not None:
                return record(candidate)
        return record(written)

    def _body(self, node: tree_sitter.Node, body: tree_sitter.Node, tag: str) -> Record:
        outer, self.enclosing = self.enclosing, (tag,)
        self.nesting += 1
        members: list[Member] = []
        methods: list[Method] = []
        for child in body.named_children:
            self._body_item(child, members, methods)
        self.enclosing = outer
        self.nesting -= 1
        bases = tuple(
            plain(self.spelled(part))
            for clause in node.named_children
            if clause.type == "base_class_clause"
            for part in clause.named_children
            if part.type in ("type_identifier", "qualified_identifier", "template_type")
        )
        return Record(tag, node.type == "union_specifier", tuple(members), bases, tuple(methods))

    def _body_item(self, node: tree_sitter.Node, members: list[Member], methods: list[Method]) -> None:
        if node.type == "template_declaration":
            inner = node.named_children[-1] if node.named_children else None
            if inner is not None and inner.type != "template_declaration":
                with_opaque = template_parameters(node, self.text) - self.opaque
                self.opaque |= with_opaque
                self._body_item(inner, members, methods)
                self.opaque -= with_opaque
        elif node.type in ("field_declaration", "function_definition", "declaration"):
            self._members(node, members, methods)
        elif node.type == "alias_declaration":
            self.alias(node)
        elif node.type == "type_definition":
            self.definitions(node)
        elif node.type in (*RECORDS, "enum_specifier"):
            self.base(node)

    def _members(self, node: tree_sitter.Node, members: list[Member], methods: list[Method]) -> None:
        declarators = node.children_by_field_name("declarator")
        hint = "" if declarators else f"{len(members)}"
        base = self.specifier(node, hint)
        words = {
            self.spelled(child)
            for child in node.children
            if child.type != "comment" and child.end_byte - child.start_byte < 12
        }
        static, virtual = "static" in words, "virtual" in words
        if not declarators and base.shape is Shape.RECORD and node.child_by_field_name("type") is not None:
            specifier = node.child_by_field_name("type")
            if specifier is not None and specifier.child_by_field_name("name") is None:
                members.append(Member("", base))
        default = node.child_by_field_name("default_value")
        text = None if default is None else self.text[default.start_byte : default.end_byte]
        for index, child in enumerate(node.children):
            if node.field_name_for_child(index) != "declarator":
                continue
            declared = self.declarator(child, base)
            if declared.function is not None and declared.type.shape is Shape.FUNCTION:
                late = any(part.type == "virtual_specifier" for part in declared.function.children)
                made = prototype(declared, "::".join((*self.enclosing, declared.name)), words, node)
                methods.append(Method(declared.name, made, virtual=virtual or late, static=static))
            else:
                bits = self._bits(node, index)
                members.append(Member(declared.name, declared.type, bits, static=static, default=text))

    def _bits(self, node: tree_sitter.Node, index: int) -> int | None:
        following = node.children[index + 1] if index + 1 < node.child_count else None
        if following is None or following.type != "bitfield_clause" or not following.named_children:
            return None
        return self.evaluate(following.named_children[0])

    def _enum(self, node: tree_sitter.Node) -> CType:
        base = node.child_by_field_name("base")
        ctype = self.base(base) if base is not None else INT
        if self.cpp and ctype.shape is Shape.INTEGER:
            ctype = replace(ctype, tag="enum")
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        prefix = "::".join(part for part in self.enclosing if part)
        outer = f"{prefix}::" if prefix and self.cpp else ""
        tag = outer + plain(self.spelled(name)) if name is not None else ""
        scoped = any(child.type in ("class", "struct") for child in node.children)
        if self.cpp and tag and body is not None:
            self.typedefs[tag] = ctype
        previous: EnumConstant | None = None
        outside = self.enclosing
        if tag and self.cpp:
            self.enclosing = (*outside, plain(self.spelled(name))) if name is not None else outside
        for child in body.named_children if body is not None else ():
            if child.type == "enumerator":
                previous = self._enumerator(child, previous)
                spelled = ([] if scoped else [outer + previous.name]) + (
                    [f"{tag}::{previous.name}"] if self.cpp and tag else []
                )
                for full in spelled:
                    self.constants[full] = replace(previous, name=full)
        self.enclosing = outside
        return ctype

    def _enumerator(self, node: tree_sitter.Node, previous: EnumConstant | None) -> EnumConstant:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        spelled = self.spelled(name) if name is not None else ""
        if value is not None:
            return EnumConstant(spelled, self.evaluate(value), self.text[value.start_byte : value.end_byte])
        if previous is None:
            return EnumConstant(spelled, 0, b"0")
        after = None if previous.value is None else previous.value + 1
        return EnumConstant(spelled, after, b"(" + previous.expression + b")+1")

    def definitions(self, node: tree_sitter.Node) -> None:
        """A ``typedef``: each name it defines."""
        base = self.specifier(node)
        prefix = "::".join(part for part in self.enclosing if part)
        for child in node.children_by_field_name("declarator"):
            declared = self.declarator(child, base)
            if declared.name:
                self.typedefs[f"{prefix}::{declared.name}" if prefix and self.cpp else declared.name] = declared.type

    def alias(self, node: tree_sitter.Node) -> None:
        """A C++ ``using name = type``."""
        name, target = node.child_by_field_name("name"), node.child_by_field_name("type")
        prefix = "::".join(part for part in self.enclosing if part)
        if name is not None and target is not None:
            spelled = self.spelled(name)
            self.typedefs[f"{prefix}::{spelled}" if prefix else spelled] = self.descriptor(target)


def typed_constant(value: Const) -> tuple[int, CType]:
    """A named constant as a C value: an int where one holds it."""
    if value.size == 4:
        return (value.value, INT) if value.value < 1 << 31 else (value.value, UINT)
    ctype = integer(value.size, varies=value.size == 8)
    return constant.wrap(value.value, ctype), ctype


def prototype(declared: Declared, name: str, words: set[str], node: tree_sitter.Node) -> Prototype:
    """A function declaration as a prototype. ``words`` are the declaration's specifiers."""
    storage = "static" if "static" in words else "extern" if "extern" in words else ""
    inline = bool(words & {"inline", "__inline", "__inline__"})
    body = node.child_by_field_name("body") is not None
    ctype = declared.type
    return Prototype(name, ctype.target or INT, ctype.parameters, ctype.variadic, storage, inline, body)


def template_parameters(node: tree_sitter.Node, text: bytes) -> set[str]:
    """The names that a template declaration binds."""
    listed = node.child_by_field_name("parameters")
    names: set[str] = set()
    for child in listed.named_children if listed is not None else ():
        stack = [child]
        while stack:
            part = stack.pop()
            if part.type in ("type_identifier", "identifier"):
                names.add(text[part.start_byte : part.end_byte].decode("utf-8", "replace"))
                break
            stack.extend(reversed(part.named_children))
    return names


def _inner(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The declarator inside a declarator."""
    found = node.child_by_field_name("declarator")
    if found is not None:
        return found
    for child in node.named_children:
        if child.type.endswith("declarator") or child.type in _NAMES or child.type in _NAMES_TOO:
            return child
    return None
