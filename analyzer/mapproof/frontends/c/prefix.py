"""What the text before a top-level brace says that the brace opens."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from mapproof.frontends.c.lexeme import CHARACTER, COMMENT, STRING
from mapproof.frontends.c.skeleton import CLOSE, OPEN

_QUIET: Final = re.compile(COMMENT + rb"|(" + STRING + rb")|(" + CHARACTER + rb")", re.DOTALL)
_DIRECTIVE_LINE: Final = re.compile(rb"^[ \t]*\#(?:[^\\\n]++|\\(?:\r\n|.))*+", re.MULTILINE | re.DOTALL)
_PARENTHESES: Final = re.compile(rb"\([^()]*\)")
_ANGLES: Final = re.compile(rb"<[^<>;{}]*>")
_ATTRIBUTE: Final = re.compile(
    rb"\b(?:__attribute__|__attribute|__declspec|alignas|_Alignas|__asm__|__asm|asm|noexcept|throw|decltype|requires"
    rb"|__pragma|_Pragma)\s*\x01|\b__extension__\b|\[\[[^]]*\]\]"
)
_OPERATOR: Final = re.compile(rb"\boperator\s*(?:\x01|\[\]|[^\s\w\x01]+)")
_EXTERN: Final = re.compile(rb'(?:[A-Z_]\w*\s+)?extern\s*""\s*\Z')
_NAMESPACE: Final = re.compile(rb"(?:inline\s+)?namespace\b\s*((?:\w+\s*)?(?:::\s*(?:inline\s+)?\w+\s*)*)\Z")
_CLASS: Final = re.compile(
    rb"\b(?:class|struct|union)\b\s*(?:\w+\s+|\w+\s*\x01\s*)*?(\w+)?\s*(?:final\s*)?(?:(?<!:):(?!:)[^=]*)?\Z"
)
_RECORD: Final = re.compile(rb"(?:\w+\s+)*?(?:struct|union|class|enum)\s+\w+\s*\x01\s*\w*\s*\Z")
_MEMBER_INITIALIZER: Final = re.compile(rb"\x01[^=;]*(?<!:):(?!:)[^;{]*?[\w>]\s*\Z")
_OLD_STYLE: Final = re.compile(rb"[\w$]\s*\x01\s*[A-Za-z_]")
_ALONE: Final = re.compile(rb"[A-Z_][A-Z0-9_]+\s*\x01?\s*\Z|__\w+\s*\x01?\s*\Z")
_BODY_BEFORE: Final = re.compile(rb"(?:\)|\b(?:const|noexcept|override|final|try)|[\w>})]\s*[})])\s*\Z")
_LONGEST: Final = 1 << 13


class Container(NamedTuple):
    """A brace whose content is a sequence of declarations. ``name`` is empty for ``extern "C"``."""

    name: str
    is_class: bool


@lru_cache(maxsize=4)
def _flat(prefix: bytes) -> bytes:
    """Comments and directives gone, literals empty, each balanced pair of parentheses one byte 1, attributes gone."""
    text = _DIRECTIVE_LINE.sub(b" ", prefix[-_LONGEST:])
    text = _QUIET.sub(lambda found: b'""' if found.group(1) else b"0" if found.group(2) else b" ", text)
    before = b""
    while before != text:
        before, text = text, _PARENTHESES.sub(b"\x01", text)
    return _ATTRIBUTE.sub(b" ", text).strip()


def container_of(prefix: bytes, *, cpp: bool) -> Container | None:
    """The container that a brace after ``prefix`` opens, ``None`` if its content is no sequence of declarations."""
    if len(prefix) > _LONGEST:
        return None
    text = _flat(prefix)
    if _EXTERN.fullmatch(text):
        return Container("", is_class=False)
    if not cpp:
        return None
    namespace = _NAMESPACE.search(text)
    if namespace is not None:
        return Container("".join(namespace.group(1).decode("utf-8", "replace").split()), is_class=False)
    return _class_of(_without_templates(text))


def _class_of(text: bytes) -> Container | None:
    found = _CLASS.search(text)
    if found is None or b"=" in text or re.search(rb"\benum\b", text) or b"\x01" in text[: found.start()]:
        return None
    return Container((found.group(1) or b"").decode("utf-8", "replace"), is_class=True)


def _without_templates(text: bytes) -> bytes:
    before = b""
    while before != text:
        before, text = text, _ANGLES.sub(b" ", text)
    return text


def holds_functions(data: bytes, events: list[int], number: int) -> bool:
    """Whether a function body stands in the braces that event ``number`` opens, in classes within them too."""
    depth = 0
    for event in events[number:]:
        offset, code = event >> 2, event & 3
        if code == OPEN:
            if depth and _BODY_BEFORE.search(_QUIET.sub(b" ", data[max(0, offset - 200) : offset])):
                return True
            depth += 1
        elif code == CLOSE:
            depth -= 1
            if depth == 0:
                return False
    return False


def is_function_head(prefix: bytes) -> bool:
    """Whether a brace after ``prefix`` opens a function's body, after which the declaration is over."""
    text = _OPERATOR.sub(b"f", _without_templates(_flat(prefix)))
    if b"\x01" not in text or b"=" in text or _RECORD.match(text):
        return False
    return _MEMBER_INITIALIZER.search(text) is None


def is_old_style_head(text: bytes) -> bool:
    """Whether a declaration that ended in ``;`` is the head of a function with parameters declared after it."""
    return _OLD_STYLE.search(_flat(text)) is not None


def stands_alone(text: bytes) -> bool:
    """Whether text without a ``;`` is a macro that stands by itself: ``BEGIN_DECLS``, ``MODULE_LICENSE("GPL")``."""
    return _ALONE.fullmatch(_flat(text)) is not None
