"""``analyzer/README.md`` is the map of the house: true of every file there is."""

from __future__ import annotations

import re

from .map import BEGIN, END, PAGE, ROOT, page, table
from .test_layers import MAY_IMPORT, WIRING


def test_the_map_is_current():
    assert BEGIN in PAGE.read_text()
    assert END in PAGE.read_text()
    assert PAGE.read_text() == page(), "run: python -m tests.house.map"


def test_the_map_says_something_of_every_file():
    said = re.findall(r"^\| `[\w./]+` \| (.+) \|$", table(), re.MULTILINE)
    assert len(said) > 20
    assert all(len(words.split()) > 2 for words in said)


def test_every_room_of_the_law_is_told():
    text = PAGE.read_text()
    assert not [room for room in {*MAY_IMPORT, *WIRING} if not room.startswith("__") and f"`{room}" not in text]


def test_links_lead_somewhere():
    pages = [ROOT / "README.md", PAGE, ROOT / ".github" / "CONTRIBUTING.md", ROOT / "corpus" / "README.md"]
    lost = [
        f"{linking.relative_to(ROOT)}: {target}"
        for linking in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", linking.read_text())
        if "://" not in target and not (linking.parent / target).exists()
    ]
    assert not lost


def test_decisions_are_numbered_without_a_gap():
    pages = sorted((ROOT / "analyzer" / "decisions").glob("*.md"))
    assert pages
    assert [decision.name[:5] for decision in pages] == [f"{number:04}-" for number in range(1, len(pages) + 1)]
