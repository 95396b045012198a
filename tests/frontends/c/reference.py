"""The compiler's own preprocessor as a reference: what one configuration leaves of a file, and of our readings."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from mapproof.frontends.c.lexeme import Kind, tokens_of
from mapproof.frontends.c.reading import readings
from mapproof.frontends.c.tree import SourceTree
from mapproof.model.condition import evaluate_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mapproof.frontends.c.reading import Reading

Configuration = dict[str, int | None]
"""Symbol to value; ``None`` is undefined, and undefined symbols may be left out."""

_MARK = re.compile(rb"__mapproof_(arm|end)\((\d+)(?:,(\d+))?\)[;,]")


def compiled(path: Path, configuration: Mapping[str, int | None], *includes: Path) -> list[bytes]:
    """The tokens that ``cc -E`` leaves in one configuration."""
    flags = [f"-D{name}={value}" for name, value in configuration.items() if value is not None]
    language = "c++" if path.suffix == ".cpp" else "c"
    command = ["cc", "-x", language, "-E", "-P", "-w", *flags, *(f"-I{folder}" for folder in includes), str(path)]
    run = subprocess.run(command, capture_output=True, check=True)
    return [token.text for token in tokens_of(run.stdout)]


def read(path: Path, configuration: Mapping[str, int | None], tree: SourceTree | None = None) -> list[bytes]:
    """The tokens that our readings of all configurations hold for one of them."""
    tree = tree or SourceTree([str(path)])
    source = tree.source(str(path))
    result: list[bytes] = []
    for chunk in source.chunks:
        fitting = [
            reading
            for reading in readings(tree, source, chunk, cpp=source.cpp)
            if evaluate_with(reading.presence, configuration)
        ]
        assert len(fitting) <= 1, "presences must exclude each other"
        if evaluate_with(tree.presence(source, chunk.start), configuration):
            assert len(fitting) == 1, "readings must cover the chunk's presence"
        for reading in fitting:
            assert reading.errors == ()
            result.extend(selected(reading, configuration))
    return result


def selected(reading: Reading, configuration: Mapping[str, int | None]) -> list[bytes]:
    """The tokens of a reading that one configuration keeps, its own symbols replaced by their values."""
    truth = {
        group: [evaluate_with(condition, configuration) for condition in conditions]
        for group, conditions in reading.groups.items()
    }
    assert all(sum(arms) == 1 for arms in truth.values()), "arms must partition the builds"
    kept: list[bytes] = []
    position, alive = 0, [True]
    for mark in _MARK.finditer(reading.text):
        if all(alive):
            kept.append(reading.text[position : mark.start()])
        position = mark.end()
        if mark.group(1) == b"end":
            alive.pop()
            continue
        if mark.group(3) == b"0":
            alive.append(True)
        alive[-1] = truth[int(mark.group(2))][int(mark.group(3))]
    kept.append(reading.text[position:])
    tokens = [token.text for token in tokens_of(b" ".join(kept))]
    values = {name.encode(): str(value).encode() for name, value in configuration.items() if value is not None}
    return [values.get(text, text) for text in _chosen(tokens, truth)]


def _chosen(tokens: list[bytes], truth: Mapping[int, list[bool]]) -> list[bytes]:
    """Replace each choice by the expression that is chosen."""
    while b"__mapproof_choice" in tokens:
        start = len(tokens) - 1 - tokens[::-1].index(b"__mapproof_choice")
        number = int(tokens[start + 2])
        parts: list[list[bytes]] = []
        depth, position = 1, start + 3
        while depth:
            text = tokens[position]
            depth += (text in (b"(", b"[")) - (text in (b")", b"]"))
            if depth == 1 and text == b",":
                parts.append([])
            elif depth:
                parts[-1].append(text)
            position += 1
        assert len(parts) == len(truth[number])
        tokens = [*tokens[:start], *parts[truth[number].index(True)], *tokens[position:]]
    return tokens


def words(data: bytes) -> list[bytes]:
    """The token texts of some code."""
    return [token.text for token in tokens_of(data) if token.kind is not Kind.MARK]
