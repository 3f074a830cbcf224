"""n8n's doors for mails, documents and alerts: what is not ours, or too large, is refused in words and starts nothing.

The door for events is in `test_event_intake.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import requests

from stack.client import Stack
from tests.integration.test_event_intake import FOLDER, executions, starts_nothing

pytestmark = pytest.mark.integration


class Door(NamedTuple):
    path: str
    workflow: str
    key: Callable[[Stack], dict[str, str]]


def token(name: str) -> Callable[[Stack], dict[str, str]]:
    return lambda stack: {"X-Gatehouse-Token": stack.data[name]}


DOORS = {
    "mail": Door("mail", "50-triage-inbound-email", token("mail_token")),
    "documents": Door("documents", "21-intake-supplier-documents", token("documents_token")),
    "look": Door("documents/look", "21-intake-supplier-documents", token("documents_token")),
    "alerts": Door(
        "alerts",
        "04-receive-alerts",
        lambda stack: {"Authorization": f"Bearer {stack.data['alerts_token']}"},
    ),
}


def number(door: Door) -> str:
    """The id of the workflow behind a door."""
    return str(json.loads((FOLDER / f"{door.workflow}.json").read_text())["id"])


def post(stack: Stack, door: Door, **request: Any) -> tuple[int, str]:
    """Status, and what the answer says."""
    answer = requests.post(f"{stack.url('n8n')}/webhook/gatehouse/{door.path}", timeout=30, **request)
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", DOORS)
def test_a_post_without_the_doors_key_or_of_too_much_json_is_refused_and_starts_no_execution(
    stack: Stack, name: str
) -> None:
    door = DOORS[name]
    wrong = {header: value[:-4] + "0000" for header, value in door.key(stack).items()}
    other = DOORS["alerts" if name == "mail" else "mail"].key(stack)
    body = {"message_id": f"<{uuid4()}@x>"}
    files = {"file": ("mail.json", json.dumps(body), "application/json")}
    with starts_nothing(stack, number(door)):
        for headers in ({}, wrong, other):
            assert post(stack, door, json=body, headers=headers) == (403, "Authorization data is wrong!")
        assert post(stack, door, files=files) == (403, "Authorization data is wrong!")
        for headers in (door.key(stack), {}):
            status, said = post(stack, door, json={"text": "x" * 2_200_000}, headers=headers)
            assert (status, "There was a problem executing the workflow" in said) == (500, True), said


def test_a_file_beyond_two_megabytes_is_refused_and_leaves_a_failed_execution_and_no_document(
    stack: Stack,
) -> None:
    door, name = DOORS["documents"], f"{uuid4()}.pdf"
    headers = {**door.key(stack), "Content-Type": "application/octet-stream", "X-File-Name": name}
    failed = executions(stack, number(door), status="error")
    with starts_nothing(stack, number(door), status="success"):
        status, said = post(stack, door, data=b"x" * 2_200_000, headers=headers)
    assert (status, "could not be started" in said) == (500, True), said
    assert len(executions(stack, number(door), status="error") - failed) == 1
    assert not stack.call("admin", "gatehouse.document", "search", [("file_name", "=", name)])


def test_a_form_with_the_doors_key_is_a_file_for_documents_and_nothing_elsewhere(stack: Stack) -> None:
    mark = str(uuid4())
    content = json.dumps({"message_id": f"<{mark}@x>", "sender": "a@b.example", "alerts": []})
    files = {"file": (f"{mark}.csv", content, "text/csv")}
    answers = {
        name: post(stack, DOORS[name], files=files, headers=DOORS[name].key(stack))
        for name in ("mail", "documents", "alerts")
    }
    assert {name: status for name, (status, _) in answers.items()} == {
        "mail": 500, "documents": 201, "alerts": 400,
    }  # fmt: skip
    assert '"stored"' in answers["documents"][1]
    assert "is no post of Alertmanager" in answers["alerts"][1]
    assert not stack.call("admin", "helpdesk.ticket", "search", [("gatehouse_message_id", "ilike", mark)])
    assert len(stack.call("admin", "gatehouse.document", "search", [("file_name", "=", f"{mark}.csv")])) == 1


@contextmanager
def alerts_token(stack: Stack, value: str) -> Iterator[dict[str, str]]:
    """The door for alerts with another token, given to the running n8n through its API; the header that fits it."""

    def give(token: str) -> dict[str, str]:
        header = {"Authorization": f"Bearer {token}"}
        answer = requests.patch(
            f"{stack.url('n8n')}/api/v1/credentials/gatehouse-alerts",
            json={
                "data": {
                    "name": "Authorization",
                    "value": header["Authorization"],
                    "allowedHttpRequestDomains": "none",
                }
            },
            headers={"X-N8N-API-KEY": stack.data["n8n"]["api_key"]},
            timeout=30,
        )
        answer.raise_for_status()
        return header

    try:
        yield give(value)
    finally:
        give(stack.data["alerts_token"])


def test_a_changed_token_opens_its_door_from_the_next_post_and_the_one_before_no_longer(stack: Stack) -> None:
    door = DOORS["alerts"]
    with alerts_token(stack, f"gha_{uuid4()}") as changed:
        answers = [post(stack, door, json={}, headers=headers)[0] for headers in (changed, door.key(stack))]
    assert answers == [400, 403]  # 400: let in, and no post of Alertmanager
    assert post(stack, door, json={}, headers=door.key(stack))[0] == 400
