"""Rules of one's own: begun, checked, tried, and used."""

from __future__ import annotations

import json


def test_a_rule_that_was_begun_is_sound_and_holds(mapproof_in, tmp_path):
    begun = mapproof_in("rules", "new", "rwx-pool", "--rules", "ci")
    assert begun.returncode == 0, begun.stderr
    assert mapproof_in("rules", "lint", "--rules", "ci").stdout.startswith("1 rule of your own, ")
    tried = mapproof_in("rules", "test", "--rules", "ci")
    assert (tried.returncode, tried.stdout) == (0, "1 rules, 4 marks, 0 wrong, 0 todo\n")
    assert mapproof_in("rules", "new", "rwx-pool", "--rules", "ci").returncode == 2
    case = tmp_path / "ci/mapping/rwx-pool/cases/bad.c"
    case.write_text(case.read_text().replace("| PROT_EXEC;", ";", 1))
    wrong = mapproof_in("rules", "test", "--rules", "ci", "rwx-pool")
    assert wrong.returncode == 1
    assert "bad.c:6: expect: rwx-pool violation: found private-data-memory benign" in wrong.stdout
    (tmp_path / "mapproof.toml").write_text('rules = ["ci"]\n')
    assert "rwx-pool" in {rule["id"] for rule in json.loads(mapproof_in("rules", "--format", "json").stdout)}
    assert "# rwx-pool" in mapproof_in("explain", "rwx-pool").stdout
    found = mapproof_in("check", "--format", "json", "ci/mapping/rwx-pool/cases/bad.c")
    assert {finding["rule"] for finding in json.loads(found.stdout)["findings"]} == {"rwx-pool", "private-data-memory"}


def test_a_function_of_ones_own_is_a_mapping_function(mapproof_in, tmp_path):
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci/callees.toml").write_text('[callee.pool_map]\nlike = "mmap"\nsource = "pool.h"\n')
    (tmp_path / "use.c").write_text("void *pool_map();\nvoid *f(void) { return pool_map(0, 1, 7, 34, -1, 0); }\n")
    assert mapproof_in("check", "use.c").returncode == 0
    assert mapproof_in("check", "--rules", "ci", "use.c").returncode == 1
    assert mapproof_in("check", "--rules", "none", "use.c").returncode == 2


def test_every_fault_of_every_file_is_told(mapproof_in, tmp_path):
    mapproof_in("rules", "new", "rwx-pool", "--rules", "ci")
    rule = tmp_path / "ci/mapping/rwx-pool/rule.toml"
    rule.write_text(rule.read_text().replace('role = "map"', 'rolle = "map"').replace("references =", "reference ="))
    (tmp_path / "ci/callees.toml").write_text('[callee.mmap]\nlike = "mmap"\nsource = "mine"\n')
    done = mapproof_in("rules", "lint", "--rules", "ci")
    assert done.returncode == 2
    for said in ("rolle is not a field", "references: is missing", "did you mean references?", "callee.mmap: the pack"):
        assert said in done.stderr
    assert done.stderr.count("\n") == 4
    assert mapproof_in("check", "--rules", "ci", rule.parent / "cases").returncode == 2


def test_policies_and_suppressions_are_checked_too(mapproof_in, tmp_path):
    (tmp_path / "mapproof.toml").write_text("strict = 1\n")
    (tmp_path / "mapproof.suppressions.toml").write_text("[[suppression]]\nalias = 'x'\n")
    done = mapproof_in("rules", "lint", "--rules", ".", "mapproof.toml", "mapproof.suppressions.toml")
    assert done.returncode == 2
    assert "mapproof.toml:1: strict: must be true or false" in done.stderr
    assert "mapproof.suppressions.toml:1: reason: is missing" in done.stderr


def test_a_rule_without_cases_is_told(mapproof_in, tmp_path):
    mapproof_in("rules", "new", "rwx-pool", "--rules", "ci")
    (tmp_path / "ci/mapping/rwx-pool/cases/ok.c").unlink()
    done = mapproof_in("rules", "lint", "--rules", "ci")
    assert done.returncode == 2
    assert "its cases need two `ok: rwx-pool`" in done.stderr


def test_a_circle_and_an_id_that_is_taken_are_told(mapproof_in, tmp_path):
    mapproof_in("rules", "new", "rwx-pool", "--rules", "ci")
    mapproof_in("rules", "new", "rwx-pool", "--group", "transition", "--rules", "ci")
    (tmp_path / "ci/callees.toml").write_text(
        '[callee.one_map]\nlike = "two_map"\nsource = "mine"\n\n[callee.two_map]\nlike = "one_map"\nsource = "mine"\n'
    )
    done = mapproof_in("rules", "lint", "--rules", "ci")
    assert done.returncode == 2
    assert "ci/callees.toml:2: like: names two_map, which itself takes its fields from one_map" in done.stderr
    assert "ci/callees.toml:6: like: names one_map, which itself takes its fields from two_map" in done.stderr
    assert "ci/transition/rwx-pool/rule.toml:1: the id is taken by ci/mapping/rwx-pool" in done.stderr
