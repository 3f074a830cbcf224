"""Incoming webhooks take what Slack and Teams would take, and say no as they do."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from stack.partners.app import create_app

KEY = {"Authorization": "Bearer k"}
CARD: dict[str, Any] = {
    "type": "message",
    "attachments": [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}
    ],
}


@pytest.fixture
def client() -> FlaskClient:
    return create_app("k").test_client()


def test_a_post_is_taken_in_the_channels_own_form_and_kept(client: FlaskClient) -> None:
    slack = client.post("/hooks/k/slack", json={"text": "hello"})
    teams = client.post("/hooks/k/teams", json=CARD)
    assert (slack.status_code, slack.text, teams.status_code, teams.text) == (200, "ok", 202, "")
    posts = client.get("/posts", headers=KEY).get_json()["posts"]
    assert [post["channel"] for post in posts] == ["slack", "teams"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/hooks/wrong/slack", {"text": "x"}, 404),
        ("/hooks/k/slack", {"text": " "}, 400),
        ("/hooks/k/slack", [], 400),
        ("/hooks/k/teams", {"text": "x"}, 400),
        ("/hooks/k/teams", {**CARD, "attachments": [{"contentType": "text/html"}]}, 400),
    ],
)
def test_what_the_service_would_not_take_is_refused(
    client: FlaskClient, path: str, body: Any, status: int
) -> None:
    assert client.post(path, json=body).status_code == status
    assert client.get("/posts", headers=KEY).get_json()["posts"] == []


@pytest.mark.parametrize(
    ("mode", "status", "kept"), [("down", 503, 0), ("denied", 404, 0), ("garbage", 200, 1)]
)
def test_it_misbehaves_on_command(client: FlaskClient, mode: str, status: int, kept: int) -> None:
    client.put("/control/alerts", json={"mode": mode}, headers=KEY)
    answer = client.post("/hooks/k/slack", json={"text": "x"})
    assert (answer.status_code, answer.text == "ok") == (status, False)
    assert len(client.get("/posts", headers=KEY).get_json()["posts"]) == kept
