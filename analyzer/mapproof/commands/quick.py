"""The answer to most commits: none of these files mentions a mapping function, so there is nothing to find.

This looks for the same words as the frontends do before they parse, and imports nothing that a look at bytes does not
need. What is not plain (a folder, an archive, another option, a decision nearby, a policy with rules or decisions of
its own) is left to the whole tool.
"""

from __future__ import annotations

import os
from time import monotonic

TYPE_CHECKING = False  # as typing's, whose import would be a fifth of the cost
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LARGEST = 8 << 20
"""Bytes of a file that is looked at here."""
_OWN, _SHARED, _DECISIONS = "mapproof.toml", "pyproject.toml", "mapproof.suppressions.toml"
_REMARK = b"mapproof: allow"
"""As ``frontends.base.REMARK``."""
_ELF = b"\x7fELF"


def nothing_found(arguments: Sequence[str]) -> str | None:
    """What ``mapproof check ARGUMENTS`` prints, if it is plain that it finds nothing; else ``None``."""
    started = monotonic()
    flags = {word for word in arguments if word.startswith("-")}
    paths = [word for word in arguments if not word.startswith("-")]
    if flags - {"--staged", "--quiet"} or not paths or _colored() or "PRE_COMMIT_FROM_REF" in os.environ:
        return None
    names = _names()
    words = needles(names)
    found = _configuring({os.path.dirname(path) for path in paths}) if words else None  # noqa: PTH120  paths are text here
    counted = set(paths) if not found else None if found is None or _DECISIONS in found else _allowed(paths)
    if not counted or not all(_is_plain(path, words, names, "--staged" in flags) for path in set(paths)):
        return None
    if "--staged" in flags and _mentioned_in_index(words):
        return None
    if "--quiet" in flags:
        return ""
    count = len(counted)
    counts = "0 violations, 0 executable, 0 unresolved, 0 benign (proved), 0 not covered"
    return f"{counts}; {count} file{'s' * (count != 1)} in {(monotonic() - started) * 1000:.0f} ms\n"


def _names() -> list[bytes]:
    """Every function that the pack which ships with the tool knows."""
    try:
        with open(_callees(), "rb") as file:  # noqa: PTH123  paths are text here
            lines = file.read().split(b"\n")
    except OSError:
        return []
    return [line[8 : line.index(b"]")] for line in lines if line.startswith(b"[callee.")]


def needles(names: Sequence[bytes] | None = None) -> list[bytes]:
    """The fewest words of which one stands wherever a mapping function is named, or a comment speaks to mapproof."""
    found: list[bytes] = []
    for name in sorted(_names() if names is None else names, key=len):
        if not any(word in name for word in found):
            found.append(name)
    return [*found, _REMARK] if found else []


def _callees() -> str:
    """``callees.toml`` of the pack that ships with the tool: inside the wheel, or beside the checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  likewise
    inside = f"{package}/rules/callees.toml"
    return inside if os.path.exists(inside) else f"{package}/../../rules/callees.toml"  # noqa: PTH110  likewise


def _colored() -> bool:
    return os.isatty(1) or os.environ.get("FORCE_COLOR", "0") not in {"", "0"}


def common_folder(paths: Sequence[str]) -> str:
    """The folder (absolute) that holds all of these files and folders: where the search for a policy begins."""
    here = os.getcwd()  # noqa: PTH109  likewise
    if not paths:
        return here
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.abspath, paths)]  # noqa: PTH112, PTH120  likewise
    try:
        return os.path.commonpath(folders)
    except ValueError:
        return here


def _configuring(folders: Iterable[str]) -> set[str]:
    """The names of the files nearby that may hold a policy or decisions for these folders."""
    seen: set[str] = set()
    found: set[str] = set()
    for folder in folders:
        current = os.path.abspath(folder)  # noqa: PTH100  likewise
        while current not in seen:
            seen.add(current)
            for name in (_OWN, _SHARED, _DECISIONS):
                content = _content(f"{current}/{name}")
                if content is not None and (name != _SHARED or b"mapproof" in content):
                    found.add(name)
            current = os.path.dirname(current)  # noqa: PTH120  likewise
    return found


def _allowed(paths: Sequence[str]) -> set[str] | None:
    """The files that the nearest policy lets be looked at; ``None`` where it has more to say than this tells."""
    from mapproof.errors import MapproofError
    from mapproof.policy.find import nearest

    try:
        policy = nearest(common_folder(paths), _content)
    except MapproofError:
        return None
    if policy.rules or policy.accepted or policy.suppressions or policy.baseline or policy.compile_commands:
        return None
    if not policy.exclude:
        return set(paths)
    from mapproof.commands.gate import exclusion

    excluded = exclusion(policy)
    return {path for path in paths if not excluded(path)}


def _is_plain(path: str, words: Sequence[bytes], names: Sequence[bytes], staged: bool) -> bool:
    """Whether a file is text without any of the words, or a binary in which nothing can be found either."""
    content = _content(path)
    if content is None:
        return False
    near = [word for word in words if word in content]
    if content[:4] == _ELF and not staged and _is_named_as_binary(os.path.basename(path)):  # noqa: PTH119  likewise
        from mapproof.frontends.elf.glance import is_plain

        return is_plain(content, [name for name in names if any(word in name for word in near)])
    return not near and b"\0" not in content


def _is_named_as_binary(name: str) -> bool:
    """Whether no other frontend takes a file of this name for its own."""
    suffix = name.rpartition(".")[2]
    return suffix == name or suffix in {"so", "node", "elf"} or suffix.isdigit()


def _content(path: str) -> bytes | None:
    """A regular file's bytes; ``None`` where it is none, or large, or can't be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        size = os.fstat(descriptor).st_size
        content = os.read(descriptor, size + 1) if size <= _LARGEST else b""
        return content if len(content) == size else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _mentioned_in_index(words: Sequence[bytes]) -> bool:
    """Whether any text that git holds in its index has one of the words; so it is taken to be where git can't tell."""
    command = ["git", "grep", "--cached", "--quiet", "-I", "--fixed-strings"]
    for word in words:
        command += ["-e", os.fsdecode(word)]
    try:
        top = _top()
        actions = [
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        process = os.posix_spawnp("git", [*command, "--", top], os.environ, file_actions=actions)
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != 1
    except (AttributeError, OSError):
        return True


def _top() -> str:
    """The top folder of the working tree."""
    current = os.getcwd()  # noqa: PTH109  likewise
    while not os.path.lexists(f"{current}/.git"):
        parent = os.path.dirname(current)  # noqa: PTH120  likewise
        if parent == current:
            raise FileNotFoundError
        current = parent
    return current
