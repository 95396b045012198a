"""C++ in headers whose name says nothing, and behind words that only a build knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.frontends.c.source import Source
from mapproof.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

CLASS = """class {words} Pages {{
 public:
  static void *get(unsigned long size, int rights);
}};
"""
USE = """#include <sys/mman.h>
{declared}
void *Pages::get(unsigned long size, int rights) {{ return mmap(0, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }}
void *use() {{ return Pages::get(1, PROT_READ); }}
"""


def verdicts(folder: Path) -> list[str]:
    return [finding.verdict.value for finding in scan([str(folder)], load_pack(builtin_rules())).findings]


@pytest.mark.parametrize("words", ["", "EXPORTED", "EXPORTED_DATA __visible"])
@pytest.mark.parametrize("name", ["pages.h", "pages.hpp", ""])
def test_a_class_is_known_wherever_it_stands(tmp_path: Path, name: str, words: str) -> None:
    declared = CLASS.format(words=words)
    if name:
        (tmp_path / name).write_text(declared)
        declared = f'#include "{name}"'
    (tmp_path / "pages.cc").write_text(USE.format(declared=declared))
    assert verdicts(tmp_path) == ["benign", "benign"]


@pytest.mark.parametrize(
    ("text", "cpp"),
    [
        ("class A { public: int b; };", True),
        ("namespace n { int a; }", True),
        ("template <class T> T f(T);", True),
        ("int f(std::string);", True),
        ("struct s { int class_; };", False),
        ("/* class A { */ int a; // std::string\n", False),
        ('#ifdef __cplusplus\nextern "C" {\n#endif\nint f(void);\n', False),
        ("struct s { unsigned public:3; };", True),
    ],
)
def test_a_header_is_cpp_by_what_only_cpp_has_a_place_for(text: str, cpp: bool) -> None:
    assert Source("a.h", text.encode()).cpp is cpp


@pytest.mark.parametrize("kind", ["::OBJECT", "struct big"])
def test_arms_may_give_a_name_to_different_objects(tmp_path: Path, kind: str) -> None:
    text = f"""#include <sys/mman.h>
#include <sys/stat.h>
void *map(int fd, int rights) {{
#ifdef OTHER
  {kind} held;
  look(&held);
#else
  long held;
  see(&held);
#endif
  int mask = PROT_READ;
  if (rights) mask |= PROT_WRITE;
  return mmap(0, 1, mask, MAP_SHARED, fd, 0);
}}
"""
    (tmp_path / "a.cc").write_text(text)
    assert verdicts(tmp_path) == ["benign"]
