"""`--fix` and `--show-fixes`: what is changed, what is left alone, and that nothing is shown that is not done."""

from __future__ import annotations

import subprocess
import sys

BEFORE = """\
import ctypes
import mmap

libc = ctypes.CDLL(None)


def digest(data):
    buffer = mmap.mmap(-1, len(data), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)  # a copy
    buffer.write(data)
    buffer.close()


def view(fd):
    return mmap.mmap(fd, 0, prot=1)


def mode(fd):
    return mmap.mmap(fd, 0, mmap.MAP_PRIVATE, 1 | 2)


def seal(address):
    return libc.mprotect(address, 4096, 0x1)


def thunk(code):
    memory = mmap.mmap(-1, len(code), prot=7)
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))
"""
AFTER = (
    BEFORE.replace("PROT_WRITE | mmap.PROT_EXEC)  #", "PROT_WRITE)  #")
    .replace("prot=1)", "access=mmap.ACCESS_READ)")
    .replace("1 | 2", "mmap.PROT_READ | mmap.PROT_WRITE")
    .replace("0x1", "mmap.PROT_READ")
    .replace("prot=7", "prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC")
)  # fmt: skip


def test_what_can_be_fixed_is_and_the_rest_stays(tmp_path, mapproof_in):
    path = tmp_path / "maps.py"
    path.write_text(BEFORE)
    done = mapproof_in("check", "--isolated", "--fix", "maps.py")
    assert path.read_text() == AFTER
    assert "fixed: maps.py:8:14: prot=mmap.PROT_READ | mmap.PROT_WRITE" in done.stderr
    assert "unneeded-exec" not in done.stdout
    assert "numeric-mask" not in done.stdout


def test_a_preview_changes_nothing_and_shows_what_the_fix_does(tmp_path, mapproof_in):
    path = tmp_path / "maps.py"
    path.write_text(BEFORE)
    done = mapproof_in("check", "--isolated", "--show-fixes", "maps.py")
    assert path.read_text() == BEFORE
    assert done.returncode == 0
    assert "5 of the calls can be fixed" in done.stderr
    subprocess.run(["git", "apply", "-p1"], cwd=tmp_path, input=done.stdout, text=True, check=True, capture_output=True)
    assert path.read_text() == AFTER


def test_the_changed_file_is_still_the_program_that_it_was(tmp_path, mapproof_in):
    """The protections that the kernel is asked for before and after, from the kernel's own list."""
    path = tmp_path / "maps.py"
    path.write_text(
        "import mmap\n\n\ndef show():\n    m = mmap.mmap(-1, 8192, prot=3)\n    m.write(b'x')\n"
        "    maps = open('/proc/self/maps').read()\n    m.close()\n    return maps\n\n\n"
        "print(sum(' rw-s ' in line for line in show().splitlines()))\n"
    )
    before = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True).stdout
    mapproof_in("check", "--isolated", "--fix", "maps.py")
    assert "access=mmap.ACCESS_WRITE" in path.read_text()
    assert subprocess.run([sys.executable, path], capture_output=True, text=True, check=True).stdout == before


def test_names_that_may_mean_something_else_are_left_alone(tmp_path, mapproof_in):
    path = tmp_path / "maps.py"
    for text in (
        "import mmap\n\n\ndef f(mmap):\n    return mmap.mmap(-1, 4096, prot=3)\n",
        "from mmap import mmap\n\n\ndef f():\n    return mmap(-1, 4096, prot=3)\n",
        "import mmap\n\n\ndef f(*rest):\n    return mmap.mmap(*rest, prot=3)\n",
        "import mmap\n\n\ndef f(n, x):\n    return mmap.mmap(-1, n, prot=3 if x else 1)\n",
        "import mmap\n\nmmap.PROT_NONE = 0\n\n\ndef f(n):\n    return mmap.mmap(-1, n, prot=8)\n",
    ):
        path.write_text(text)
        mapproof_in("check", "--isolated", "--fix", "maps.py")
        assert path.read_text() == text


def test_names_that_are_imported_are_used(tmp_path, mapproof_in):
    path = tmp_path / "maps.py"
    path.write_text(
        "from mmap import PROT_READ as R, PROT_WRITE, mmap\n\n\ndef f():\n    return mmap(-1, 4096, flags=2, prot=3)\n"
    )
    mapproof_in("check", "--isolated", "--fix", "maps.py")
    assert "prot=R | PROT_WRITE" in path.read_text()


def test_a_change_and_fixes_do_not_go_together(tmp_path, mapproof_in):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "a.py").write_text("import mmap\nm = mmap.mmap(-1, 4096, prot=3)\n")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    done = mapproof_in("check", "--staged", "--fix", "a.py")
    assert done.returncode == 2
    assert "--fix and --show-fixes go with files" in done.stderr
