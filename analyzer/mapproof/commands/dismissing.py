"""Dismiss settled alerts in GitHub's code scanning through its REST API, each with the proof in the comment.

Source: the REST API's "List code scanning alerts for a repository" and "Update a code scanning alert". Where the
service is, who asks, and about what repository is told by the environment, in the names that GitHub's own runners set.
"""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from mapproof.errors import MapproofError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mapproof.model.answer import Answer, Triage

_PAGE: Final = 100
"""Alerts of one answer, the most that the service gives."""
_MOST_PAGES: Final = 1000
_TIMEOUT: Final = 60
"""Seconds for one request."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_Key = tuple[str, str, str, int]


@dataclass(slots=True)
class Dismissed:
    """What came of it: how many alerts were dismissed, and what is to be said of the others."""

    count: int = 0
    notes: list[str] = field(default_factory=list)
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Service:
    """Where requests go. The token is sent to no host that the service redirects to."""

    base: str
    token: str

    def ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401  JSON
        """The service's answer; raises :class:`OSError` where it refuses or can't be reached, ``ValueError`` where it
        is no JSON."""
        from urllib.request import Request, urlopen

        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.base}{path}", data=data, method=method)  # noqa: S310  the scheme was checked
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("User-Agent", "mapproof")
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  likewise
            return json.loads(answer.read())


def dismiss(found: Triage, environ: Mapping[str, str]) -> Dismissed:
    """Dismiss what is settled. Raises :class:`MapproofError` where the environment or the service does not allow it;
    an alert that can't be dismissed costs that one."""
    from mapproof.report.answers.github import payload
    from mapproof.report.answers.sarif import SETTLED

    service, repository = service_of(environ)
    answers: dict[_Key, list[Answer]] = {}
    for answer in found.answers:
        answers.setdefault(_asked(answer), []).append(answer)
    done = Dismissed()
    seen: set[_Key] = set()
    for alert in _open_alerts(service, repository):
        key = _told(alert)
        mine = answers.get(key, [])
        seen.add(key)
        if not mine or any(one.outcome not in SETTLED for one in mine):
            continue
        number = alert.get("number")
        try:
            service.ask("PATCH", f"/repos/{repository}/code-scanning/alerts/{number}", payload(mine[0]))
            done.count += 1
        except (OSError, ValueError) as error:
            done.failed += 1
            done.notes.append(f"alert {number} of {repository} was not dismissed: {error}")
    settled = [key for key, mine in answers.items() if all(one.outcome in SETTLED for one in mine)]
    absent = sum(len(answers[key]) for key in settled if key not in seen)
    done.notes.append(
        f"{done.count} alerts of {repository} dismissed, {done.failed} refused; of the {len(found.answers)} answers "
        f"{sum(len(answers[key]) for key in settled)} allow it, {absent} of these are about no open alert there"
    )
    return done


def service_of(environ: Mapping[str, str]) -> tuple[_Service, str]:
    """The service and the repository that the environment names; raises :class:`MapproofError` where it does not."""
    needed = ("GITHUB_API_URL", "GITHUB_TOKEN", "GITHUB_REPOSITORY")
    missing = [name for name in needed if not environ.get(name)]
    if missing:
        message = f"--dismiss: {', '.join(missing)} not set: set where the API is, a token, and OWNER/NAME"
        raise MapproofError(message)
    base, token, repository = (environ[name].strip() for name in needed)
    parts = urlsplit(base)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        message = f"--dismiss: GITHUB_API_URL {base}: must begin with https, or the token would be sent in the clear"
        raise MapproofError(message)
    owner, slash, name = repository.partition("/")
    if not (owner and slash and name) or "/" in name or ".." in (owner, name):
        message = f"--dismiss: GITHUB_REPOSITORY {repository}: is not OWNER/NAME"
        raise MapproofError(message)
    if not (token.isascii() and token.isprintable()):
        message = "--dismiss: GITHUB_TOKEN holds what no token holds: set it again"
        raise MapproofError(message)
    return _Service(base.rstrip("/"), token), f"{quote(owner, safe='')}/{quote(name, safe='')}"


def _open_alerts(service: _Service, repository: str) -> Iterator[dict[str, Any]]:
    """All of them, asked for before the first is changed: dismissing moves what stands on later pages."""
    alerts: list[dict[str, Any]] = []
    for page in range(1, _MOST_PAGES + 1):
        path = f"/repos/{repository}/code-scanning/alerts?state=open&per_page={_PAGE}&page={page}"
        try:
            given = service.ask("GET", path)
        except (OSError, ValueError) as error:
            message = f"--dismiss: the alerts of {repository} can't be listed: {error}"
            raise MapproofError(message) from error
        if not isinstance(given, list):
            message = f"--dismiss: the alerts of {repository} can't be listed: the answer is no list"
            raise MapproofError(message)
        alerts += [one for one in given if isinstance(one, dict)]
        if len(given) < _PAGE:
            break
    yield from alerts


def _asked(answer: Answer) -> _Key:
    place = answer.alert.place
    return answer.alert.tool, answer.alert.rule, _normal(place.path), place.line or 1


def _told(alert: Mapping[str, Any]) -> _Key:
    def at(*names: str) -> Any:  # noqa: ANN401  JSON
        value: Any = alert
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    line = at("most_recent_instance", "location", "start_line")
    return (
        str(at("tool", "name") or ""),
        str(at("rule", "id") or ""),
        _normal(str(at("most_recent_instance", "location", "path") or "")),
        line if isinstance(line, int) else 1,
    )


def _normal(path: str) -> str:
    return posixpath.normpath(path).lstrip("/")
