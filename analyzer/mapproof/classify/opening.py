"""A rule pack that is read as far as it is needed: a run that finds nothing asks only for the mapping functions."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mapproof.classify.callees import EMPTY_TABLE, read_callees
from mapproof.errors import PackError
from mapproof.table import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.resources.abc import Traversable

    from mapproof.model.callee import CalleeTable
    from mapproof.model.rule import Rule
    from mapproof.model.verdict import Reason

CALLEES: Final = "callees.toml"
RULE: Final = "rule.toml"
ALERTS: Final = "alerts"
"""The folder with what other tools' rules assert; it holds no rules."""
LIMITS: Final = "limits"
"""The group of rules that explain why a verdict is withheld."""


def builtin_rules() -> Traversable:
    """The pack that ships with the tool: inside the wheel, or beside the checkout."""
    here = Path(__file__)
    for folder in (here.parents[1] / "rules", here.parents[3] / "rules"):
        if folder.is_dir():
            return folder
    from importlib.resources import files  # noqa: PLC0415  a slow import that only a zipped package needs

    return files(__package__.partition(".")[0]) / "rules"


class Pack:
    """The rule pack in a folder, with what further folders add to it. What is asked for is read then, unless it is
    given; that raises :class:`PackError` with every fault that stands in the way."""

    def __init__(
        self,
        root: Traversable,
        callees: CalleeTable | None = None,
        rules: tuple[Rule, ...] | None = None,
        extras: tuple[Traversable, ...] = (),
    ) -> None:
        self._root = root
        self.extras = extras
        self._callees = callees
        self._rules = rules

    @property
    def callees(self) -> CalleeTable:
        """The mapping functions."""
        if self._callees is None:
            faults: list[str] = []
            self._callees = load_callees(self._root, faults, self.extras)
            if faults:
                raise PackError(faults)
        return self._callees

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in the order of group and id."""
        if self._rules is None:
            from mapproof.classify import pack  # noqa: PLC0415  only on a find

            self._rules = pack.load_pack(self._root, self.extras).rules
        return self._rules

    @cached_property
    def digest(self) -> str:
        """The SHA-256, in hexadecimal, of every ``rule.toml``, of ``callees.toml`` and of what is said of other tools'
        rules, each with its path in the pack."""
        own = _digest(self._root)
        return _joined([own, *map(_digest, self.extras)]) if self.extras else own

    def names(self, group: str) -> frozenset[str]:
        """The ids of a group's rules, found without reading them."""
        roots = (self._root, *self.extras)
        return frozenset(folder.name for root in roots for found, folder in rule_folders(root) if found.name == group)

    def alert_files(self) -> list[tuple[str, str]]:
        """The documents that say what other tools' rules assert, with their paths in the pack: those of further folders
        first, as they know better. Raises :class:`PackError` for one that can't be read."""
        faults: list[str] = []
        found = []
        for root in (*self.extras, self._root):
            for file in _alert_documents(root):
                path = f"{ALERTS}/{file.name}" if root is self._root else f"{root}/{ALERTS}/{file.name}"
                try:
                    found.append((path, file.read_bytes().decode()))
                except (OSError, UnicodeDecodeError):
                    faults.append(f"{path}:1: it can't be read, or is not UTF-8")
        if faults:
            raise PackError(faults)
        return found

    def text(self, name: str) -> str:
        """A text file at the top of the pack; empty where there is none."""
        file = self._root / name
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def limit(self, reason: Reason) -> Rule:
        """The rule that explains why a verdict is withheld; a pack has one for every reason."""
        return next(rule for rule in self.rules if rule.group == LIMITS and rule.id == reason.value)


def load_callees(root: Traversable, faults: list[str], extras: Sequence[Traversable] = ()) -> CalleeTable:
    """The table of mapping functions of the pack in a folder; what is wrong with it goes into ``faults``."""
    document = open_document(root / CALLEES, CALLEES, faults)
    top = document.parse() if document is not None else None
    table = EMPTY_TABLE if top is None else read_callees(top)
    for extra in extras:
        if not (extra / CALLEES).is_file():
            continue
        document = open_document(extra / CALLEES, f"{extra}/{CALLEES}", faults)
        top = document.parse() if document is not None else None
        table = table if top is None else read_callees(top, table)
    return table


def open_document(file: Traversable, path: str, faults: list[str]) -> Document | None:
    """The document at a path of the pack."""
    try:
        return Document(path, file.read_bytes().decode(), faults)
    except OSError:
        faults.append(f"{path}:1: the pack has no such file, or it can't be read")
    except UnicodeDecodeError:
        faults.append(f"{path}:1: is not UTF-8")
    return None


def _digest(root: Traversable) -> str:
    from hashlib import sha256  # noqa: PLC0415  a slow import

    digest = sha256()
    documents = [(root / CALLEES, CALLEES)]
    documents += [(folder / RULE, f"{group.name}/{folder.name}/{RULE}") for group, folder in rule_folders(root)]
    documents += [(file, f"{ALERTS}/{file.name}") for file in _alert_documents(root)]
    for file, path in documents:
        try:
            data = file.read_bytes()
        except OSError:
            continue
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def _joined(digests: Sequence[str]) -> str:
    from hashlib import sha256  # noqa: PLC0415  a slow import

    return sha256("".join(digests).encode()).hexdigest()


def rule_folders(root: Traversable) -> Iterator[tuple[Traversable, Traversable]]:
    """Every group and every rule's folder in it, in the order of names."""
    for group in _subfolders(root):
        for folder in _subfolders(group):
            yield group, folder


def _alert_documents(root: Traversable) -> list[Traversable]:
    """The files that say what other tools' rules assert, those that speak of any tool last."""
    folder = root / ALERTS
    if not folder.is_dir():
        return []
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".toml") and entry.is_file()]
    return sorted(found, key=lambda entry: (entry.name == "any.toml", entry.name))


def _subfolders(folder: Traversable) -> list[Traversable]:
    found = [entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith((".", "__"))]
    return sorted(found, key=lambda entry: entry.name)
