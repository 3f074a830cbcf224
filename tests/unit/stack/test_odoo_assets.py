"""The times of the files that Odoo compiles into bundles."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stack.odoo_assets import settle_times

pytestmark = pytest.mark.unit


def checkout(folder: Path, content: str) -> Path:
    script = folder / "an_addon" / "static" / "src" / "widget" / "widget.js"
    script.parent.mkdir(parents=True)
    script.write_text(content)
    return script


def test_two_checkouts_of_one_content_have_one_time_and_another_content_has_another(tmp_path: Path) -> None:
    one, two, changed = (
        checkout(tmp_path / name, content) for name, content in (("one", "a"), ("two", "a"), ("changed", "b"))
    )
    os.utime(two, (1, 1))
    for name in ("one", "two", "changed"):
        settle_times(tmp_path / name)
    assert one.stat().st_mtime == two.stat().st_mtime
    assert changed.stat().st_mtime != one.stat().st_mtime


def test_what_is_no_browsers_file_keeps_its_time(tmp_path: Path) -> None:
    checkout(tmp_path, "a")
    manifest = tmp_path / "an_addon" / "__manifest__.py"
    manifest.write_text("{}")
    os.utime(manifest, (1_000, 1_000))
    settle_times(tmp_path)
    assert manifest.stat().st_mtime == 1_000
