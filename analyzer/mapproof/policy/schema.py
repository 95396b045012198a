"""JSON Schema of what mapproof reads: a policy, and a file of suppressions. Editors and checkers take these."""

from __future__ import annotations

from typing import Any, Final

from mapproof.model.alert import COLUMNS
from mapproof.model.decision import Claim
from mapproof.model.rule import Field
from mapproof.model.verdict import Assumption
from mapproof.policy.policy import FailOn, World

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final = {"type": "string", "pattern": "\\S"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_DATE: Final = {"type": "string", "format": "date", "description": "The last day on which it holds, 2026-01-31."}
_NAME: Final = "^[A-Za-z_][A-Za-z0-9_]*$"


def policy_schema() -> dict[str, Any]:
    """Of ``mapproof.toml``, and of ``[tool.mapproof]`` in ``pyproject.toml``."""
    return {
        "$schema": _DIALECT,
        "title": "mapproof.policy/1",
        "description": "mapproof.toml, or [tool.mapproof] of pyproject.toml; paths are relative to the file's folder.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "paths": _said(_TEXTS, "What is read when a command names no path."),
            "exclude": _said(_TEXTS, "Patterns of files that are left out; ** crosses folders."),
            "defines": {
                "description": "Macros with a fixed value.",
                "type": "object",
                "propertyNames": {"pattern": _NAME},
                "additionalProperties": {"type": ["string", "integer"]},
            },
            "undefines": _said({"type": "array", "items": {"type": "string", "pattern": _NAME}}, "Macros not defined."),
            "include-dirs": _said(_TEXTS, "Folders of included files."),
            "compile-commands": _said(_TEXT, "A compilation database that narrows the configurations."),
            "fail-on": {
                "description": "What a gate objects to: violation and executable with exit code 1, the others with 3.",
                "type": "array",
                "items": {"enum": [member.value for member in FailOn]},
                "default": ["violation", "executable"],
            },
            "strict": {"description": "Fail on everything, accept no assumption.", "type": "boolean"},
            "assumptions": {
                "description": "Assumptions that a verdict may rest on; all when this is not given.",
                "type": "array",
                "items": {"enum": [member.value for member in Assumption]},
            },
            "world": {
                "description": "open: code that was not read may call what was read, so closed-world is not accepted.",
                "enum": [member.value for member in World],
                "default": "closed",
            },
            "rules": _said(_TEXTS, "Folders of further rules and mapping functions."),
            "suppressions": _said(_TEXT, "The file of suppressions; mapproof.suppressions.toml when not given."),
            "baseline": _said(_TEXT, "The file of known findings."),
            "accept": {
                "description": "Executable memory that somebody accepts, and until when.",
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["path", "reason", "author", "expires"],
                    "properties": {
                        "path": _TEXT,
                        "function": _TEXT,
                        "call": _TEXT,
                        "rule": _TEXT,
                        "reason": _TEXT,
                        "author": _TEXT,
                        "expires": _DATE,
                    },
                },
            },
            "alerts": {
                "description": "How a tool without a public format writes alerts: for what it says, the column.",
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["tool"],
                    "properties": {"tool": _TEXT, **dict.fromkeys(COLUMNS, _TEXT)},
                },
            },
        },
    }


def suppressions_schema() -> dict[str, Any]:
    """Of ``mapproof.suppressions.toml``."""
    return {
        "$schema": _DIALECT,
        "title": "mapproof.suppressions/1",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "suppression": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["alias", "claim", "path", "reason", "author"],
                    "properties": {
                        "alias": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"},
                        "claim": {"enum": [member.value for member in Claim]},
                        "path": _said(_TEXT, "The file, or a pattern, as seen from this file's folder."),
                        "function": _TEXT,
                        "call": _said(_TEXT, "The mapping function."),
                        "nth": {"type": "integer", "minimum": 1},
                        "rule": _said(_TEXT, "The finding's rule."),
                        "reason": _TEXT,
                        "author": _TEXT,
                        "created": _DATE,
                        "expires": _DATE,
                        "proof": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                        "source_alert": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["tool"],
                            "properties": {"tool": _TEXT, "rule": _TEXT, "fingerprint": _TEXT},
                        },
                        "holds_while": {
                            "description": "Conditions as in a rule, put to the site again at every run.",
                            "type": "array",
                            "items": {
                                "type": "object",
                                "minProperties": 1,
                                "maxProperties": 1,
                                "additionalProperties": False,
                                "properties": {
                                    member.value: {"anyOf": [_TEXT, {**_TEXTS, "minItems": 1}]} for member in Field
                                },
                            },
                        },
                    },
                },
            }
        },
    }


def _said(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {**schema, "description": description}
