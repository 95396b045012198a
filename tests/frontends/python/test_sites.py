"""What is found in Python, and with which protections: each snippet with what its lines may request."""

from __future__ import annotations

import textwrap

import pytest

from mapproof.classify.pack import builtin_rules, load_pack
from mapproof.scan import scan

PACK = load_pack(builtin_rules())

# Each line with a comment `# -> ...` has a site there: its protections, and `open` where more may come from outside.
SNIPPETS = {
    "keywords and defaults": """
        import mmap
        a = mmap.mmap(-1, 10)  # -> rw-
        b = mmap.mmap(3, 10, prot=mmap.PROT_READ)  # -> r--
        c = mmap.mmap(3, 10, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC)  # -> r-x
        d = mmap.mmap(3, 10, access=mmap.ACCESS_READ)  # -> r--
        e = mmap.mmap(3, 10, access=mmap.ACCESS_COPY)  # -> rw-
        f = mmap.mmap(3, 10, tagname="x", access=1)  # -> r--
    """,
    "names": """
        import mmap as m
        from mmap import PROT_READ as R, PROT_WRITE, mmap as Map
        A = R | PROT_WRITE
        def f(): return Map(-1, 1, prot=A)  # -> rw-
        def g(): return m.mmap(-1, 1, prot=R)  # -> r--
        Alias = m.mmap
        def h(): return Alias(-1, 1, prot=A & ~PROT_WRITE)  # -> r--
    """,
    "star": """
        from mmap import *
        def f(n): return mmap(-1, n, MAP_PRIVATE, PROT_READ | PROT_WRITE | PROT_EXEC)  # -> rwx
    """,
    "an imported name is given another value": """
        from mmap import PROT_READ, mmap
        PROT_READ = 7
        mmap(-1, 1, prot=PROT_READ)  # -> rwx
    """,
    "globals that a function changes": """
        import mmap
        P = mmap.PROT_READ
        def widen():
            global P
            P |= mmap.PROT_WRITE | mmap.PROT_EXEC
        def make(): return mmap.mmap(-1, 1, prot=P)  # -> r-- rwx
    """,
    "closures": """
        import mmap
        def outer(flag):
            prot = mmap.PROT_READ
            def widen():
                nonlocal prot
                prot = 7
            if flag: widen()
            return mmap.mmap(-1, 1, prot=prot)  # -> r-- rwx
    """,
    "conditions": """
        import mmap
        def f(w): return mmap.mmap(-1, 1, prot=3 if w else 1)  # -> r-- rw-
        def g(w):
            prot = mmap.PROT_READ
            if w: prot |= mmap.PROT_WRITE
            return mmap.mmap(-1, 1, prot=prot)  # -> r-- rw-
        def h(p=None):
            p = p or mmap.PROT_READ
            return mmap.mmap(-1, 1, prot=p)  # -> r-- rw-
        h()  # -> r--
        h(3)  # -> rw-
        def i(p=None):
            if p is None: p = 1
            return mmap.mmap(-1, 1, prot=p)  # -> r-- rw-
        i()  # -> r--
        i(3)  # -> rw-
    """,
    "loops and exceptions": """
        import mmap
        def a(n):
            while True:
                prot = 3
                if n: break
                prot = 7
            return mmap.mmap(-1, 1, prot=prot)  # -> rw-
        def b():
            try:
                prot = 7
                work()
                prot = 1
            except OSError:
                pass
            return mmap.mmap(-1, 1, prot=prot)  # -> r-- rwx
        def c():
            for prot in (1, 3): mmap.mmap(-1, 1, prot=prot)  # -> r-- rw-
        def d(w):
            match w:
                case "r": prot = 1
                case _: prot = 7
            return mmap.mmap(-1, 1, prot=prot)  # -> r-- rwx
        def e():
            prot = 7
            with suppress(OSError):
                work()
                prot = 1
            return mmap.mmap(-1, 1, prot=prot)  # -> r-- rwx
    """,
    "wrappers": """
        import mmap
        def inner(n, prot): return mmap.mmap(-1, n, prot=prot)  # -> r-- rwx
        def outer(n, *, write=False): return inner(n, prot=7 if write else 1)  # -> r-- rwx
        def only(n): return inner(prot=1, n=n)  # -> r--
    """,
    "handed on": """
        import mmap
        def made(p): return mmap.mmap(-1, 1, prot=p)  # -> any
        def run(f): return f(7)
        run(made)
        made(1)  # -> r--
        def decorated(p): return mmap.mmap(-1, 1, prot=p)  # -> any
        decorated = twice(decorated)
        l = lambda p: mmap.mmap(-1, 1, prot=p)  # -> any
        part = partial(mmap.mmap, -1, prot=7)  # -> any
    """,
    "starred": """
        import mmap
        def f(*a, **k): return mmap.mmap(*a, **k)  # -> any
        def g(**k): return mmap.mmap(-1, 1, **k)  # -> any
    """,
    "classes": """
        import mmap
        class Pool:
            PROT = mmap.PROT_READ
            def __init__(self, extra=0): self.prot = self.PROT | extra
            def make(self): return mmap.mmap(-1, 1, prot=self.prot)  # -> r-- rwx
        class Jit(Pool):
            def __init__(self): super().__init__(6)
        Jit().make()
        class Sub(mmap.mmap): pass
        Sub(-1, 1, prot=7)  # -> rwx
        class New(mmap.mmap):
            def __new__(cls, p): return super().__new__(cls, -1, 1, prot=p)  # -> rw-
        New(3)  # -> rw-
    """,
    "tables": """
        import mmap
        MODES = {"r": mmap.PROT_READ, "w": mmap.PROT_READ | mmap.PROT_WRITE}
        CHANGED = {"r": 1}
        CHANGED["x"] = 7
        LIST = [1, 3]
        def a(m): return mmap.mmap(-1, 1, prot=MODES[m])  # -> r-- rw-
        def b(m): return mmap.mmap(-1, 1, prot=CHANGED[m])  # -> any
        def c(m): return mmap.mmap(-1, 1, prot=MODES.get(m, 7))  # -> r-- rw- rwx
        def d(): return mmap.mmap(-1, 1, prot=LIST[1])  # -> rw-
    """,
    "set by name": """
        import mmap
        class K: pass
        k = K()
        k.p = 1
        setattr(k, "p", 7)
        def f(): return mmap.mmap(-1, 1, prot=k.p)  # -> any
    """,
    "attributes of other libraries' objects": """
        import mmap, argparse
        class Own:
            def __init__(self): self.prot = 1
            def make(self): return mmap.mmap(-1, 1, prot=self.prot)  # -> r--
        def f(args): return mmap.mmap(-1, 1, prot=args.prot)  # -> any
        own = Own()
        def g(): return mmap.mmap(-1, 1, prot=own.prot)  # -> r--
    """,
    "properties and generated constructors": """
        import mmap
        from dataclasses import dataclass
        class A:
            def __init__(self): self.prot = 1
        class B:
            @property
            def prot(self): return 7
            def make(self): return mmap.mmap(-1, 1, prot=self.prot)  # -> any
        @dataclass
        class C:
            rights: int = 1
            def make(self): return mmap.mmap(-1, 1, prot=self.rights)  # -> any
        C(7).make()
        class D:
            def __init__(self, **given):
                self.mode = 1
                self.__dict__.update(given)
            def make(self): return mmap.mmap(-1, 1, prot=self.mode)  # -> any
    """,
    "globals by name": """
        import mmap
        P = 1
        globals()["P"] = 7
        def f(): return mmap.mmap(-1, 1, prot=P)  # -> any
    """,
    "classes that make themselves": """
        import mmap
        class A:
            def __init__(self, prot=1): self.prot = prot
            @classmethod
            def wide(cls): return cls(7)
            def make(self): return mmap.mmap(-1, 1, prot=self.prot)  # -> any
        A().make()  # -> r--
        class B:
            @classmethod
            def make(cls, prot=1): return mmap.mmap(-1, 1, prot=prot)  # -> r-- rwx
        B.make(7)  # -> rwx
        B.make()  # -> r--
    """,
    "the last star wins": """
        from mmap import *
        from elsewhere import *
        def f(): return mmap(-1, 1, MAP_PRIVATE, PROT_READ)  # -> any
    """,
    "types are no calls": """
        import mmap
        from typing import Optional, Union
        T = Optional[mmap.mmap]
        def f(m: mmap.mmap) -> "mmap.mmap":
            if isinstance(m, mmap.mmap): return m
            if type(m) is mmap.mmap: return m
    """,
    "ctypes": """
        import ctypes, mmap
        libc = ctypes.CDLL(None, use_errno=True)
        protect = libc.mprotect
        protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        def a(p): protect(p, 1, 7)  # -> rwx
        def b(p): ctypes.pythonapi.mprotect(ctypes.c_void_p(p), 1, ctypes.c_int(1))  # -> r--
        def c(): return libc.mmap(None, 1, mmap.PROT_READ, 34, -1, 0)  # -> r--
        def d(p): getattr(libc, "mprotect")(p, 1, 3)  # -> rw-
        def e(p): libc["mprotect"](p, 1, 3)  # -> rw-
        proto = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        made = proto(("mprotect", libc))
        def f(p): made(p, 1, 7)  # -> rwx
        def g(p, name): getattr(libc, name)(p, 1, 1)  # -> any
        class Library:
            def __init__(self):
                self.lib = ctypes.CDLL(None)
                self.protect = self.lib.mprotect
            def h(self, p): self.protect(p, 1, 7)  # -> rwx
    """,
    "a table of functions": """
        import ctypes
        libc = ctypes.CDLL(None)
        TABLE = {"p": libc.mprotect}  # -> any
        def f(p): TABLE["p"](p, 1, 7)
    """,
    "windows": """
        import ctypes
        k = ctypes.windll.kernel32
        def a(n): return k.VirtualAlloc(None, n, 0x3000, 0x40)  # -> rwx
        def b(p, n):
            old = ctypes.c_ulong()
            return ctypes.windll.kernel32.VirtualProtect(p, n, 0x04, ctypes.byref(old))  # -> rw-
    """,
    "cffi": """
        from cffi import FFI
        ffi = FFI()
        lib = ffi.dlopen(None)
        def a(n): return lib.mmap(ffi.NULL, n, lib.PROT_READ | 2, 34, -1, 0)  # -> rw-
        def b(p, n): return lib.mprotect(p, n, 5)  # -> r-x
    """,
    "libraries": """
        import numpy as np
        from multiprocessing import shared_memory
        a = np.memmap("x", mode="r")  # -> r--
        def b(m): return np.memmap("x", mode=m)  # -> r-- rw-
        c = shared_memory.SharedMemory(create=True, size=1)  # -> rw-
    """,
}


