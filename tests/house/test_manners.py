"""What holds in every file, checked on every file."""

from __future__ import annotations

import ast
import re
import tomllib

import mapproof

from .conftest import PACKAGE, ROOT

LONGEST_MODULE = 600
"""Lines. The aim is 100 to 300; what is longer than this holds two things."""
HOSTS = [("registry", "npmjs", "org"), ("pypi", "org"), ("pythonhosted", "org"), ("crates", "io"), ("rubygems", "org")]
REGISTRY = re.compile("|".join(r"\.".join(parts) for parts in HOSTS))
MACHINE_PATH = re.compile(r"(?<![\w.$})/-])/(?:home|root|Users|work|opt)/\w|(?<![\w.$})/-])/tmp/\w+")


def public(tree: ast.Module):
    """Public functions, classes and methods: node and dotted name. What lives inside a function is nobody's."""
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        parent, prefix = stack.pop()
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith(
                "_"
            ):
                yield node, prefix + node.name
                if isinstance(node, ast.ClassDef):
                    stack.append((node, f"{prefix}{node.name}."))


def test_every_public_name_has_a_docstring(modules):
    bare = [
        f"{module}:{node.lineno} {name}"
        for module, tree in modules.items()
        for node, name in public(tree)
        if ast.get_docstring(node) is None and not _is_overload(node)
    ]
    assert not bare


def _is_overload(node: ast.AST) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in getattr(node, "decorator_list", []))


def test_every_module_says_what_it_is_for(modules):
    assert not [module for module, tree in modules.items() if tree.body and ast.get_docstring(tree) is None]


def test_only_the_door_prints(modules):
    printing = []
    for module, tree in modules.items():
        if module == "cli.py":
            continue
        for node in ast.walk(tree):
            name = node.func if isinstance(node, ast.Call) else node
            if (isinstance(node, ast.Call) and isinstance(name, ast.Name) and name.id == "print") or (
                isinstance(name, ast.Attribute) and name.attr in {"stdout", "stderr"} and _is_sys(name.value)
            ):
                printing.append(f"{module}:{node.lineno}")
    assert not printing


def _is_sys(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "sys"


def test_nothing_is_named_for_having_no_home():
    homeless = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert not [path for path in PACKAGE.rglob("*") if path.stem in homeless]


def test_modules_stay_small():
    sizes = {path.relative_to(PACKAGE).as_posix(): len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}
    assert not {path: size for path, size in sizes.items() if size > LONGEST_MODULE}


def test_each_refusal_is_explained_on_its_line(tracked):
    refusal = re.compile(r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w,\s-]+\])?)(.*)$")
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked
        if path.suffix == ".py" and "cases" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (found := refusal.search(line)) and len(found[1].strip(" #")) < 4 and "re.compile" not in line
    ]
    assert not bare


def test_no_registry_and_no_machine_is_named(tracked):
    wrong = []
    for path in tracked:
        name = path.relative_to(ROOT).as_posix()
        if name in {"LICENSE", "tests/house/test_manners.py"} or "/cases/" in name:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        wrong += [
            f"{name}:{number}: {found[0]}"
            for number, line in enumerate(text.splitlines(), 1)
            if (found := REGISTRY.search(line) or MACHINE_PATH.search(line))
        ]
    assert not wrong


def test_the_watch_for_machines_sees_them():
    assert MACHINE_PATH.search("open('/home/me/x')")
    assert MACHINE_PATH.search("cd /tmp/build")
    assert not MACHINE_PATH.search("frontends/work/x $(BIN)/root/x https://a/home/x")
    assert all(REGISTRY.search("https://" + ".".join(parts)) for parts in HOSTS)


def test_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", mapproof.__version__)
