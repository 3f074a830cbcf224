"""Strikes are drawn from a seed, so that a run can be repeated."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from stack.credentials import credentials
from stack.environment import (
    Place,
    jobs_environment,
    mailbox_environment,
    n8n_environment,
    odoo_environment,
    partners_environment,
    sidecar_environment,
    watch_environment,
)
from stack.faults.plan import SCALED, UNCUT, catalogue, plan
from stack.paths import ROOT
from stack.store import PORTS as PORT_NAMES
from stack.store import stack_secrets

RELIABILITY = ROOT / "docs" / "reliability.md"

SOCKET = "/run/server"
PORTS = {name: 40000 + at for at, name in enumerate(PORT_NAMES)}


def paths(folder: Path) -> set[str]:
    """`from-to` of every service that is told another one's address: in its settings, or in a credential of n8n."""
    place = Place(PORTS, SOCKET, str(folder), stack_secrets(folder), "")
    url = f"postgresql:///sidecar?host={SOCKET}"
    told: dict[str, list[Any]] = {
        "odoo": [odoo_environment(place), SOCKET],  # the socket stands in Odoo's own configuration file
        "n8n": [n8n_environment(place), credentials(place.neighbours, "odoo", place.secrets, "")],
        "sidecar": [sidecar_environment(place, url)],
        "partners": [partners_environment(place)],
        "mailbox": [mailbox_environment(place, "")],
        "watch": [watch_environment(place, "", "")],
        "jobs": [jobs_environment(place, url, "")],
    }
    ends = {str(port): name for name, port in PORTS.items()} | {SOCKET: "postgres"}
    pairs = {
        (name, end) for name, words in told.items() for sign, end in ends.items() if sign in json.dumps(words)
    }
    return {f"{name}-{end}" for name, end in pairs if not end.startswith(name)}


def test_the_same_seed_gives_the_same_strikes() -> None:
    assert plan(7, 300, 5) == plan(7, 300, 5)
    assert plan(7, 300, 5) != plan(8, 300, 5)


def test_a_long_run_strikes_with_every_fault_there_is() -> None:
    struck = {(strike.kind, strike.target, strike.how) for strike in plan(1, 600, 5)}
    assert struck == set(catalogue())


def test_strikes_lie_within_the_run() -> None:
    assert all(0 <= strike.second < 60 for strike in plan(3, 60, 2))


def test_the_profile_scale_is_struck_in_each_of_its_processes_too() -> None:
    more = set(catalogue(scale=True)) - set(catalogue())
    assert more == {("kill", name, "main") for name in SCALED}
    assert {"n8n_worker_1", "n8n_worker_2", "n8n_webhook"} <= set(SCALED)


def test_every_path_between_two_services_is_cut_and_slowed_or_said_not_to_be(tmp_path: Path) -> None:
    struck = {target for kind, target, _ in catalogue() if kind == "link"}
    assert struck | set(UNCUT) == paths(tmp_path)
    assert not struck & set(UNCUT)
    for target in struck:
        assert {"cut", "slow"} <= {how for kind, name, how in catalogue() if (kind, name) == ("link", target)}


def test_every_path_that_is_not_cut_is_named_with_what_tries_it_instead() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|.*?`(tests/[^`]+\.py)", RELIABILITY.read_text(), re.MULTILINE)
    assert {path for path, _ in rows} == set(UNCUT)
    assert [test for _, test in rows if not (ROOT / test).is_file()] == []
