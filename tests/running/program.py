"""Real programs, and what to have them do so that they map memory in many ways."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

SQL: Final = """
pragma mmap_size = 1000000; pragma journal_mode = wal; create table t(a, b); insert into t values (1, 2), (3, 4);
create index i on t(a); select sum(b) from t where a > 0; pragma wal_checkpoint(truncate); vacuum; select * from t;
"""

PYTHON: Final = """
import ctypes, mmap, sqlite3, sys, threading
two = [sqlite3.connect(sys.argv[1], check_same_thread=False) for _ in range(2)]
for statement in sys.argv[2].split(";"):
    for connection in two:
        try:
            connection.execute(statement).fetchall()
            connection.commit()
        except sqlite3.OperationalError:
            pass
with open(sys.argv[1], "r+b") as file:
    for access in (mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY):
        mmap.mmap(file.fileno(), 0, access=access).close()
    mmap.mmap(-1, 4096).close()
ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n)(3)
thread = threading.Thread(target=len, args=("",))
thread.start()
thread.join()
"""

LUA: Final = """
local s = 0 for i = 1, 1e6 do s = s + i % 7 end
local ffi = require("ffi") ffi.cdef("int abs(int);") local cb = ffi.cast("int(*)(int)", function(a) return a end)
for i = 1, 1000 do s = s + ffi.C.abs(-i) + cb(i) end print(s)
"""

RUBY: Final = """
x = 0; 300000.times { |i| x += i }; Fiber.new { 1 }.resume; Thread.new { 2 }.join
require "fiddle"; Fiddle::Closure::BlockCaller.new(4, [4]) { |a| a }; puts x
"""

NODE: Final = """
let s = 0; for (let i = 0; i < 1e7; i++) s += i % 3;
const w = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); new WebAssembly.Instance(w);
new WebAssembly.Memory({initial: 1}).grow(1); new SharedArrayBuffer(8); console.log(s, /a+b/.test("aab"));
"""

PHP: Final = "<?php function f($n) { $s = 0; for ($i = 0; $i < $n; $i++) $s += $i % 7; return $s; } echo f(1000000);"


@dataclass(frozen=True)
class Program:
    """A command that runs in a folder of its own. ``quick`` ones belong to the ordinary run; ``files`` are written into
    the folder first; ``{folder}`` in the command stands for it."""

    name: str
    command: tuple[str, ...]
    quick: bool = False
    files: tuple[tuple[str, str], ...] = ()

    def missing(self) -> str | None:
        """What this machine lacks, in words, or ``None``."""
        return None if shutil.which(self.command[0]) else f"{self.command[0]} is not installed"

    def prepared(self, folder: Path) -> list[str]:
        """Write the files; the command for this folder."""
        for name, text in self.files:
            (folder / name).write_text(text)
        return [word.replace("{folder}", str(folder)) for word in self.command]


PROGRAMS: Final = (
    Program("python", ("/usr/bin/python3", "-c", PYTHON, "{folder}/python.db", SQL), quick=True),
    Program("sqlite3", ("sqlite3", "{folder}/shell.db", SQL), quick=True),
    Program("grep", ("grep", "-P", "a+b|root", "/etc/passwd"), quick=True),
    Program("git", ("git", "-c", "core.packedGitLimit=1m", "log", "--stat", "-5")),
    Program(
        "git-gc", ("sh", "-c", "git clone -q --bare . {folder}/r.git && git -C {folder}/r.git gc --quiet --prune=now")
    ),
    Program("perl", ("perl", "-e", "my %h = map { $_ => 1 } 1 .. 100000; print scalar keys %h")),
    Program("luajit", ("luajit", "-e", LUA)),
    Program("ruby", ("ruby", "--yjit", "-e", RUBY)),
    Program(
        "php",
        (
            "php",
            "-d",
            "opcache.enable_cli=1",
            "-d",
            "opcache.jit_buffer_size=16M",
            "-d",
            "opcache.jit=tracing",
            "{folder}/run.php",
        ),
        files=(("run.php", PHP),),
    ),
    Program("guile", ("guile", "--no-auto-compile", "-c", "(display (apply + (iota 100000)))")),
    Program(
        "sbcl", ("sbcl", "--non-interactive", "--eval", "(progn (gc :full t) (print (compile nil '(lambda (x) x))))")
    ),
    Program("node", ("node", "-e", NODE)),
    Program("java", ("java", "-XX:+UseSerialGC", "-version")),
    Program("gdb", ("gdb", "-batch", "-ex", "info functions ma", "/bin/ls")),
)
