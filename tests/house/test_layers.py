"""The import law, from the code's own imports."""

from __future__ import annotations

import ast

GROUND = {"model", "errors", "table"}
MAY_IMPORT = {
    "__init__": set(),
    "model": set(),
    "errors": set(),
    "table": set(),
    "abi": GROUND,
    "frontends": GROUND | {"abi"},
    "verify": GROUND | {"abi"},
    "absint": GROUND,
    "classify": GROUND,
    "triage": GROUND,
    "policy": GROUND,
    "sqlite": GROUND,
    "report": GROUND | {"__init__"},
    "arguments": GROUND | {"commands"},
    "__main__": {"cli"},
}
"""Room or module to the others of ours that it may import; the wiring may import any."""
WIRING = {"scan", "cli", "commands"}


def room(module: str) -> str:
    """The first part below the package, the frontend's own folder included: ``frontends/c``."""
    parts = module.removesuffix(".py").split("/")
    return "/".join(parts[:2]) if parts[0] == "frontends" and len(parts) > 2 else parts[0]


def imported(tree: ast.Module, module: str) -> set[str]:
    """The modules of ours that a module imports, as paths below the package; late and type-checking imports too."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {_below(name) for name in names if name.startswith("mapproof.")}


def _below(name: str) -> str:
    """``mapproof.abi.arch`` as ``abi/arch``; what the package itself defines lives in ``__init__``."""
    path = name.removeprefix("mapproof.").replace(".", "/")
    return "__init__" if path.startswith("__version") else path


def test_every_import_goes_downwards(modules):
    wrong = []
    for module, tree in modules.items():
        own = room(module).partition("/")[0]
        if own in WIRING:
            continue
        assert own in MAY_IMPORT, f"{module} is in no room of the house: give it one in analyzer/README.md and here"
        wrong += [
            f"{module} imports {other}"
            for other in sorted(imported(tree, module))
            if other.partition("/")[0] not in MAY_IMPORT[own] | {own}
        ]
    assert not wrong


def test_frontends_do_not_know_each_other(modules):
    wrong = [
        f"{module} imports {other}"
        for module, tree in modules.items()
        if room(module).startswith("frontends/")
        for other in imported(tree, module)
        if room(other).startswith("frontends/")
        and room(other) not in {room(module), "frontends/base", "frontends/files"}
    ]
    assert not wrong


def test_the_law_sees_what_it_forbids():
    forbidden = "def f():\n    from mapproof.absint.domain import X\nimport mapproof.classify.pack\n"
    tree = ast.parse(forbidden + "from mapproof import scan, __version__")
    assert imported(tree, "verify/check.py") == {"absint/domain/X", "classify/pack", "scan", "__init__"}
    assert room("frontends/c/lower.py") == "frontends/c"
    assert room("frontends/base.py") == "frontends"
