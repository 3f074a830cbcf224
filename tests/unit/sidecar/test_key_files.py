"""The key of a process that goes on for months."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from sidecar.operations.keys import key_of


def test_a_key_in_a_file_is_the_one_that_is_there_at_the_moment(tmp_path: Path) -> None:
    file = tmp_path / "key"
    key = key_of(None, file, "GATEHOUSE_ODOO_KEY")
    file.write_text("first\n")
    assert key() == "first"
    file.write_text("second\n")
    assert key() == "second"


def test_a_file_that_is_away_fails_the_round_and_not_the_process(tmp_path: Path) -> None:
    key = key_of("", tmp_path / "key", "GATEHOUSE_ODOO_KEY")
    with pytest.raises(click.ClickException, match="GATEHOUSE_ODOO_KEY_FILE cannot be read"):
        key()
    (tmp_path / "key").write_text("there again")
    assert key() == "there again"


def test_without_a_key_and_a_file_both_variables_are_named() -> None:
    with pytest.raises(click.UsageError, match=r"GATEHOUSE_ODOO_KEY.*GATEHOUSE_ODOO_KEY_FILE"):
        key_of(None, None, "GATEHOUSE_ODOO_KEY")
    assert key_of("given", None, "GATEHOUSE_ODOO_KEY")() == "given"
