"""What decisions are weighed by in this run: today's date, the files that were read, the conditions of rules."""

from __future__ import annotations

import glob
import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from mapproof.classify.match import satisfies
from mapproof.frontends.base import frontends
from mapproof.frontends.files import is_file
from mapproof.model.decision import Origin
from mapproof.model.fingerprint import project_path
from mapproof.triage.decide import Surroundings

if TYPE_CHECKING:
    from mapproof.model.decision import Suppression
    from mapproof.model.report import Report


def today() -> date:
    """The date in UTC; SOURCE_DATE_EPOCH (the reproducible builds' convention) sets it."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return (datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else datetime.now(UTC)).date()


def surroundings(report: Report) -> Surroundings:
    """Those of this run."""
    here = os.getcwd()  # noqa: PTH109  paths are text here
    read = {project_path(path, here, here) for path in report.read}
    suffixes = tuple(suffix for frontend in frontends() for suffix in frontend.suffixes)

    def path_of(decision: Suppression, path: str) -> str:
        return project_path(path, here, _folder(decision))

    def seen(decision: Suppression) -> bool:
        if decision.origin is Origin.SOURCE:
            return True
        folder = _folder(decision)
        if not any(letter in decision.path for letter in "*?["):
            named = os.path.relpath(os.path.join(folder, decision.path))  # noqa: PTH118  likewise
            if not os.path.isdir(named):  # noqa: PTH112  likewise
                return not is_file(named) or project_path(named, here, here) in read
        pattern = decision.path.rstrip("/")
        found = glob.glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207  likewise
        found += glob.glob(f"{pattern}/**", root_dir=folder, recursive=True)  # noqa: PTH207  likewise
        names = [os.path.join(folder, name) for name in found if name.endswith(suffixes)]  # noqa: PTH118  likewise
        return all(project_path(name, here, here) in read for name in names if os.path.isfile(name))  # noqa: PTH113  likewise

    return Surroundings(today(), satisfies, seen, path_of)


def _folder(decision: Suppression) -> str:
    return os.path.dirname(os.path.abspath(decision.written_at[0]))  # noqa: PTH100, PTH120  likewise
