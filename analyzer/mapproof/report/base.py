"""What every report format shares: how it is asked for, how it is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from mapproof.model.fingerprint import project_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mapproof.model.dossier import Instruction, Judged
    from mapproof.model.report import Report
    from mapproof.model.rule import Rule
    from mapproof.model.verdict import Assumption


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Kind = TypeVar("_Kind", bound=_Named)


def _no_page(rule: Rule) -> str:
    """Where the command gave none."""
    return rule.summary


def _nothing(path: str) -> bytes:
    """Where the command reads none."""
    raise FileNotFoundError(path)


def _no_code(site: Judged) -> tuple[Instruction, ...]:  # noqa: ARG001  the shape of what gives some
    """Where the command disassembles none."""
    return ()


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a report is to look. A format ignores what does not concern it.

    ``width`` counts terminal cells. ``everything`` lists benign sites in full too. ``quiet`` leaves out counts and
    summary. ``strict``: the policy accepts nothing that is not proved; ``refused`` are the assumptions it does not
    accept. ``protection_at`` maps a primitive to the number of its protection argument (from 0), so that an excerpt can
    point at it where the evidence does not.

    ``rules`` are those of the pack, and ``page`` gives a rule's page in Markdown. ``profile`` says whose service is to
    read a SARIF log. ``folder`` is where relative paths start, ``root`` the project's top folder; both are absolute, or
    empty where paths are to be shown as they were given. ``now`` is the time in UTC, ``2026-01-31T12:00:00``, for the
    formats that must tell it, ``pipeline`` the environment in which a service runs its jobs,
    ``sizes`` the bytes of each artifact. ``author`` is who answers for a document that must name
    somebody. ``content`` reads a file of the run, and raises :class:`OSError` where it can't.
    ``code`` gives the instructions up to a binary's call.
    """

    color: bool = False
    width: int = 100
    everything: bool = False
    quiet: bool = False
    strict: bool = False
    refused: frozenset[Assumption] = frozenset()
    protection_at: Mapping[str, int] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    page: Callable[[Rule], str] = _no_page
    profile: str = "full"
    folder: str = ""
    root: str = ""
    now: str = "1970-01-01T00:00:00"
    pipeline: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    author: str = "mapproof"
    content: Callable[[str], bytes] = _nothing
    code: Callable[[Judged], tuple[Instruction, ...]] = _no_code

    def path(self, path: str) -> str:
        """A file's path as seen from the project's top folder."""
        return project_path(path, self.folder, self.root)


@dataclass(frozen=True, slots=True)
class Format:
    """One output format: each module of this room that has one says so in ``FORMAT``, one that has several in
    ``FORMATS``. ``summary`` says in a few words what it is for."""

    name: str
    render: Callable[[Report, Rendering], str]
    summary: str = ""


def formats() -> dict[str, Format]:
    """Every format of this room by name. Raises ``ValueError`` where two share a name."""
    return formats_in(__name__.rpartition(".")[0], Format)


def formats_in(package: str, kind: type[_Kind]) -> dict[str, _Kind]:
    """Every format of a ``kind`` that the modules of a package have, by name. Raises ``ValueError`` where two share a
    name."""
    from importlib import import_module  # noqa: PLC0415  a run without a find gets by without
    from pkgutil import iter_modules  # noqa: PLC0415  likewise

    found: dict[str, _Kind] = {}
    for module in iter_modules(import_module(package).__path__):
        imported = import_module(f"{package}.{module.name}")
        for chosen in (getattr(imported, "FORMAT", None), *getattr(imported, "FORMATS", ())):
            if not isinstance(chosen, kind):
                continue
            if chosen.name in found:
                message = f"two formats of {package} are named {chosen.name!r}"
                raise ValueError(message)
            found[chosen.name] = chosen
    return found


def portable(text: str) -> str:
    r"""The text without lone surrogates, safe to encode: a byte of a path that is not UTF-8 is spelled ``\xNN``."""
    if text.isascii():
        return text
    return "".join(_spelled(char) if "\ud800" <= char <= "\udfff" else char for char in text)


def _spelled(surrogate: str) -> str:
    code = ord(surrogate)
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
