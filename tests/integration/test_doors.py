"""n8n's doors for mails, documents and alerts: what is not ours, or too large, is refused in words and starts nothing.

The door for events is in `test_event_intake.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import requests

from stack.client import Stack
from tests.integration.test_event_intake import FOLDER, executions

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


def refused(stack: Stack, door: Door, **request: Any) -> tuple[int, str]:
    """(status, what the answer says) of a post that must start no execution of the workflow behind the door."""
    workflow = json.loads((FOLDER / f"{door.workflow}.json").read_text())["id"]
    before = executions(stack, workflow)
    answer = requests.post(f"{stack.url('n8n')}/webhook/gatehouse/{door.path}", timeout=30, **request)
    assert executions(stack, workflow) <= before
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", DOORS)
def test_a_post_without_the_doors_key_is_refused_and_starts_no_execution(stack: Stack, name: str) -> None:
    door = DOORS[name]
    wrong = {header: value[:-4] + "0000" for header, value in door.key(stack).items()}
    other = DOORS["alerts" if name == "mail" else "mail"].key(stack)
    body = {"message_id": f"<{uuid4()}@x>"}
    for headers in ({}, wrong, other):
        assert refused(stack, door, json=body, headers=headers) == (403, "Authorization data is wrong!")
    files = {"file": ("mail.json", json.dumps(body), "application/json")}
    assert refused(stack, door, files=files) == (403, "Authorization data is wrong!")


@pytest.mark.parametrize("name", DOORS)
def test_json_beyond_two_megabytes_is_refused_and_starts_no_execution(stack: Stack, name: str) -> None:
    door = DOORS[name]
    for headers in (door.key(stack), {}):
        status, said = refused(stack, door, json={"text": "x" * 2_200_000}, headers=headers)
        assert (status, "There was a problem executing the workflow" in said) == (500, True), said


def test_a_file_beyond_two_megabytes_is_refused_and_reaches_no_document(stack: Stack) -> None:
    door, name = DOORS["documents"], f"{uuid4()}.pdf"
    headers = {**door.key(stack), "Content-Type": "application/octet-stream", "X-File-Name": name}
    answer = requests.post(
        f"{stack.url('n8n')}/webhook/gatehouse/documents", data=b"x" * 2_200_000, headers=headers, timeout=30
    )
    assert (answer.status_code, "could not be started" in answer.text) == (500, True), answer.text
    assert not stack.call("admin", "gatehouse.document", "search", [("file_name", "=", name)])
