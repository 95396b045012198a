"""In which ways the names of a module are used: whether a function is only called, a container only read."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import libcst as cst

if TYPE_CHECKING:
    from mapproof.frontends.python.module import Module


class Use(StrEnum):
    """One way of using a name or attribute."""

    CALL = "call"
    READ = "read"
    """Looked up in, looped over, asked for membership: nothing in it is changed."""
    STORE = "store"
    DEFINE = "define"
    IMPORT = "import"
    BASE = "base"
    HEAD = "head"
    """What stands before a dot."""
    VALUE = "value"
    """Anything else: it is handed on, and may be called or changed anywhere."""


_READERS: Final = frozenset({"get", "items", "values", "keys", "index", "count"})


def uses_of(module: Module) -> dict[str, set[Use]]:
    """Every way in which each name, or attribute of that name, is used in a module; with a dot before it, the
    attribute alone."""
    found: dict[str, set[Use]] = {}
    _Walk(found).visit(module.tree, Use.VALUE)
    return found


class _Walk:
    def __init__(self, found: dict[str, set[Use]]) -> None:
        self._found = found

    def _note(self, name: str, use: Use) -> None:
        self._found.setdefault(name, set()).add(use)

    def visit(self, node: cst.CSTNode, use: Use) -> None:  # noqa: C901, PLR0912, PLR0915  one branch per kind of node
        """Note what is used below a node that is itself used so."""
        match node:
            case cst.Name():
                self._note(node.value, use)
            case cst.Attribute():
                self._note(node.attr.value, use)
                self._note(f".{node.attr.value}", use)
                reads = use is Use.CALL and node.attr.value in _READERS
                self.visit(node.value, Use.READ if reads else Use.HEAD)
            case cst.Call():
                self.visit(node.func, Use.CALL)
                for argument in node.args:
                    self.visit(argument.value, Use.VALUE)
            case cst.Subscript():
                changes = use is Use.STORE
                self.visit(node.value, Use.VALUE if changes else Use.READ)
                for part in node.slice:
                    self._all(part, Use.VALUE)
            case cst.FunctionDef() | cst.ClassDef():
                self._note(node.name.value, Use.DEFINE)
                if isinstance(node, cst.ClassDef):
                    for base in (*node.bases, *node.keywords):
                        self.visit(base.value, Use.BASE)
                for decorator in node.decorators:
                    self.visit(decorator.decorator, Use.VALUE)
                if isinstance(node, cst.FunctionDef):
                    self._defaults(node.params)
                self.visit(node.body, Use.VALUE)
            case cst.Lambda():
                self._defaults(node.params)
                self.visit(node.body, Use.VALUE)
            case cst.Import() | cst.ImportFrom():
                self._imports(node)
            case cst.Assign():
                for target in node.targets:
                    self.visit(target.target, Use.STORE)
                self.visit(node.value, Use.VALUE)
            case cst.AnnAssign():
                self.visit(node.target, Use.STORE)
                if node.value is not None:
                    self.visit(node.value, Use.VALUE)
            case cst.AugAssign():
                self.visit(node.target, Use.STORE)
                self.visit(node.value, Use.VALUE)
            case cst.For() | cst.CompFor():
                self.visit(node.target, Use.STORE)
                self.visit(node.iter, Use.READ)
                self._all(node, Use.VALUE, {"target", "iter"})
            case cst.Comparison():
                self.visit(node.left, Use.READ)
                for each in node.comparisons:
                    self.visit(each.comparator, Use.READ)
            case cst.Annotation():
                return
            case cst.Tuple() | cst.List() if use is Use.STORE:
                for element in node.elements:
                    self.visit(element.value, Use.STORE)
            case cst.Del():
                self._all(node, Use.STORE)
            case _:
                self._all(node, Use.VALUE)

    def _defaults(self, params: cst.Parameters) -> None:
        for param in (*params.posonly_params, *params.params, *params.kwonly_params):
            if param.default is not None:
                self.visit(param.default, Use.VALUE)

    def _imports(self, node: cst.Import | cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            for part in (alias.name, alias.asname.name if alias.asname is not None else None):
                if isinstance(part, cst.Name):
                    self._note(part.value, Use.IMPORT)
            if (
                alias.asname is not None
                and isinstance(alias.name, cst.Name)
                and isinstance(alias.asname.name, cst.Name)
                and alias.name.value != alias.asname.name.value
            ):
                self._note(alias.name.value, Use.VALUE)

    def _all(self, node: cst.CSTNode, use: Use, without: frozenset[str] | set[str] = frozenset()) -> None:
        skipped = {id(getattr(node, name, None)) for name in without}
        for child in node.children:
            if id(child) not in skipped:
                self.visit(child, use)
