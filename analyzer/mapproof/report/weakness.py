"""Weaknesses that rules name: numbers, titles and pages of the CWE list (MITRE)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TITLES: Final[Mapping[str, str]] = {
    "94": "Improper Control of Generation of Code ('Code Injection')",
    "250": "Execution with Unnecessary Privileges",
    "123": "Write-what-where Condition",
    "252": "Unchecked Return Value",
    "253": "Incorrect Check of Function Return Value",
    "379": "Creation of Temporary File in Directory with Insecure Permissions",
    "426": "Untrusted Search Path",
    "547": "Use of Hard-coded, Security-relevant Constants",
    "628": "Function Call with Incorrectly Specified Arguments",
    "636": "Not Failing Securely ('Failing Open')",
    "693": "Protection Mechanism Failure",
    "732": "Incorrect Permission Assignment for Critical Resource",
    "1123": "Excessive Use of Self-Modifying Code",
    "1282": "Assumed-Immutable Data is Stored in Writable Memory",
}
"""Titles as in the CWE list (MITRE) of the weaknesses that rules name."""


def number(cwe: str) -> str:
    """``732`` of ``CWE-732``."""
    return cwe.removeprefix("CWE-")


def title(cwe: str) -> str:
    """The title in the list; the id itself where it is not known here."""
    return _TITLES.get(number(cwe), f"CWE-{number(cwe)}")


def page(cwe: str) -> str:
    """The address of its page."""
    return f"https://cwe.mitre.org/data/definitions/{number(cwe)}.html"