def wanted(text):
    """Line to what is said of it."""
    return {
        number: line.partition("# -> ")[2].split()
        for number, line in enumerate(text.splitlines(), start=1)
        if "# -> " in line
    }


@pytest.mark.parametrize("name", SNIPPETS)
def test_what_may_be_requested(name, tmp_path):
    text = textwrap.dedent(SNIPPETS[name]).lstrip("\n")
    (tmp_path / "snippet.py").write_text(text)
    report = scan([str(tmp_path / "snippet.py")], PACK)
    assert not report.unverified
    assert not report.errors
    found: dict[int, list[str]] = {}
    for finding in report.findings:
        site = finding.site
        assert site.language == "python"
        known = ["any"] if site.open and len(site.protections) == 8 else sorted(map(str, site.protections))
        found[site.location.line] = known + ["open"] * (site.open and known != ["any"])
    assert found == {line: sorted(said) if said != ["any"] else said for line, said in wanted(text).items()}


def test_names_from_other_modules(tmp_path):
    (tmp_path / "lib.py").write_text("import ctypes\nguard = ctypes.CDLL(None).mprotect\nLIMIT = 1\n")
    (tmp_path / "boost.py").write_text("import lib\ndef boost():\n    lib.LIMIT = 7\n")
    (tmp_path / "use.py").write_text(
        "import mmap\nimport lib\nfrom lib import guard\n"
        "def f():\n    return mmap.mmap(-1, 1, prot=lib.LIMIT)\n"
        "def g(p):\n    guard(p, 1, 7)\n"
    )
    findings = scan([str(tmp_path)], PACK).findings
    said = {finding.site.location.line: str(finding.site.protections) for finding in findings}
    assert said == {5: "{r--, rwx}", 7: "{rwx}"}


