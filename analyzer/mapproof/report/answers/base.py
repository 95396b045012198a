"""What every format of answers shares: how it is asked for, how it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapproof.report.base import formats_in

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
    return formats_in(__name__.rpartition(".")[0], AnswerFormat)


def proof_name(digest: str) -> str:
    """The file that the proof with a digest is written to."""
    return f"{digest.partition(':')[2][:16]}.proof.json"
