"""What a test run prints and keeps of a stack holds no password and no key."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stack import testrun
from stack.masking import MASK, masked, secrets_of
from stack.store import stack_secrets, write_private


def every_text(content: object) -> list[str]:
    if isinstance(content, dict):
        return [text for value in content.values() for text in every_text(value)]
    return [str(content)]


def test_every_secret_of_a_stack_is_masked_and_nothing_else(tmp_path: Path) -> None:
    secrets = stack_secrets(tmp_path)
    key = "4b73dd326c0d4b73dd32"
    write_private(tmp_path / "provisioned.json", {"admin_key": key, "admin_login": "admin"})
    found = secrets_of([tmp_path, tmp_path / "a stack that never began"])
    values = [text for text in every_text(secrets) if text != secrets["n8n_owner_email"]]
    text = "\n".join(["owner@example.com signs in as admin", key, *values])
    shown = masked(text, found)
    assert not [value for value in values if value in shown]
    assert shown.split("\n") == ["owner@example.com signs in as admin", *[MASK] * (1 + len(values))]


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("secret {} made by a test", "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"),
        ("key {} of a test", "ghs_0123456789abcdef0123"),
        ("token {} of n8n", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"),
        ("postgresql://{}@127.0.0.1/odoo", "odoo:a-word"),
        ("Authorization: Bearer {}", "0123456789abcdef0123456789"),
    ],
)
def test_what_stands_in_no_file_is_masked_by_its_form(line: str, secret: str) -> None:
    assert masked(line.format(secret), []) == line.format(MASK)


def test_the_callers_own_keys_are_masked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_LLM_KEY", "sk-of-the-caller")
    assert masked("asked with sk-of-the-caller", secrets_of([])) == f"asked with {MASK}"


def test_a_failed_suite_shows_its_end_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(testrun, "FOLDER", tmp_path)
    monkeypatch.setattr(testrun, "STACKS", (tmp_path,))
    run = testrun.Run()
    password = "made-while-the-suite-runs"  # as by `up`, which makes the secrets of a stack that is new
    code = (
        "import json, pathlib, sys; "
        f"pathlib.Path({str(tmp_path / 'secrets.json')!r}).write_text(json.dumps({{'admin_password': {password!r}}})); "
        f"print('Odoo login: admin / {password}'); print('the end'); sys.exit(1)"
    )
    assert not run.suite("stack up", [sys.executable, "-c", code])
    out, err = capsys.readouterr()
    assert f"Odoo login: admin / {MASK}" in out
    assert password not in out + err
    assert password not in run.results[0].log.read_text(), "what is kept, and uploaded by a CI, neither"
