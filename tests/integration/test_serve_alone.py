"""`make serve`: the scoring API by itself, in an environment of `requirements-serve.txt` alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from stack.client import ROOT, wait_until

pytestmark = pytest.mark.integration
LINE = {"id": "line:1", "item": "ELEC-530", "quantity": 2, "list_price": "50.00", "unit_price": "20.00", "discount": 60.0}  # fmt: skip
ORDER = {"id": "sale.order:1", "currency": "EUR", "customer": "partner:1", "lines": [LINE]}
INVOICE = b"""<?xml version="1.0"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><c:ID>R-1</c:ID></Invoice>"""


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address and the key that `make serve` prints; ended as Ctrl-C ends it."""
    chosen = {"GATEHOUSE_STACK_DIR": str(folder / "stack"), "PYTHONUNBUFFERED": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_PORT")}
    log = folder / "serve.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "stack", "serve"], cwd=ROOT, env={**kept, **chosen},
            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        shown = wait_until(
            lambda: (re.search(r"scoring API on (\S+)", log.read_text()), re.search(r"key: (\S+)", log.read_text())),
            lambda found: all(found) or process.poll() is not None,
        )  # fmt: skip
        address, key = (found.group(1) if found else "" for found in shown)
        assert key, log.read_text()
        wait_until(lambda: answers(f"{address}/readyz"), bool)
        yield address, {"Authorization": f"Bearer {key}"}
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)  # what is under way is answered first
    assert process.returncode == 0, log.read_text()


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.ConnectionError:
        return False


def post(address: str, key: dict[str, str], **body: Any) -> dict[str, Any]:
    answer = requests.post(address, headers=key, timeout=60, **body)
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_with_serving_packages_alone_it_scores_classifies_and_reads_documents_and_ends_when_told(
    tmp_path: Path,
) -> None:
    with served(tmp_path) as (address, key):
        scored = post(f"{address}/v1/discounts/score", key, json={"documents": [ORDER]})
        assert scored["degraded"] is False
        assert 0 < scored["documents"][0]["score"] <= 1
        assert scored["documents"][0]["reasons"]
        mail = {
            "id": "1",
            "subject": "Where is our order S12450?",
            "text": "It was due last week. Where is it?",
        }
        classified = post(f"{address}/v1/emails/classify", key, json={"messages": [mail]})
        assert (classified["degraded"], classified["messages"][0]["class"]) == (False, "delivery_delay")
        read = post(f"{address}/v1/documents/extract", key, data=INVOICE)
        assert "R-1" in str(read["document"])
        assert requests.get(f"{address}/docs", timeout=10).ok
        assert requests.post(f"{address}/v1/discounts/score", json={}, timeout=10).status_code == 401
    wait_until(lambda: answers(f"{address}/healthz"), lambda there: not there, 30)
