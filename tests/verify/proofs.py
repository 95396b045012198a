"""Real programs, their proofs, and what a proof is worth: the engine's verdict, the checker's steps, nothing mocked."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapproof import __version__
from mapproof.classify.opening import Pack, builtin_rules
from mapproof.commands.proving import Argued, statement_of
from mapproof.model.callee import Role
from mapproof.model.location import Span
from mapproof.model.verdict import Verdict
from mapproof.scan import Options, scan
from mapproof.verify.certificate import Context, verify
from mapproof.verify.statement import MalformedError, decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mapproof.scan import Together

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Written:
    """A proof as JSON text, with all that it was written against."""

    name: str
    data: bytes
    context: Context

    @property
    def verdict(self) -> str:
        """What is proved."""
        return self.document()["predicate"]["verdict"]

    def document(self) -> dict:
        """The proof as plain data, a fresh copy each time."""
        return json.loads(self.data)

    def worth(self, document: dict | bytes, files: dict[str, bytes] | None = None, **changes: object) -> str:
        """What a proof like this one is worth, in these files or with another rule pack."""
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        context = replace(self.context, **changes)
        if files is not None:
            context = replace(context, files=files)
        try:
            return str(verify(decoded(data), context).result)
        except MalformedError:
            return "malformed"


@cache
def pack() -> Pack:
    return Pack(builtin_rules())


@cache
def proofs() -> tuple[Written, ...]:
    """The proof of every call of every program whose verdict is not withheld."""
    return tuple(written for path in sorted(PROGRAMS.glob("*.c")) for written in proofs_of(path))


def proofs_of(path: Path) -> Iterator[Written]:
    together: list[Together] = []
    report = scan([str(path)], pack(), Options(), None, together)
    for finding in report.findings:
        if finding.verdict is Verdict.UNRESOLVED or finding.site.role is Role.SEGMENT:
            continue
        found = Argued(finding, report, together[0])
        statement = statement_of(found, [str(path)], pack(), Options())
        context = Context(
            {name: Path(name).read_bytes() for name in together[0].files},
            together[0].table,
            pack().digest,
            __version__,
            pack().names("benign"),
            pack().names("mapping") | pack().names("transition"),
        )
        place = finding.site.location
        where = place.line if isinstance(place, Span) else hex(place.address)
        yield Written(f"{path.stem}:{where}", encoded(statement), context)


@pytest.fixture(scope="session")
def written() -> tuple[Written, ...]:
    return proofs()
