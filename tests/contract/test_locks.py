"""What is installed is pinned exactly, known by its content where the format can say it, and may be used."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(ROOT.glob("requirements*.txt"))
NODE = sorted(
    path
    for path in ROOT.glob("**/package-lock.json")
    if not {"node_modules", ".stack", ".stack-test"} & set(path.parts)
)
PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[a-z,]+\])?==([0-9][A-Za-z0-9.+!]*)( *;.*)?$")
#: Licences that ask for the source of what links to them; LGPL and MPL do not reach us.
REACHING = re.compile(r"\b(A?GPL|GNU (Affero )?General Public|SSPL|BUSL|Commons Clause)", re.I)


def pins(path: Path) -> dict[str, str]:
    """Package and version by line; a line that is no exact pin fails."""
    found = {}
    for line in path.read_text().splitlines():
        text = line.split("#")[0].strip()
        if not text or text.startswith("-r "):
            continue
        match = PIN.match(text)
        assert match, f"{path.name}: {text!r} is no exact pin"
        found[match.group(1)] = match.group(3)
    return found


def licence_of(name: str) -> str:
    """What the installed package says: expression, classifiers, or the first line of its text."""
    about = metadata.metadata(name)
    texts = [about.get("License-Expression") or "", *(about.get_all("Classifier") or [])]
    named = [text for text in texts if text and (text == texts[0] or text.startswith("License"))]
    return "; ".join(named) or (about.get("License") or "").strip().split("\n")[0]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.name)
def test_python_packages_are_pinned_exactly_and_locks_name_no_address(path: Path) -> None:
    assert pins(path)
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", path.read_text())


def test_serving_is_pinned_like_the_full_set() -> None:
    full = pins(ROOT / "requirements.txt")
    serving = pins(ROOT / "requirements-serve.txt")
    assert {name: version for name, version in serving.items() if full.get(name, version) != version} == {}


def test_every_pinned_package_says_a_licence_that_does_not_reach_us() -> None:
    silent, reaching = [], []
    for name in {**pins(ROOT / "requirements.txt"), **pins(ROOT / "requirements-dev.txt")}:
        licence = licence_of(name)
        if not licence:
            silent.append(name)
        elif REACHING.search(re.sub(r"L(esser )?(GPL|General Public)", "", licence.replace("LGPL", ""))) and (
            "Lesser" not in licence
        ):
            reaching.append(f"{name}: {licence}")
    assert (silent, reaching) == ([], [])


@pytest.mark.parametrize("path", NODE, ids=lambda path: path.parent.name)
def test_node_packages_are_known_by_their_content_and_not_by_an_address(path: Path) -> None:
    packages = {name: entry for name, entry in json.loads(path.read_text())["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    whole = [
        name for name, entry in packages.items() if not entry.get("integrity") and not entry.get("inBundle")
    ]
    assert whole == []
