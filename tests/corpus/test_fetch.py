"""Fetching trusts no archive, needs each client only once, and says what is wrong in words."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest
from corpus import archive, clients, errors, fetch, manifest, store

SOURCE = b"int main(void) { return 0; }\n"


def packed(folder, members, *, name="toy-1.0.tgz"):
    """A tar archive of ``members`` (name to bytes, or a TarInfo), and its hash."""
    file = folder / name
    with tarfile.open(file, "w:gz") as tar:
        for member, content in members:
            entry = member if isinstance(member, tarfile.TarInfo) else tarfile.TarInfo(member)
            if content is not None:
                entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content or b""))
    return file, hashlib.sha256(file.read_bytes()).hexdigest()


def link(name, target, kind=tarfile.SYMTYPE):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def pinned(folder, sha256, *, files='["*.c"]', more="", ecosystem="npm"):
    """A manifest in a folder of its own."""
    home = folder / "toy"
    home.mkdir(exist_ok=True)
    text = f"""
name = "toy"
description = "a toy"
licence = "public domain"
ecosystem = "{ecosystem}"
package = "toy"
version = "1.0"
archive = "toy-1.0.tgz"
sha256 = "{sha256}"
files = {files}
{more}
"""
    (home / "manifest.toml").write_text(text)
    return manifest.load(home / "manifest.toml")


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """Every test has a store and a PATH of its own: no test can reach a real client."""
    monkeypatch.setenv("MAPPROOF_CORPUS", str(tmp_path / "store"))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def client(tmp_path, name, script):
    """Put a client of our own on PATH."""
    file = tmp_path / "bin" / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def serving(tmp_path, file):
    """An ``npm`` that hands out ``file`` and counts how often it was asked."""
    client(tmp_path, "npm", f'echo asked >> "{tmp_path}/asked"\n/bin/cp "{file}" .')


def asked(tmp_path):
    count = tmp_path / "asked"
    return len(count.read_text().splitlines()) if count.exists() else 0


def test_a_pinned_archive_is_fetched_checked_and_unpacked(tmp_path):
    file, sha256 = packed(tmp_path, [("package/a.c", SOURCE), ("package/b.h", b""), ("package/sub/c.c", b"")])
    serving(tmp_path, file)
    tree = fetch.fetch(pinned(tmp_path, sha256))
    assert [str(path.relative_to(tree)) for path in tree.rglob("*")] == ["a.c"]
    assert (tree / "a.c").read_bytes() == SOURCE


def test_what_is_there_is_never_downloaded_again(tmp_path):
    file, sha256 = packed(tmp_path, [("package/a.c", SOURCE), ("package/b.h", b"")])
    serving(tmp_path, file)
    first = pinned(tmp_path, sha256)
    assert fetch.fetch(first) == fetch.fetch(first)
    changed = pinned(tmp_path, sha256, files='["*.h"]')
    assert store.tree_of(changed) is None
    assert [path.name for path in fetch.fetch(changed).iterdir()] == ["b.h"]
    assert asked(tmp_path) == 1


def test_a_damaged_cache_is_noticed_and_fetched_anew(tmp_path):
    file, sha256 = packed(tmp_path, [("package/a.c", SOURCE)])
    serving(tmp_path, file)
    toy = pinned(tmp_path, sha256)
    (store.folder_of(toy) / "archive").mkdir(parents=True)
    (store.folder_of(toy) / "archive" / toy.archive).write_bytes(b"half")
    assert (fetch.fetch(toy) / "a.c").read_bytes() == SOURCE


def test_a_wrong_hash_leaves_nothing_behind(tmp_path):
    file, _sha256 = packed(tmp_path, [("package/a.c", SOURCE)])
    serving(tmp_path, file)
    toy = pinned(tmp_path, "0" * 64)
    with pytest.raises(errors.FetchError, match="pinned is 0000"):
        fetch.fetch(toy)
    assert store.tree_of(toy) is None
    assert [path for path in store.folder_of(toy).rglob("*") if path.is_file()] == []


def test_a_wrong_hash_of_an_extracted_file_is_refused(tmp_path):
    file, sha256 = packed(tmp_path, [("package/a.c", SOURCE)])
    serving(tmp_path, file)
    toy = pinned(tmp_path, sha256, more=f'[key_files]\n"a.c" = "{"1" * 64}"')
    with pytest.raises(errors.FetchError, match=r"a\.c has SHA-256"):
        fetch.fetch(toy)
    assert store.tree_of(toy) is None


def test_archives_inside_archives_are_checked_too(tmp_path):
    inner, inner_hash = packed(tmp_path, [("lib/a.c", SOURCE)], name="inner.tar.gz")
    file, sha256 = packed(tmp_path, [("package/deps/inner.tar.gz", inner.read_bytes())])
    serving(tmp_path, file)
    nested = '[[inner]]\npath = "package/deps/inner.tar.gz"\nsha256 = "{}"'
    with pytest.raises(errors.FetchError, match=r"inner\.tar\.gz has SHA-256"):
        fetch.fetch(pinned(tmp_path, sha256, more=nested.format("2" * 64)))
    assert (fetch.fetch(pinned(tmp_path, sha256, more=nested.format(inner_hash))) / "a.c").read_bytes() == SOURCE
    assert asked(tmp_path) == 1


@pytest.mark.parametrize("name", ["../evil.c", "/evil.c", "package/../../evil.c", "package\\evil.c", "c:evil.c"])
def test_a_name_that_leaves_the_folder_condemns_the_archive(tmp_path, name):
    file, _sha256 = packed(tmp_path, [("package/a.c", SOURCE), (name, SOURCE)])
    with pytest.raises(errors.FetchError, match="leaves the folder"):
        archive.extract(file, tmp_path / "into", ["**"], 1)
    assert [path.name for path in tmp_path.rglob("*evil*")] == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_never_written(tmp_path, kind):
    file, _sha256 = packed(tmp_path, [(link("package/a.c", "/etc/passwd", kind), None)])
    with pytest.raises(errors.FetchError, match="no regular file"):
        archive.extract(file, tmp_path / "into", ["*.c"], 1)
    assert not (tmp_path / "into").exists()


def test_a_link_that_nobody_asked_for_is_passed_over(tmp_path):
    members = [(link("package/etc", "/etc"), None), ("package/a.c", SOURCE)]
    file, _sha256 = packed(tmp_path, members)
    assert [path.name for path in archive.extract(file, tmp_path / "into", ["*.c"], 1)] == ["a.c"]


def test_an_archive_beyond_the_limits_is_refused(tmp_path, monkeypatch):
    file, _sha256 = packed(tmp_path, [("package/a.c", SOURCE), ("package/b.c", SOURCE)])
    monkeypatch.setattr(archive, "MAX_UNPACKED", len(SOURCE))
    with pytest.raises(errors.FetchError, match="beyond"):
        archive.extract(file, tmp_path / "into", ["*.c"], 1)
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1 << 20)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    with pytest.raises(errors.FetchError, match="beyond"):
        archive.extract(file, tmp_path / "into", ["*.c"], 1)


def test_a_glob_that_names_nothing_is_an_error(tmp_path):
    file, _sha256 = packed(tmp_path, [("package/a.c", SOURCE)])
    with pytest.raises(errors.FetchError, match=r"nothing named sub/\*\.c"):
        archive.extract(file, tmp_path / "into", ["*.c", "sub/*.c"], 1)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00garbage"])
def test_what_is_no_archive_is_said_to_be_none(tmp_path, content):
    file = tmp_path / "toy-1.0.tgz"
    file.write_bytes(content)
    with pytest.raises(errors.FetchError, match=r"toy-1\.0\.tgz is"):
        archive.extract(file, tmp_path / "into", ["*"], 1)


def test_a_truncated_archive_is_damaged(tmp_path):
    file, _sha256 = packed(tmp_path, [("package/a.c", os.urandom(4096))])
    file.write_bytes(file.read_bytes()[:-2000])
    with pytest.raises(errors.FetchError, match=r"toy-1\.0\.tgz"):
        archive.extract(file, tmp_path / "into", ["*"], 1)


@pytest.mark.parametrize(
    ("glob", "named", "unnamed"),
    [
        ("*.c", ["a.c", ".c"], ["s/a.c", "a.h"]),
        ("src/*.c", ["src/a.c"], ["src/s/a.c", "a.c"]),
        ("src/**/*.c", ["src/a.c", "src/s/t/a.c"], ["a.c", "srca.c"]),
        ("**", ["a", "b/c"], []),
        ("a+b?.c", ["a+bx.c"], ["aab.c", "a+b/.c"]),
    ],
)
def test_globs_mean_what_the_readme_says(tmp_path, glob, named, unnamed):
    file, _sha256 = packed(tmp_path, [(f"package/{name}", b"") for name in (*named, *unnamed)])
    into = tmp_path / "into"
    written = archive.extract(file, into, [glob], 1)
    assert sorted(path.relative_to(into).as_posix() for path in written) == sorted(named)


@pytest.mark.parametrize(("ecosystem", "needs"), [("npm", "npm"), ("debian-source", "apt-get")])
def test_a_missing_client_is_named_with_the_package_and_a_remedy(tmp_path, ecosystem, needs):
    toy = pinned(tmp_path, "0" * 64, ecosystem=ecosystem)
    with pytest.raises(errors.FetchError, match=f"toy 1.0 needs {needs}, which is not on PATH\n  remedy: "):
        fetch.fetch(toy)


def test_offline_the_client_s_own_words_are_handed_on(tmp_path):
    client(tmp_path, "npm", 'echo "getaddrinfo ENOTFOUND registry" >&2; exit 1')
    with pytest.raises(errors.FetchError, match=r"npm could not get toy 1\.0 \(exit 1\): getaddrinfo") as caught:
        fetch.fetch(pinned(tmp_path, "0" * 64))
    assert "offline" in caught.value.remedy


def test_a_client_that_brings_something_else_is_caught(tmp_path):
    client(tmp_path, "npm", "echo > other.tgz")
    with pytest.raises(errors.FetchError, match=r"came as other\.tgz, not as toy-1\.0\.tgz"):
        fetch.fetch(pinned(tmp_path, "0" * 64))


def test_apt_is_asked_for_the_version_whose_archive_has_the_pinned_hash(tmp_path):
    file, sha256 = packed(tmp_path, [("toy-1.0/a.c", SOURCE)])
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "own.sources").write_text("Types: deb\nURIs: file:/mirror\nSuites: stable\n")
    client(tmp_path, "apt-config", f"echo \"LIST='{tmp_path}/none'\"; echo \"PARTS='{tmp_path}/parts/'\"")
    stanza = "Package: toy\nVersion: {}\nChecksums-Sha256:\n {} 10 toy-1.0.tgz\n"
    (tmp_path / "showsrc").write_text(stanza.format("1.0-1", "f" * 64) + "\n" + stanza.format("1.0-2", sha256))
    client(tmp_path, "apt-cache", f'/bin/cat "{tmp_path}/showsrc"')
    client(tmp_path, "apt-get", f'echo "$@" > "{tmp_path}/words"; /bin/cp "{file}" .')
    tree = fetch.fetch(pinned(tmp_path, sha256, ecosystem="debian-source"))
    assert (tree / "a.c").read_bytes() == SOURCE
    words = (tmp_path / "words").read_text().split()
    assert words[words.index("source") :] == ["source", "--download-only", "--tar-only", "--only-source", "toy=1.0-2"]
    assert (store.root() / ".apt" / "sources" / "own.sources").read_text().startswith("Types: deb-src\n")


def test_a_version_that_the_mirror_has_lost_is_replaced_by_another_with_the_same_archive(tmp_path):
    file, sha256 = packed(tmp_path, [("toy-1.0/a.c", SOURCE)])
    (tmp_path / "none").write_text("deb file:/mirror stable main\n")
    client(tmp_path, "apt-config", f"echo \"LIST='{tmp_path}/none'\"")
    stanza = "Package: toy\nVersion: {}\nChecksums-Sha256:\n {} 10 toy-1.0.tgz\n\n"
    (tmp_path / "showsrc").write_text(stanza.format("1.0-1", sha256) + stanza.format("1.0-2", sha256))
    client(tmp_path, "apt-cache", f'/bin/cat "{tmp_path}/showsrc"')
    client(tmp_path, "apt-get", f'case "$*" in *1.0-2) echo 404 >&2; exit 100;; esac; /bin/cp "{file}" .')
    assert (fetch.fetch(pinned(tmp_path, sha256, ecosystem="debian-source")) / "a.c").read_bytes() == SOURCE


def test_a_version_that_no_mirror_offers_is_said_so(tmp_path):
    (tmp_path / "none").write_text("deb file:/mirror stable main\n")
    client(tmp_path, "apt-config", f"echo \"LIST='{tmp_path}/none'\"")
    client(tmp_path, "apt-cache", "exit 100")
    client(tmp_path, "apt-get", "exit 0")
    with pytest.raises(errors.FetchError, match="no source package toy offered here has the pinned archive"):
        fetch.fetch(pinned(tmp_path, "0" * 64, ecosystem="debian-source"))


@pytest.mark.parametrize(
    ("text", "deb822", "twin"),
    [
        ("Types: deb\nURIs: x\n", True, "Types: deb-src\nURIs: x\n"),
        ("types: deb deb-src\n", True, "Types: deb-src\n"),
        ("# Types: deb\n", True, ""),
        ("deb [signed-by=k] x y z\n# deb q\n", False, "deb-src [signed-by=k] x y z\n\n"),
        ("deb-src x y z", False, "deb-src x y z\n"),
        ("# nothing", False, ""),
    ],
)
def test_binary_sources_become_source_ones(text, deb822, twin):
    assert clients.deb_src(text, deb822=deb822) == twin


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('ecosystem = "npm"', 'ecosystem = "gem"', "ecosystem is none of"),
        ('package = "toy"', 'package = ""', "package is not a text"),
        ('licence = "public domain"', "", "licence is missing"),
        ('licence = "public domain"', 'license = "x"\nlicence = "x"', "license is unknown"),
        ('files = ["*.c"]', "files = []", "files is not a list"),
        ('archive = "toy-1.0.tgz"', 'archive = "../toy"', "archive is a path"),
        ('name = "toy"', 'name = "other"', "name is not the folder's"),
        ('sha256 = "', 'sha256 = "x', "is not a SHA-256"),
        ('files = ["*.c"]', 'files = ["*.c"]\nstrip = -1', "strip is not"),
        ('files = ["*.c"]', 'files = ["*.c"]\ninner = ["a"]', "inner is not"),
        ("files = [", "files = ", "manifest.toml: "),
    ],
)
def test_a_faulty_manifest_is_refused_with_its_fault(tmp_path, before, after, fault):
    pinned(tmp_path, "0" * 64)
    file = tmp_path / "toy" / "manifest.toml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    with pytest.raises(manifest.ManifestError, match=fault):
        manifest.load(file)


def test_the_command_ends_with_2_when_something_is_missing(tmp_path, monkeypatch, capsys):
    file, sha256 = packed(tmp_path, [("package/a.c", SOURCE)])
    toy = pinned(tmp_path, sha256)
    monkeypatch.setattr(fetch, "manifests", lambda: (toy,))
    assert fetch.main([]) == 2
    assert "needs npm" in capsys.readouterr().err
    assert fetch.main(["nothing"]) == 2
    assert "there is toy" in capsys.readouterr().err
    serving(tmp_path, file)
    assert fetch.main(["toy"]) == 0
    assert fetch.main(["--list"]) == 0
    assert "fetched" in capsys.readouterr().out


def test_the_store_lies_in_the_checkout_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("MAPPROOF_CORPUS")
    assert store.root() == Path(__file__).resolve().parents[2] / ".cache" / "corpus"
