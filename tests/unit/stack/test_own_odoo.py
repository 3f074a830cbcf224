"""An Odoo of one's own by GATEHOUSE_ODOO_SRC: a source tree, a package, an unpacked one; a changed one is another one."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from stack import build_odoo
from stack.build_odoo import OdooTree, odoo_tree
from stack.steps import StepError

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))


def written(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree as Odoo's repository has it."""
    folder = tmp_path / "odoo-source"
    written(folder / "odoo-bin")
    written(folder / "odoo" / "release.py", "version = '19.0'\n")
    written(folder / "addons" / "sale" / "models" / "sale_order.py", "class SaleOrder: pass\n")
    monkeypatch.setenv("GATEHOUSE_ODOO_SRC", str(folder))
    return folder


def test_a_source_tree_runs_where_it_lies(source: Path) -> None:
    found = odoo_tree()
    assert (found.script, found.python_path) == (source / "odoo-bin", source)
    assert found.addons == (source / "addons", source / "odoo" / "addons")
    assert odoo_tree() == found


def test_a_pull_that_leaves_the_release_alone_makes_another_key(source: Path, tmp_path: Path) -> None:
    upstream = tmp_path / "upstream"
    git(source, "init", "-q", "-b", "19.0")
    git(source, "add", ".")
    git(source, "commit", "-qm", "first")
    git(tmp_path, "clone", "-q", str(source), str(upstream))
    before = odoo_tree().key
    written(upstream / "addons" / "sale" / "models" / "sale_order.py", "class SaleOrder: fixed = True\n")
    git(upstream, "commit", "-qam", "a fix")
    git(source, "pull", "-q", str(upstream), "19.0")
    assert odoo_tree().key != before


def test_a_file_edited_added_or_taken_away_makes_another_key_and_compiled_python_does_not(
    source: Path,
) -> None:
    keys = [odoo_tree().key]
    written(source / "odoo" / "__pycache__" / "release.cpython-311.pyc", "compiled")
    assert odoo_tree().key == keys[0]
    edited = source / "addons" / "sale" / "models" / "sale_order.py"
    edited.write_text("class SaleOrder: own = 1\n")
    keys.append(odoo_tree().key)
    added = written(source / "addons" / "sale" / "static" / "lib" / "dist" / "new.js", "1")
    keys.append(odoo_tree().key)
    added.unlink()
    edited.unlink()
    keys.append(odoo_tree().key)
    assert len(set(keys)) == len(keys)


def unpacked(folder: Path) -> Path:
    written(folder / "usr" / "bin" / "odoo")
    return written(folder / "usr" / "lib" / "python3" / "dist-packages" / "odoo" / "release.py", "19")


def runs_below(found: OdooTree, root: Path) -> bool:
    packages = root / "usr" / "lib" / "python3" / "dist-packages"
    return found == OdooTree(
        found.key, root / "usr" / "bin" / "odoo", packages, (packages / "odoo" / "addons",)
    )


def test_an_unpacked_package_runs_where_it_lies_and_an_upgraded_one_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = unpacked(tmp_path / "root")
    monkeypatch.setenv("GATEHOUSE_ODOO_SRC", str(tmp_path / "root"))
    before = odoo_tree()
    assert runs_below(before, tmp_path / "root")
    release.write_text("19.0.1")
    assert odoo_tree().key != before.key


class ArchiveDouble:
    """Debian's archive without the network; a package of the caller's own is unpacked with what it needs besides."""

    def download(self, folder: Path) -> list[Path]:
        return [folder / "libjs-jquery.deb"]

    def unpack(self, tree: Path, packages: Sequence[Path]) -> None:
        written(tree / "unpacked", " ".join(path.name for path in packages))
        if b"odoo" in packages[0].read_bytes():
            unpacked(tree)


def test_a_package_file_is_unpacked_once_into_the_cache_by_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_odoo, "_archive", lambda *packages: ArchiveDouble())
    package = written(tmp_path / "odoo_19.0+e.deb", "odoo, first build")
    monkeypatch.setenv("GATEHOUSE_ODOO_SRC", str(package))
    first = odoo_tree()
    root = tmp_path / "cache" / f"odoo-{first.key}"
    assert runs_below(first, root)
    assert (root / "unpacked").read_text() == "odoo_19.0+e.deb libjs-jquery.deb"
    assert odoo_tree() == first
    package.write_text("odoo, second build")
    assert odoo_tree().key != first.key


def test_a_package_of_something_else_is_refused_and_nothing_of_it_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_odoo, "_archive", lambda *packages: ArchiveDouble())
    monkeypatch.setenv("GATEHOUSE_ODOO_SRC", str(written(tmp_path / "other.deb", "something else")))
    with pytest.raises(StepError, match=r"other\.deb holds no usr/bin/odoo") as caught:
        odoo_tree()
    assert "GATEHOUSE_ODOO_SRC" in caught.value.hint
    assert not list((tmp_path / "cache").glob("odoo-*"))


def test_a_folder_that_is_no_odoo_is_named_with_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEHOUSE_ODOO_SRC", str(tmp_path))
    with pytest.raises(StepError, match=r"neither a \.deb nor a tree with odoo-bin") as caught:
        odoo_tree()
    assert str(tmp_path) in caught.value.problem
    assert "source tree of Odoo 19" in caught.value.hint
