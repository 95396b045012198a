"""Which file at hand a path from elsewhere means; a common name alone means none."""

from __future__ import annotations

import pytest

from mapproof.triage.paths import File, Paths

TREE = [File(f"src/{name}", "src", named=False, root_name="src") for name in ("a/mem.c", "b/mem.c", "top.c", "b/c/x.c")]
PACKAGE = [
    File(f"out/app.apk!lib/{abi}/libfoo.so", "out/app.apk", named=False, root_name="app.apk")
    for abi in ("arm64-v8a", "x86_64")
]
NAMED = [File("/here/build/libbar.so", "/here/build/libbar.so", named=True, root_name="libbar.so")]
RELATIVE = [File("b/mem.c", "b/mem.c", named=True, root_name="mem.c")]


@pytest.mark.parametrize(
    ("files", "path", "means"),
    [
        (TREE, "src/a/mem.c", ["src/a/mem.c"]),
        (TREE, "a/mem.c", ["src/a/mem.c"]),
        (TREE, "./b/c/../mem.c", ["src/b/mem.c"]),
        (TREE, "/build/agent7/work/src/a/mem.c", ["src/a/mem.c"]),
        (TREE, r"C:\agent\_work\src\b\mem.c", ["src/b/mem.c"]),
        (TREE, "/build/else/top.c", ["src/top.c"]),
        (TREE, "proj/src/top.c", ["src/top.c"]),
        (TREE, "other/top.c", []),
        (TREE, "c/mem.c", []),
        (TREE, "/build/src/c/mem.c", []),
        (TREE, "mem.c", ["src/a/mem.c", "src/b/mem.c"]),
        (TREE, "gone.c", []),
        (TREE, "", []),
        (PACKAGE, "lib/x86_64/libfoo.so", ["out/app.apk!lib/x86_64/libfoo.so"]),
        (PACKAGE, "app.apk!/lib/arm64-v8a/libfoo.so", ["out/app.apk!lib/arm64-v8a/libfoo.so"]),
        (PACKAGE, "app.apk/lib/arm64-v8a/libfoo.so", ["out/app.apk!lib/arm64-v8a/libfoo.so"]),
        (PACKAGE, "jar:file:/x/app.apk!/lib/x86_64/libfoo.so", ["out/app.apk!lib/x86_64/libfoo.so"]),
        (PACKAGE, "/data/app/com.a-1/lib/arm64/libfoo.so", ["out/app.apk!lib/arm64-v8a/libfoo.so"]),
        (PACKAGE, "/data/app/com.a-1/base.apk!/lib/x86_64/libfoo.so", ["out/app.apk!lib/x86_64/libfoo.so"]),
        (PACKAGE, "other.apk!/lib/x86_64/libfoo.so", []),
        (PACKAGE, "lib/riscv64/libfoo.so", []),
        (PACKAGE, "lib/x86_64/libother.so", []),
        (NAMED, "/usr/lib/libbar.so", ["/here/build/libbar.so"]),
        (NAMED, "libbar.so", ["/here/build/libbar.so"]),
        (RELATIVE, "a/mem.c", []),
        (RELATIVE, "b/mem.c", ["b/mem.c"]),
    ],
)
def test_a_path_means(files, path, means):
    assert list(Paths(files).find(path).files) == means


def test_what_has_only_the_name_in_common_is_named():
    assert Paths(RELATIVE).find("a/mem.c").alike == ("b/mem.c",)
