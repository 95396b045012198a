"""A package that Debian no longer has is said to be gone, with what is there instead; one of another processor comes by
lists of its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from corpus import debian, packages
from corpus.errors import FetchError

if TYPE_CHECKING:
    from pathlib import Path

CLIENT = f"""#!{sys.executable}
import pathlib, sys
words = sys.argv[1:]
with open({{log!r}}, "a") as log:
    print(*words, file=log)
own = any(word.startswith("Dir::State=") for word in words)
if "policy" in words:
    print("toy:arm64:\\n  Installed: (none)\\n  Candidate: {{candidate}}\\n  Version table:")
elif "download" in words:
    if own and {{has}}:
        pathlib.Path("toy_1.0_arm64.deb").write_bytes(b"toy")
    else:
        sys.exit("E: Version '1.0' for 'toy' was not found")
"""


@pytest.fixture
def client(tmp_path, monkeypatch):
    """Clients of our own in the place of apt's; gives a function that makes them, and their log."""
    monkeypatch.setenv("MAPPROOF_CORPUS", str(tmp_path / "store"))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    log = tmp_path / "log"

    def make(*, has: bool, candidate: str = "2.0") -> Path:
        for name in ("apt-get", "apt-cache"):
            file = tmp_path / "bin" / name
            file.write_text(CLIENT.format(log=str(log), candidate=candidate, has=has))
            file.chmod(0o755)
        return log

    return make


def test_another_processors_package_comes_by_lists_of_its_own(client, tmp_path) -> None:
    log = client(has=True)
    debian.download("toy", "arm64", "1.0", tmp_path)
    assert (tmp_path / "toy_1.0_arm64.deb").read_bytes() == b"toy"
    assert "update" in log.read_text()
    assert "APT::Architecture=arm64" in log.read_text()


def test_a_version_that_is_gone_is_said_to_be(client, tmp_path) -> None:
    client(has=False)
    with pytest.raises(FetchError, match=r"toy 1\.0 for arm64 is gone: .*now 2\.0") as said:
        debian.download("toy", "arm64", "1.0", tmp_path)
    assert "corpus/packages.toml" in said.value.remedy


def test_a_package_that_is_unknown_is_told_in_apts_words(client, tmp_path) -> None:
    client(has=False, candidate="(none)")
    with pytest.raises(FetchError, match=r"E: Version '1\.0' for 'toy' was not found"):
        debian.download("toy", "arm64", "1.0", tmp_path)


def test_a_machine_without_apt_is_told_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FetchError, match="apt-get is not installed here"):
        debian.download("toy", "arm64", "1.0", tmp_path)


def test_one_package_that_is_gone_costs_no_other(client, capsys) -> None:
    client(has=False)
    assert packages.main(["libffi8-amd64", "libffi8-arm64"]) == 2
    said = capsys.readouterr().err
    assert said.count("is gone") == 2
    assert "libffi8 3.4.4-1 for arm64" in said


def test_an_unknown_name_is_refused(capsys) -> None:
    assert packages.main(["libfii"]) == 2
    assert "libfii" in capsys.readouterr().err
