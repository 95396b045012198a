"""Answers on their way back into other tools: annotated logs, flags, patches, suppressions, dismissals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jsonschema
import pytest

import mapproof
from mapproof.commands.dismissing import dismiss
from mapproof.commands.settling import FORMAT as SUPPRESSIONS
from mapproof.errors import MapproofError
from mapproof.model.answer import Outcome
from mapproof.policy.policy import Policy
from mapproof.report.answers.github import LONGEST, payload
from mapproof.report.answers.patch import render as patch_of
from mapproof.triage.suppressions import read_suppressions

from .conftest import gate, log, result
from .documents import HOSTILE, RENDERING, SOURCE, rendered, six

MULTITOOL = (
    Path(os.environ.get("MAPPROOF_TOOLS", Path(__file__).parents[2] / ".cache" / "tools"))
    / "node_modules/@microsoft/sarif-multitool-linux"
)
SAST = Path(__file__).parents[1] / "report" / "schemas" / "gitlab-sast.json"
READING = replace(RENDERING, content=lambda path: Path(path).read_bytes())


@pytest.fixture
def found(answers, tmp_path):
    return six(answers, tmp_path)


def test_the_tools_own_log_comes_back_annotated(found):
    before = json.loads(Path("report").read_text())["runs"][0]
    (run,) = json.loads(rendered("sarif", found, READING))["runs"]
    assert len(run["results"]) == 7
    said = [(one.get("kind"), one["baselineState"], len(one["suppressions"])) for one in run["results"]]
    assert said == [
        ("pass", "updated", 1), ("informational", "updated", 1), (None, "updated", 1), (None, "updated", 0),
        ("open", "updated", 0), (None, "unchanged", 0), ("open", "updated", 0),
    ]  # fmt: skip
    for old, new in zip(before["results"][:6], run["results"][:6], strict=True):
        assert {name: new[name] for name in old} == old, "what the tool said is still there"
    first = run["results"][0]
    assert first["properties"]["mapproof"]["proofs"] == list(found.answers[0].proofs)
    (suppression,) = first["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert found.answers[0].proofs[0] in suppression["justification"]
    assert run["tool"]["extensions"][-1]["name"] == "mapproof"


def test_github_is_not_given_what_it_would_show_again(found):
    (run,) = json.loads(rendered("sarif", found, replace(READING, profile="github")))["runs"]
    assert [one["properties"]["mapproof"]["answer"] for one in run["results"]] == [
        "confirmed", "undecided", "not-covered", "undecided",
    ]  # fmt: skip
    assert not [one for one in run["results"] if "kind" in one or "suppressions" in one]


def test_gitlab_reads_levels_and_suppressions(answers, tmp_path):
    (tmp_path / "shared.c").write_text(SOURCE)
    found = answers(log(result("maps memory with PROT_WRITE", "shared.c", 3, level="error")), sources=["shared.c"])
    (run,) = json.loads(rendered("sarif", found, replace(READING, profile="gitlab")))["runs"]
    assert (run["results"][0]["level"], len(run["results"][0]["suppressions"])) == ("error", 1)
    (run,) = json.loads(rendered("sarif", found, READING))["runs"]
    assert (run["results"][0]["level"], run["results"][0]["properties"]["mapproof"]["levelBefore"]) == ("none", "error")


def test_alerts_of_another_format_become_a_log(answers, tmp_path):
    (tmp_path / "shared.c").write_text(SOURCE)
    report = {"results": [{
        "check_id": "house.mmap-write", "path": "shared.c",
        "start": {"line": 3, "col": 10}, "end": {"line": 3, "col": 70},
        "extra": {"message": "maps memory with PROT_WRITE", "severity": "WARNING"},
    }], "errors": [], "paths": {"scanned": []}, "version": "1"}  # fmt: skip
    found = answers(report, sources=["shared.c"])
    (run,) = json.loads(rendered("sarif", found, READING))["runs"]
    (one,) = run["results"]
    assert (one["ruleId"], one["kind"], one["locations"][0]["physicalLocation"]["region"]["startLine"]) == (
        "house.mmap-write", "informational", 3,
    )  # fmt: skip
    assert run["tool"]["driver"]["name"].lower().startswith("semgrep")


@pytest.mark.skipif(not MULTITOOL.is_dir(), reason="Microsoft's SARIF multitool is not there: run `make tools`")
@pytest.mark.parametrize("profile", ["full", "github", "gitlab", "azure"])
def test_the_log_is_valid(found, profile):
    schema = json.loads((MULTITOOL / "sarif-2.1.0.json").read_text())
    jsonschema.Draft7Validator(schema).validate(json.loads(rendered("sarif", found, replace(READING, profile=profile))))


def test_gitlab_gets_flags(found, answers):
    document = json.loads(rendered("gitlab", found, READING))
    schema = json.loads(SAST.read_text())
    item = schema["properties"]["vulnerabilities"]["items"]["properties"]
    item["flags"] = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["type", "origin", "description"],
            "additionalProperties": False,
            "properties": {
                "type": {"enum": ["flagged-as-likely-false-positive"]},
                "origin": {"type": "string", "minLength": 1},
                "description": {"type": "string", "minLength": 1},
            },
        },
    }
    schema["properties"]["vulnerabilities"]["items"]["required"] = ["id", "identifiers", "location"]
    jsonschema.Draft202012Validator(schema).validate(document)
    assert [len(one.get("flags", [])) for one in document["vulnerabilities"]] == [1, 1, 0, 0, 0, 0, 0]
    again = answers(document, sources=["shared.c", "wx.c"])
    assert [one.alert.answered for one in again.answers] == [True, True, False, False, False, False, False]
    twice = json.loads(rendered("gitlab", again, READING))
    assert [len(one.get("flags", [])) for one in twice["vulnerabilities"]][2:] == [0] * 5
    assert all(len(one.get("flags", [])) <= 1 for one in twice["vulnerabilities"]), "a flag is put once"


TOOLS = {
    "Semgrep OSS": "// nosemgrep: a.rule-1",
    "clang-tidy": "// NOLINTNEXTLINE(a.rule-1)",
    "Cppcheck": "// cppcheck-suppress a.rule-1",
    "CodeQL": "// codeql[a.rule-1]",
    "Flawfinder": "// Flawfinder: ignore",
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_patch_tells_the_tool_and_applies(answers, tmp_path, tool, end):
    text = SOURCE.replace("\n", end).removesuffix(end)
    (tmp_path / "shared.c").write_bytes(text.encode())
    found = answers(
        log(result("maps memory with PROT_WRITE", "shared.c", 3, rule="a.rule-1"), tool=tool), sources=["shared.c"]
    )
    (tmp_path / "fix.patch").write_bytes(patch_of(found, READING).encode())
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    done = subprocess.run(
        ["git", "apply", "-v", "fix.patch"], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "shared.c").read_bytes().decode().split(end)
    assert lines[2].startswith(f"  // mapproof: true-but-benign, proof {found.answers[0].proofs[0]}")
    assert lines[3] == f"  {TOOLS[tool]}"
    assert [lines[0], lines[1], *lines[4:]] == text.split(end)


def test_bandit_is_told_on_the_line_itself(answers, tmp_path):
    text = "import mmap\n\n\ndef shared(fd):\n    return mmap.mmap(fd, 4096, access=mmap.ACCESS_READ)\n"
    (tmp_path / "shared.py").write_text(text)
    found = answers(log(result("calls mmap", "shared.py", 5, rule="B999"), tool="Bandit"), sources=["shared.py"])
    settled = replace(found, answers=(replace(found.answers[0], outcome=Outcome.TRUE_BUT_BENIGN),))
    patch = patch_of(settled, READING)
    assert "+    return mmap.mmap(fd, 4096, access=mmap.ACCESS_READ)  # nosec B999\n" in patch


def test_a_patch_says_what_it_leaves_out(found):
    text = patch_of(found, READING)
    assert text.startswith("# 7 alerts answered: 0 with a comment in this patch, 7 without\n")
    assert len(text.splitlines()) == 8
    assert "no comment is known for Some Scanner" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("rule", ["x*/int main(){}", "a\nb", "x//y", "a b", HOSTILE])
def test_no_rule_writes_code_into_a_source(answers, tmp_path, rule):
    (tmp_path / "shared.c").write_text(SOURCE)
    found = answers(
        log(result("maps memory with PROT_WRITE", "shared.c", 3, rule=rule), tool="semgrep"), sources=["shared.c"]
    )
    assert found.answers[0].outcome is Outcome.TRUE_BUT_BENIGN
    assert "+++" not in patch_of(found, READING)


def test_no_comment_is_put_into_a_macro_or_a_changed_file(answers, tmp_path):
    macro = SOURCE.replace("{\n", "{ \\\n")
    (tmp_path / "shared.c").write_text(macro)
    found = answers(
        log(result("maps memory with PROT_WRITE", "shared.c", 3, rule="r"), tool="semgrep"), sources=["shared.c"]
    )
    assert "a comment can't stand there" in patch_of(found, READING)
    (tmp_path / "shared.c").write_text(SOURCE)
    assert "it has changed since it was analysed" in patch_of(found, READING)


def test_suppressions_are_taken_by_mapproof_itself(found, tmp_path):
    text = SUPPRESSIONS.render(found, READING)
    assert text.startswith("# 7 alerts answered: 1 calls suppressed for 2 of them; 0 are about no call, 5 are not")
    (tmp_path / "mapproof.suppressions.toml").write_text(text)
    with_them = gate(Policy())
    faults: list[str] = []
    made = read_suppressions(
        "mapproof.suppressions.toml", text, {rule.id for rule in with_them.pack.rules}, lambda *_: [], faults
    )
    assert not faults
    assert [(one.path, one.function, one.claim.value, one.author) for one in made] == [
        ("shared.c", "shared", "benign", "Ada <&>")
    ]
    assert made[0].alert is not None
    assert made[0].proof == next(site.finding for site in found.sites().values() if site.artifact == "shared.c")


def test_dismissals_fit_what_github_takes(found):
    document = json.loads(rendered("github", found))
    assert [one["payload"]["dismissed_reason"] for one in document["dismissals"]] == [
        "false positive", "false positive", "won't fix",
    ]  # fmt: skip
    assert len(document["dismissals"]) + len(document["open"]) == document["alerts"] == 7
    long = replace(found.answers[0], reason=HOSTILE * 50)
    for one in (*found.answers[:3], long):
        body = payload(one)
        assert len(body["dismissed_comment"]) <= LONGEST
        assert body["dismissed_comment"].isprintable()
        if one.proofs:
            assert one.proofs[0] in body["dismissed_comment"]


class Fake(BaseHTTPRequestHandler):
    """A code scanning service with the alerts of its server; it keeps what it is asked for."""

    def log_message(self, *_arguments):  # noqa: D102  as the standard library says
        pass

    def _say(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):  # noqa: D102  as the standard library says
        self.server.asked.append((self.path, self.headers["Authorization"]))
        page = int(self.path.rpartition("&page=")[2])
        self._say(200, self.server.alerts[(page - 1) * 100 : page * 100])

    def do_PATCH(self):  # noqa: D102  as the standard library says
        number = int(self.path.rpartition("/")[2])
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if number in self.server.refused:
            self._say(403, {"message": "Resource not accessible"})
            return
        self.server.patched[number] = body
        self._say(200, {"number": number, "state": "dismissed"})


@pytest.fixture
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    server.asked, server.alerts, server.refused, server.patched = [], [], set(), {}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def environment(server) -> dict[str, str]:
    return {
        "GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}",
        "GITHUB_TOKEN": "a-token-of-nobody",
        "GITHUB_REPOSITORY": "ada/engine",
    }


def open_alert(number, rule, path, line, tool="Some Scanner"):
    return {
        "number": number,
        "rule": {"id": rule},
        "tool": {"name": tool},
        "most_recent_instance": {"location": {"path": path, "start_line": line}},
    }


def test_settled_alerts_are_dismissed_through_the_api(found, service):
    service.alerts = [
        *[open_alert(1000 + number, "other", "x.c", number) for number in range(100)],
        open_alert(1, "wx", "shared.c", 3),
        open_alert(2, "exec", "wx.c", 3),
        open_alert(3, "r1", "wx.c", 3),
        open_alert(4, "r1", "shared.c", 3),
    ]
    done = dismiss(found, environment(service))
    assert sorted(service.patched) == [1, 2], "what is confirmed stays, and what two alerts say different things of"
    assert service.patched[1] == payload(found.answers[0])
    assert service.patched[2]["dismissed_reason"] == "won't fix"
    assert [path.rpartition("&page=")[2] for path, _ in service.asked] == ["1", "2"]
    assert {token for _, token in service.asked} == {"Bearer a-token-of-nobody"}
    assert (done.count, done.failed) == (2, 0)
    assert "a-token" not in " ".join(done.notes)


def test_a_refusal_costs_one_alert_and_is_said(found, service):
    service.alerts = [open_alert(1, "wx", "shared.c", 3), open_alert(2, "exec", "wx.c", 3)]
    service.refused = {1}
    done = dismiss(found, environment(service))
    assert (done.count, done.failed, sorted(service.patched)) == (1, 1, [2])
    assert "alert 1 of ada/engine was not dismissed: HTTP Error 403" in done.notes[0]


@pytest.mark.usefixtures("found")
def test_the_command_sends_them_and_fails_where_one_is_refused(service, tmp_path):
    service.alerts = [open_alert(1, "wx", "shared.c", 3)]
    command = [sys.executable, "-m", "mapproof", "triage", "report", "--source", "shared.c", "--dismiss", "--exit-zero"]
    folder = str(Path(mapproof.__file__).parents[1])
    told = {**os.environ, **environment(service), "PYTHONPATH": folder, "XDG_CACHE_HOME": str(tmp_path / "kept")}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=tmp_path, env=told, check=False, capture_output=True, text=True, timeout=120)

    done = run()
    assert (done.returncode, sorted(service.patched)) == (0, [1])
    assert "1 alerts of ada/engine dismissed, 0 refused" in " ".join(done.stderr.split())
    assert "7 alerts in, 7 answered" in done.stdout
    service.refused = {1}
    assert run().returncode == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN not set"),
        ({"GITHUB_API_URL": "http://example.invalid"}, "in the clear"),
        ({"GITHUB_REPOSITORY": "ada"}, "is not OWNER/NAME"),
        ({"GITHUB_API_URL": "http://127.0.0.1:9"}, "can't be listed"),
    ],
)
def test_what_is_missing_is_named(found, service, changed, says):
    with pytest.raises(MapproofError, match=says):
        dismiss(found, {**environment(service), **changed})
    assert not service.patched


def test_git_is_there():
    assert shutil.which("git") is not None, "the patches are applied by git"
