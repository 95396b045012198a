"""What every format of answers shares: how it is asked for, how it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapproof.model.answer import Triage
    from mapproof.report.base import Rendering


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """One output format of a triage: each module of this room that has one says so in ``FORMAT``, one that has several
    in ``FORMATS``. ``summary`` says in a few words what it is for."""

    name: str
    render: Callable[[Triage, Rendering], str]
    summary: str = ""


def formats() -> dict[str, AnswerFormat]:
    """Every format of this room by name. Raises ``ValueError`` where two share a name."""
    from importlib import import_module  # noqa: PLC0415  the text alone gets by without
    from pkgutil import iter_modules  # noqa: PLC0415  likewise

    package = __name__.rpartition(".")[0]
    found: dict[str, AnswerFormat] = {}
    for module in iter_modules(import_module(package).__path__):
        imported = import_module(f"{package}.{module.name}")
        for chosen in (getattr(imported, "FORMAT", None), *getattr(imported, "FORMATS", ())):
            if not isinstance(chosen, AnswerFormat):
                continue
            if chosen.name in found:
                message = f"two formats of answers are named {chosen.name!r}"
                raise ValueError(message)
            found[chosen.name] = chosen
    return found


def proof_name(digest: str) -> str:
    """The file that the proof with a digest is written to."""
    return f"{digest.partition(':')[2][:16]}.proof.json"
