"""Built trees appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from stack import cache, paths

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_tree_is_built_once(own_cache: Path) -> None:
    built: list[Path] = []

    def build(tree: Path) -> None:
        built.append(tree)
        (tree / "file").write_text("content")

    first = cache.built("thing", "abc", "a thing", build)
    assert cache.built("thing", "abc", "a thing", build) == first == own_cache / "thing-abc"
    assert (first / "file").read_text() == "content"
    assert len(built) == 1
    assert not built[0].exists()


def test_a_failed_build_leaves_nothing(own_cache: Path) -> None:
    def build(tree: Path) -> None:
        (tree / "half").write_text("")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        cache.built("thing", "abc", "a thing", build)
    assert [path.name for path in own_cache.iterdir()] == ["lock"]


def test_the_hash_follows_content_and_names(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_text("1")
    first = paths.digest(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("x")
    assert paths.digest(folder) == first
    (folder / "a").rename(folder / "b")
    second = paths.digest(folder)
    (folder / "b").write_text("2")
    assert len({first, second, paths.digest(folder)}) == 3


def test_a_text_and_a_file_of_the_same_content_differ(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    assert paths.digest("x") != paths.digest(tmp_path / "x") != paths.digest(b"x")
