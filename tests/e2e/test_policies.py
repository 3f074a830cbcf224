"""Policies as files: what Odoo exports applies unchanged, and the starter set becomes drafts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from sidecar.policies.commands import policies
from stack.client import ROOT, Stack

pytestmark = pytest.mark.e2e


def run(stack: Stack, *words: str, login: str = "operations") -> Result:
    """The command as that user."""
    env = {
        "GATEHOUSE_ODOO_URL": stack.url("odoo"),
        "GATEHOUSE_ODOO_DB": stack.data["databases"]["odoo"],
        "GATEHOUSE_ODOO_LOGIN": login,
        "GATEHOUSE_ODOO_KEY": stack.data["users"][login],
    }
    return CliRunner().invoke(policies, list(words), env=env)


def test_an_export_applies_without_a_change(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    assert run(stack, "export", "--output", str(file)).exit_code == 0
    documents = yaml.safe_load(file.read_text())["policies"]
    assert {"sale_discount", "purchase_amount"} <= {document["control"] for document in documents}
    result = run(stack, "apply", str(file))
    assert f"0 changed, {len(documents)} unchanged" in result.output


def test_the_starter_set_becomes_drafts_and_a_second_time_nothing(stack: Stack) -> None:
    starter = str(ROOT / "policies" / "starter.yaml")
    shown = run(stack, "apply", starter, "--dry-run")
    assert shown.exit_code == 0, shown.output
    made = run(stack, "apply", starter)
    assert made.exit_code == 0, made.output
    rows = stack.call(
        "operations", "gatehouse.policy", "search_read", [("name", "=", "Margin floor")], ["state"]
    )
    assert [row["state"] for row in rows] == ["draft"]
    count = len(yaml.safe_load(Path(starter).read_text())["policies"])
    assert f"0 changed, {count} unchanged" in run(stack, "apply", starter).output


def test_a_wrong_file_and_a_wrong_user_are_refused_with_a_sentence(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text("policies:\n- {control: sale_margin, name: Floor, company: Nowhere}\n")
    wrong = run(stack, "apply", str(file))
    assert (wrong.exit_code, 'Floor: company: there is no "Nowhere"' in wrong.output) == (1, True)
    refused = run(stack, "apply", str(ROOT / "policies" / "starter.yaml"), login="salesperson")
    assert (refused.exit_code, "role does not allow" in refused.output) == (1, True)
