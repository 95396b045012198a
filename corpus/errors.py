"""What can go wrong while the corpus is fetched, always with what to do about it."""

from __future__ import annotations


class FetchError(Exception):
    """Something could not be fetched. ``remedy`` is the one thing to do about it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n  remedy: {remedy}")
        self.problem = problem
        self.remedy = remedy
