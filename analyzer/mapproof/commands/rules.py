"""`mapproof rules`: list them, and make, check and try the project's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mapproof.commands.base import EXIT_CLEAN, EXIT_FINDINGS, Outcome, pack_with
from mapproof.commands.gate import beside, policy_for, project_pack
from mapproof.errors import MapproofError, PackError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from mapproof.classify.opening import Pack
    from mapproof.commands.base import Terminal

_EXAMPLES: Final = """\
examples:
  mapproof rules                               list them
  mapproof rules new no-rwx-pool --rules ci/rules
  mapproof rules lint --rules ci/rules         every fault of every file, with its line
  mapproof rules test --rules ci/rules         each case through the real analysis
"""


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.epilog = _EXAMPLES
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how to list them (text)")
    parser.add_argument("--rules", metavar="DIR", action="append", help="add the rules in this folder")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions")
    lint = actions.add_parser("lint", help="check rules, policies and suppressions for faults")
    lint.add_argument("files", metavar="FILE", nargs="*", help="a rule.toml, callees.toml, policy or suppressions")
    test = actions.add_parser("test", help="hold the cases of rules against what is found in them")
    test.add_argument("ids", metavar="RULE", nargs="*", help="only these rules")
    new = actions.add_parser("new", help="begin a rule of your own")
    new.add_argument("name", metavar="NAME", help="its id, kebab-case: what it finds, not the cure")
    new.add_argument("--group", default="mapping", help="the folder it belongs to (mapping)")
    for action in (lint, test, new):
        action.add_argument(
            "--rules", metavar="DIR", action="append", dest="inner_rules", help="the folder of your rules"
        )


def run(chosen: Namespace, terminal: Terminal) -> Outcome:
    """List, or do what was asked."""
    chosen.rules = [*(chosen.rules or ()), *(getattr(chosen, "inner_rules", None) or ())]
    if chosen.action is not None:
        return {"lint": _lint, "test": _test, "new": _new}[chosen.action](chosen, terminal)
    from mapproof.report.rules import as_json, as_text

    rules = project_pack(chosen).rules
    return Outcome(as_json(rules) if chosen.format == "json" else as_text(rules, terminal.width, terminal.style()))


def _lint(chosen: Namespace, _terminal: Terminal) -> Outcome:
    from mapproof.commands.lint import faults_of
    from mapproof.commands.triaging import claims_of

    folders = dict.fromkeys([*chosen.rules, *(folder for name in chosen.files if (folder := _pack_folder(name)))])
    pack = project_pack(chosen) if not folders else pack_with(list(folders))
    rules = pack.rules
    faults = [fault for name in chosen.files for fault in faults_of(name, pack)]
    faults += [fault for folder in _rule_folders(pack) for fault in _thin(folder)]
    if faults:
        raise PackError(faults)
    claims_of(pack)
    own = len(rules) - len(pack_with().rules)
    return Outcome(f"{own} rule{'s' * (own != 1)} of your own, {len(rules) - own} that ship: no fault\n")


def _pack_folder(name: str) -> str | None:
    """The folder of rules that a file belongs to, where it is one of a pack."""
    path = Path(name)
    if path.name == "callees.toml":
        return str(path.parent)
    if path.parent.name == "alerts" and path.suffix == ".toml":
        return str(path.parents[1])
    return str(path.parents[2]) if path.name == "rule.toml" and len(path.parents) > 2 else None


def _rule_folders(pack: Pack) -> Iterator[Path]:
    from mapproof.classify.opening import rule_folders

    for extra in pack.extras:
        for _, folder in rule_folders(extra):
            yield Path(str(folder))


def _thin(folder: Path) -> Iterator[str]:
    """What is missing of a rule's cases: at least two lines where it applies and two where it does not."""
    from mapproof.classify.cases import cases_of, marks_of

    kinds = [mark.kind for path in cases_of(folder) for mark in marks_of(path.read_text()) if mark.rule == folder.name]
    for kind, words in (("expect", "lines where the rule applies"), ("ok", "lines where it does not")):
        if kinds.count(kind) < 2:
            yield f"{folder}/rule.toml:1: its cases need two `{kind}: {folder.name}`: {words}"


def _test(chosen: Namespace, terminal: Terminal) -> Outcome:
    from mapproof.commands.lint import tried

    pack = project_pack(chosen)
    folders = list(_rule_folders(pack)) or _shipped()
    if chosen.ids:
        unknown = set(chosen.ids) - {folder.name for folder in folders}
        if unknown:
            message = f"{min(unknown)}: no such rule among {len(folders)}"
            raise MapproofError(message)
        folders = [folder for folder in folders if folder.name in chosen.ids]
    marks, wrong, waiting = 0, list[str](), list[str]()
    for folder in folders:
        terminal.progress(str(folder))
        result = tried(folder, pack)
        marks += result.marks
        wrong += result.wrong
        waiting += result.waiting
    lines = [*wrong, *(f"{place}: todo: still judged wrong" for place in waiting)]
    lines.append(f"{len(folders)} rules, {marks} marks, {len(wrong)} wrong, {len(waiting)} todo")
    return Outcome("\n".join(lines) + "\n", EXIT_FINDINGS if wrong else EXIT_CLEAN)


def _shipped() -> list[Path]:
    from mapproof.classify.opening import builtin_rules, rule_folders

    return [Path(str(folder)) for _, folder in rule_folders(builtin_rules())]


def _new(chosen: Namespace, _terminal: Terminal) -> Outcome:
    from mapproof.commands.lint import begin

    policy = policy_for(chosen, ())
    folder = next(iter([*chosen.rules, *(beside(policy, path) for path in policy.rules)]), "rules")
    made = begin(Path(folder), chosen.group, chosen.name)
    return Outcome(
        f"{made}: say what it is about in rule.toml, show it in cases/, then: mapproof rules test --rules {folder}\n"
    )
