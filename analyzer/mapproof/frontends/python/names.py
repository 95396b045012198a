"""What a name or an attribute stands for before the program runs: a module, a function, a class, or a variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import libcst as cst

from mapproof.frontends.python.module import Scope, dotted, owner_of

if TYPE_CHECKING:
    from mapproof.frontends.python.module import Imported, Module

_DEEPEST: Final = 12
"""Names that are followed to other names."""


@dataclass(frozen=True, slots=True)
class External:
    """Something outside of what was read, by its dotted name: ``mmap.PROT_READ``."""

    name: str


@dataclass(frozen=True, slots=True)
class Inner:
    """A module of the program."""

    module: Module


@dataclass(frozen=True, slots=True)
class Functions:
    """Functions of the program that a name may stand for."""

    module: Module
    nodes: tuple[cst.FunctionDef, ...]


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of the program that a name may stand for."""

    module: Module
    nodes: tuple[cst.ClassDef, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that the program gives values to, in a scope of a module."""

    module: Module
    scope: Scope
    name: str


Entity = External | Inner | Functions | Classes | Variable


class Modules(Protocol):
    """What finds the modules of a program."""

    def module_named(self, importer: Module, name: str) -> Module | None:
        """The module that an import means; ``None`` for one outside."""
        ...


class Names:
    """Resolves names and attributes."""

    def __init__(self, modules: Modules, followed: frozenset[str]) -> None:
        self._modules = modules
        self._followed = followed

    def entity(self, node: cst.CSTNode, module: Module, scope: Scope, depth: int = 0) -> Entity | None:
        """What an expression stands for; ``None`` where that is no matter of names."""
        if depth > _DEEPEST:
            return None
        if isinstance(node, cst.Name):
            return self._name(node.value, module, scope, depth)
        if isinstance(node, cst.Attribute):
            head = self.entity(node.value, module, scope, depth + 1)
            return None if head is None else self._attribute(head, node.attr.value, depth)
        if isinstance(node, cst.Call) and dotted(node.func) in {
            "__import__",
            "importlib.import_module",
            "import_module",
        }:
            return self._imported(node, module)
        return None

    def _imported(self, node: cst.Call, module: Module) -> Entity | None:
        first = node.args[0].value if node.args else None
        if not isinstance(first, cst.SimpleString) or not isinstance(first.evaluated_value, str):
            return None
        found = self._modules.module_named(module, first.evaluated_value)
        return Inner(found) if found is not None else External(first.evaluated_value)

    def _name(self, name: str, module: Module, scope: Scope, depth: int) -> Entity | None:
        owner = owner_of(scope, name)
        if owner is None:
            return self._from_stars(name, module, depth)
        return self.in_scope(name, module, owner, depth)

    def in_scope(  # noqa: PLR0911  one answer per kind of binding
        self, name: str, module: Module, owner: Scope, depth: int = 0
    ) -> Entity | None:
        """What a name of a scope stands for. An import wins over the assignments that stand in for it."""
        if depth > _DEEPEST:
            return None
        if name in owner.imports and not self.is_overwritten(name, owner):
            return self._import(owner.imports[name][0], module, depth + 1)
        if name in owner.assigned:
            value = owner.values.get(name)
            if owner.assigned[name] == 1 and value is not None and name not in owner.functions:
                found = self.entity(value, module, owner, depth + 1)
                if isinstance(found, Inner | Functions | Classes) or self._is_alias(found):
                    return found
            return Variable(module, owner, name)
        if name in owner.functions and name not in owner.classes:
            return Functions(module, tuple(owner.functions[name]))
        if name in owner.classes and name not in owner.functions:
            return Classes(module, tuple(owner.classes[name]))
        return Variable(module, owner, name)

    def _is_alias(self, found: Entity | None) -> bool:
        """Whether another name of something outside is followed: of a module and of a class that maps memory."""
        return isinstance(found, External) and ("." not in found.name or found.name in self._followed)

    def is_overwritten(self, name: str, owner: Scope) -> bool:
        """Whether an imported name is also given a value other than None, which stands in for a missing module."""
        if name not in owner.imports or name not in owner.assigned:
            return False
        return owner.assigned[name] > 1 or dotted(owner.values.get(name)) != "None"

    def imported(self, name: str, module: Module, owner: Scope) -> Entity | None:
        """What an import of the scope binds a name to."""
        found = owner.imports.get(name)
        return None if not found else self._import(found[0], module, 0)

    def _import(self, imported: Imported, module: Module, depth: int) -> Entity | None:
        found = self._modules.module_named(module, imported.module)
        if not imported.name:
            return Inner(found) if found is not None else External(imported.module)
        if found is None:
            inner = (
                self._modules.module_named(module, f"{imported.module.rstrip('.')}.{imported.name}".lstrip("."))
                if (imported.module.startswith("."))
                else None
            )
            return Inner(inner) if inner is not None else External(f"{imported.module}.{imported.name}")
        if imported.name in found.top.bound:
            return self.in_scope(imported.name, found, found.top, depth + 1)
        star = self._from_stars(imported.name, found, depth)
        if star is not None:
            return star
        inner = self._modules.module_named(module, f"{imported.module}.{imported.name}")
        return Inner(inner) if inner is not None else None

    def _attribute(self, head: Entity, name: str, depth: int) -> Entity | None:
        if isinstance(head, External):
            return External(f"{head.name}.{name}")
        if isinstance(head, Inner):
            if name in head.module.top.bound:
                return self.in_scope(name, head.module, head.module.top, depth + 1)
            return self._from_stars(name, head.module, depth)
        if isinstance(head, Classes):
            methods = [node for owner in head.nodes for node in head.module.scopes[id(owner)].functions.get(name, ())]
            return Functions(head.module, tuple(methods)) if methods else None
        return None

    def _from_stars(self, name: str, module: Module, depth: int) -> Entity | None:
        for source in reversed(module.top.stars):  # the last one wins
            found = self._modules.module_named(module, source)
            if found is None:
                if source in {"mmap", "ctypes"}:
                    return External(f"{source}.{name}")
                if name.isupper():
                    return None  # it may come from there
            elif depth <= _DEEPEST and name in found.top.bound:
                return self.in_scope(name, found, found.top, depth + 1)
        return None
