"""Lives of regions: what may become of the memory that a mapping site makes, joined from all sites in scope."""

from __future__ import annotations

from functools import cache

import pytest

from mapproof.classify.pack import Pack, builtin_rules, load_pack
from mapproof.scan import scan

PRIVATE = "MAP_PRIVATE | MAP_ANONYMOUS, -1, 0"
MADE = f"mmap(0, 8192, PROT_READ | PROT_WRITE, {PRIVATE})"


@cache
def pack() -> Pack:
    return load_pack(builtin_rules())


def regions(tmp_path, *lines: str):
    path = tmp_path / "a.c"
    path.write_text("#include <sys/mman.h>\n" + "\n".join(lines) + "\n")
    return scan([str(path)], pack()).regions


@pytest.mark.parametrize(
    ("lines", "life"),
    [
        (["int main(void) { char *p = MADE; mprotect(p, 4096, PROT_READ); return 0; }"], "rw- -> r--"),
        (
            ["int main(void) { char *p = MADE; mprotect(p, 1, 5); mprotect(p, 1, 3); return 0; }"],
            "rw- -> r-x -> rw-",
        ),
        (["int main(void) { char *p = MADE; mprotect(p, 1, 3); mprotect(p, 1, 3); return 0; }"], "rw-"),
        (
            ["static char *p;", "static void seal(void) { mprotect(p, 1, 1); }",
             "int main(void) { p = MADE; seal(); return 0; }"],
            "rw- -> r--",
        ),
        (
            ["struct s { char *p; };", "static int end(struct s *s) { return mprotect(s->p, 1, 0); }",
             "int main(void) { struct s s; s.p = MADE; return end(&s); }"],
            "rw- -> ---",
        ),
        (
            ["static char *make(void) { return MADE; }", "int main(void) { return mprotect(make(), 1, PROT_READ); }"],
            "rw- -> r--",
        ),
        (
            ["static void make(char **out) { *out = MADE; }",
             "int main(void) { char *p; make(&p); return mprotect(p, 1, PROT_READ); }"],
            "rw- -> r--",
        ),
        (
            ["int main(int c, char **v) { char *p = MADE; mprotect(v[0], 1, PROT_EXEC); return p == 0; }"],
            "rw-, and perhaps --x at an address that is not known",
        ),
        (["int f(int prot) { char *p = MADE; return mprotect(p, 1, prot); }"], "rw- -> anything"),
    ],
)  # fmt: skip
def test_a_life_in_one_line(lines, life, tmp_path):
    found = regions(tmp_path, *(line.replace("MADE", MADE) for line in lines))
    assert [region.life for region in found] == [life]


def test_two_regions_are_told_apart(tmp_path):
    first, second = regions(
        tmp_path, f"int main(void) {{ char *a = {MADE}; char *b = {MADE}; mprotect(b, 1, PROT_READ); return a == b; }}"
    )
    assert [first.life, second.life] == ["rw-", "rw- -> r--"]
    assert [transition.reach for transition in second.transitions] == ["this"]


def test_a_pointer_to_either_may_change_both(tmp_path):
    found = regions(
        tmp_path,
        f"int main(int c, char **v) {{ char *a = {MADE}; char *b = {MADE};",
        "  return mprotect(c > 1 ? a : b, 1, PROT_READ) + !v; }",
    )
    assert [region.life for region in found] == ["rw- -> r--", "rw- -> r--"]
    assert {transition.reach for region in found for transition in region.transitions} == {"maybe"}


def test_views_of_one_object(tmp_path):
    found = regions(
        tmp_path,
        'int main(void) { int fd = memfd_create("d", 0);',
        "  char *w = mmap(0, 1, PROT_WRITE, MAP_SHARED, fd, 0), *x = mmap(0, 1, PROT_READ, MAP_SHARED, fd, 0);",
        f"  return w == x || {MADE} == 0; }}",
    )
    assert [len(region.views) for region in found] == [1, 1, 0]
    assert found[0].views == (found[1].id,)


def test_what_is_moved_keeps_what_it_was(tmp_path):
    first, moved = regions(
        tmp_path, f"int main(void) {{ char *p = {MADE}; p = mremap(p, 8192, 16384, 1); mprotect(p, 1, 1); return 0; }}"
    )
    assert first.moved_at == (moved.born_at,)
    assert "r--" in {str(protection) for protection in first.states}
