"""The normal form is a fixpoint and forgets only what has no meaning."""

from __future__ import annotations

import copy
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.workflows.normal import Workflow, fingerprint, normalise, render, snap
from sidecar.workflows.rules.examples import BASE

NOISE = {
    "active": True,
    "updatedAt": "x",
    "createdAt": "x",
    "versionId": "v",
    "activeVersionId": "v",
    "versionCounter": 3,
    "triggerCount": 1,
    "isArchived": False,
    "staticData": {"a": 1},
    "meta": {},
    "pinData": {},
    "nodeGroups": [],
    "sourceWorkflowId": "s",
    "shared": [{"project": "O <o@example.com>"}],
    "versionMetadata": {},
    "tags": [],
}


def noisy() -> Workflow:
    workflow = copy.deepcopy(BASE) | copy.deepcopy(NOISE)
    for node in workflow["nodes"]:
        node |= {"onError": "stopWorkflow", "disabled": False, "maxTries": 3, "notes": ""}
        node["position"] = [node["position"][0] + 3, node["position"][1] - 5]
        node["parameters"]["workflowId"] = {
            "__rl": True,
            "value": "x",
            "cachedResultName": "X",
            "cachedResultUrl": "/x",
        }
    random.Random(7).shuffle(workflow["nodes"])
    workflow["connections"]["Write back"] = {"main": [[], []]}
    workflow["connections"]["Every hour"]["main"].append(None)
    return workflow


def test_fixpoint() -> None:
    once = normalise(noisy())
    assert normalise(once) == once
    assert render(normalise(once)) == render(once)


def test_noise_has_no_meaning() -> None:
    plain = copy.deepcopy(BASE)
    for node in plain["nodes"]:
        node["parameters"]["workflowId"] = {"__rl": True, "value": "x"}
    assert normalise(noisy()) == normalise(plain)
    assert fingerprint(noisy()) == fingerprint(plain)


def test_argument_is_not_changed() -> None:
    workflow = noisy()
    before = copy.deepcopy(workflow)
    normalise(workflow)
    assert workflow == before


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {"executionTimeout": 5}},
        {"name": "other"},
        {"connections": {}},
        {"nodes": BASE["nodes"][:2]},
    ],
)
def test_meaning_changes_the_fingerprint(change: Workflow) -> None:
    assert fingerprint(BASE | change) != fingerprint(BASE)


def test_sticky_notes_come_first_then_left_to_right() -> None:
    assert [node["id"] for node in normalise(noisy())["nodes"]] == ["n0", "n1", "n2", "n3"]


@given(st.integers(-10_000, 10_000))
def test_snap(value: int) -> None:
    assert snap(value) % 16 == 0
    assert abs(snap(value) - value) <= 8
    assert snap(snap(value)) == snap(value)