def test_methods_that_another_module_overrides(tmp_path):
    (tmp_path / "base.py").write_text(
        "import mmap\nclass Base:\n    def rights(self): return 1\n"
        "    def make(self): return mmap.mmap(-1, 1, prot=self.rights())\n"
    )
    (finding,) = scan([str(tmp_path)], PACK).findings
    assert str(finding.site.protections) == "{r--}"
    (tmp_path / "jit.py").write_text("from base import Base\nclass Jit(Base):\n    def rights(self): return 7\n")
    (finding,) = scan([str(tmp_path)], PACK).findings
    assert finding.verdict.value != "benign"


def test_what_cannot_be_parsed_is_a_gap(tmp_path):
    (tmp_path / "a.py").write_text("import mmap\ndef f(:\n")
    (tmp_path / "b.py").write_text("import mmap\nmmap.mmap(-1, 1)\n")
    report = scan([str(tmp_path)], PACK)
    assert [(gap.kind, gap.line) for gap in report.errors] == [("lost", 2)]
    assert [finding.verdict.value for finding in report.findings] == ["unresolved"], "what was not read may add x"


def test_a_script_is_known_by_its_first_line(tmp_path):
    script = tmp_path / "tool"
    script.write_text("#!/usr/bin/env python3\nimport mmap\nmmap.mmap(-1, 1, prot=7)\n")
    (finding,) = scan([str(script)], PACK).findings
    assert finding.site.language == "python"


def test_a_tree_without_a_name_is_not_parsed(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("x = 1\n")
    monkeypatch.setitem(__import__("sys").modules, "libcst", None)
    assert scan([str(tmp_path)], PACK).files == 1
