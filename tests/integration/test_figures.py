"""Figures for Prometheus: of the running watch, also while Odoo is away, and of n8n."""

from __future__ import annotations

from uuid import uuid4

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from stack.client import Stack, wait_until

pytestmark = pytest.mark.integration


def figures(stack: Stack, service: str = "watch") -> dict[tuple[str, tuple[str, ...]], float]:
    answer = requests.get(f"{stack.url(service)}/metrics", timeout=60)
    answer.raise_for_status()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_an_exception_in_odoo_is_in_the_figures(stack: Stack) -> None:
    name = ("gatehouse_exceptions_open", ("other",))
    key, opened = f"figures:{uuid4()}", [("category", "=", "other"), ("state", "=", "open")]
    report = {"key": key, "title": "For the figures", "category": "other"}
    assert stack.bot("gatehouse.exception", "report", reports=[report]).json()[0]["created"]

    def told_and_open() -> tuple[float, int]:  # others open and close exceptions meanwhile
        told = figures(stack).get(name, 0.0)
        return told, stack.call("admin", "gatehouse.exception", "search_count", opened)

    wait_until(told_and_open, lambda pair: pair[0] == pair[1] > 0)
    assert figures(stack)[("gatehouse_up", ("odoo",))] == 1
    found = stack.call("operations", "gatehouse.exception", "search", [("key", "=", key)])
    stack.call("operations", "gatehouse.exception", "resolve", found, "Seen in the figures")


def test_n8n_shows_figures_of_its_own_as_prometheus_reads_them(stack: Stack) -> None:
    shown = {name for name, _labels in figures(stack, "n8n")}
    assert {"n8n_version_info", "n8n_process_cpu_seconds_total", "n8n_nodejs_eventloop_lag_seconds"} <= shown


def test_the_figures_name_nobody(stack: Stack) -> None:
    answer = requests.get(f"{stack.url('watch')}/metrics", timeout=60).text
    people = stack.call(
        "admin", "res.partner", "search_read", [("email", "!=", False)], ["name", "email"], limit=50
    )
    assert people
    assert not [row for row in people if row["email"] in answer]
