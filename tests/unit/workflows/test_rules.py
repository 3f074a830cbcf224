"""Each lint rule keeps quiet at its good example and speaks at its bad one."""

from __future__ import annotations

from typing import Any

import pytest

from sidecar.workflows.normal import STICKY, normalise
from sidecar.workflows.rules import RULES
from sidecar.workflows.rules.examples import BASE, context, example
from sidecar.workflows.rules.model import EXECUTE, HTTP, WEBHOOK, Rule
from sidecar.workflows.rules.safety import SECRET_VALUE

BY_ID = {rule.id: rule for rule in RULES}


def messages(rule_id: str, change: dict[str, Any]) -> list[str]:
    workflow = example(change)
    return list(BY_ID[rule_id].check(workflow, context(workflow)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_good_and_bad_example(rule: Rule) -> None:
    assert messages(rule.id, rule.good) == []
    assert messages(rule.id, rule.bad)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_documented(rule: Rule) -> None:
    assert rule.text.endswith(".")
    assert rule.good_text != rule.bad_text


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(RULES) == 21


def test_base_keeps_every_rule_and_is_normal() -> None:
    assert [(r.id, m) for r in RULES for m in messages(r.id, {})] == []
    assert normalise(BASE) == BASE


def node(**changes: Any) -> dict[str, Any]:
    return {"node": changes}


@pytest.mark.parametrize(
    ("rule_id", "change"),
    [
        ("execution-timeout", {"settings": {"executionTimeout": None}}),
        ("execution-timeout", {"settings": {"executionTimeout": True}}),
        ("execution-timeout", {"settings": {"executionTimeout": 86400}}),
        ("http-timeout", node(type=HTTP, parameters={"options": {"timeout": 600000}})),
        ("bounded-retries", node(retryOnFail=True, waitBetweenTries=60000)),
        ("failure-branch", node(type=HTTP, parameters={})),
        ("failure-branch", node(onError="continueRegularOutput")),
        ("signed-trigger", {"trigger": {"type": "n8n-nodes-gatehouse.gatehouseTrigger", "parameters": {}}}),
        (
            "signed-trigger",
            {
                "trigger": {
                    "type": WEBHOOK,
                    "parameters": {"authentication": "headerAuth"},
                    "credentials": {"httpHeaderAuth": {"id": "m", "name": "M"}},
                }
            },
        ),
        ("no-secrets", node(credentials={"gatehouseApi": {"id": "a", "name": "A", "data": {"apiKey": "x"}}})),
        ("no-secrets", node(credentials={"gatehouseApi": {"id": None, "name": "A"}})),
        ("no-secrets", node(parameters={"apiKey": "x"})),
        ("no-secrets", {"note": {"parameters": {"content": "whsec_MDEyMzQ1Njc4OTAx"}}}),
        ("no-secrets", {"staticData": {"node": {"token": "Bearer 0123456789abcdef"}}}),
        ("no-env", node(parameters={"url": "={{ $vars.base }}"})),
        ("named-nodes", node(name="HTTP Request")),
        ("named-nodes", {"add": {"id": "n9", "name": "Write back", "type": EXECUTE}}),
        ("no-orphans", node(disabled=True)),
        (
            "no-orphans",
            {"connections": {"Nobody": {"main": [[{"node": "Write back", "type": "main", "index": 0}]]}}},
        ),
        ("owner-and-purpose", {"note": {"parameters": {"content": "**Owner:** Sales"}}}),
        ("owner-and-purpose", {"nodes": [{"id": "n", "name": "n", "type": STICKY, "parameters": {}}]}),
        ("owner-and-purpose", {"nodes": []}),
        ("known-workflows", {"settings": {"errorWorkflow": "gone"}}),
        ("ready-for-n8n-3", node(type="n8n-nodes-base.function")),
        ("ready-for-n8n-3", node(alwaysOutputData=True)),
        ("ready-for-n8n-3", node(parameters={"text": "={{ $getPairedItem() }}"})),
        ("workflow-id", {"name": "Example"}),
        ("known-node-types", {"add": {"id": "n9", "name": "X", "type": "n8n-nodes-gatehouse.other"}}),
    ],
)
def test_further_bad_cases(rule_id: str, change: dict[str, Any]) -> None:
    assert messages(rule_id, change)


def test_expressions_are_counted_outside_the_hot_path() -> None:
    parameters = {f"p{number}": "={{ 1 }}" for number in range(20)}
    assert messages("expressions", node(parameters=parameters)) == []
    assert messages("expressions", node(parameters=parameters | {"more": "={{ 2 }}"}))


@pytest.mark.parametrize(
    "text",
    [
        "https://user:pass@host/x",
        "Bearer abcdefghijklmnop",
        "-----BEGIN RSA PRIVATE KEY-----",
        "xoxb-1234567890-abc",
    ],
)
def test_secret_patterns(text: str) -> None:
    assert SECRET_VALUE.search(text)


@pytest.mark.parametrize(
    "text", ["https://host:8080/path@x", "whsec_ + base64", "the bearer of bad news", "={{ $json.token }}"]
)
def test_ordinary_text_is_no_secret(text: str) -> None:
    assert not SECRET_VALUE.search(text)
