"""Signing in to n8n's editor."""

from __future__ import annotations

from typing import Any

import pytest

from stack import n8n_editor
from stack.n8n_editor import N8nEditor, N8nRefused


def answering(monkeypatch: pytest.MonkeyPatch, *statuses: int) -> list[str]:
    """n8n answers logins by these statuses in turn; the paths that were asked."""
    asked: list[str] = []

    def rest(self: N8nEditor, path: str, body: Any = None, method: str = "") -> None:
        asked.append(path)
        if (status := statuses[len(asked) - 1]) != 200:
            raise N8nRefused(f"{path} answered {status}: no")

    monkeypatch.setattr(N8nEditor, "rest", rest)
    monkeypatch.setattr(n8n_editor, "WAIT_SECONDS", 0.0)
    return asked


def test_a_login_waits_where_n8n_takes_no_more_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, 429, 429, 200)
    N8nEditor("http://n8n").sign_in("a@b", "p")
    assert asked == ["/rest/login"] * 3


def test_a_wrong_password_is_told_at_once_and_no_login_waits_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answering(monkeypatch, 401)
    with pytest.raises(N8nRefused, match="401"):
        N8nEditor("http://n8n").sign_in("a@b", "p")
    assert len(asked) == 1
    asked = answering(monkeypatch, *[429] * n8n_editor.WAITS)
    with pytest.raises(N8nRefused, match="429"):
        N8nEditor("http://n8n").sign_in("a@b", "p")
    assert len(asked) == n8n_editor.WAITS
