"""Alerts and panels name figures that are shown; promtool runs the rules' own tests."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from sidecar.adapters.metrics import Metrics
from sidecar.operations.exporter import OdooFigures, RoundFigures
from stack.build_promtool import promtool

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "stack" / "observability"
RULES = yaml.safe_load((FOLDER / "rules.yml").read_text())["groups"][0]["rules"]
BOARD = json.loads((FOLDER / "grafana" / "dashboards" / "gatehouse.json").read_text())
MODELS = ROOT / "sidecar" / "adapters" / "model_figures.py"
GAUGES = ROOT / "odoo-addons" / "gatehouse" / "models" / "gatehouse_metrics.py"


def shown() -> set[str]:
    """Every name that a scrape can bring."""
    registry = CollectorRegistry()
    RoundFigures(registry)
    registry.register(OdooFigures(list))
    names = {sample.name for family in registry.collect() for sample in family.samples}
    scoring = Metrics()
    for counter in (scoring.requests, scoring.seconds, scoring.scored, scoring.unlogged, scoring.feedback):
        names |= {f"{counter._name}_total", f"{counter._name}_bucket", f"{counter._name}_count"}
    names |= set(re.findall(r'"(gatehouse_model_\w+)"', MODELS.read_text()))
    odoo = set(re.findall(r'Gauge\(\s*"(\w+)"', GAUGES.read_text()))
    assert odoo
    return names | odoo | {"up"}


def named(expression: str) -> set[str]:
    """The figures of a PromQL expression."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\bby \([^)]*\)', "", expression)
    return set(re.findall(r"\b(?:gatehouse_\w+|up)\b", bare))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_names_figures_that_are_shown_and_says_what_to_do(rule: dict[str, dict[str, str]]) -> None:
    expression = str(rule["expr"])
    assert named(expression)
    assert named(expression) <= shown()
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["action"]


def test_every_panel_names_figures_that_are_shown() -> None:
    expressions = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    assert expressions
    assert set().union(*map(named, expressions)) <= shown()


def test_the_page_lists_every_alert() -> None:
    page = (ROOT / "docs" / "observability.md").read_text()
    assert set(re.findall(r"^\| `(Gatehouse\w+)`", page, re.MULTILINE)) == {rule["alert"] for rule in RULES}


def test_each_alert_fires_in_a_test_of_the_rules() -> None:
    tests = yaml.safe_load((FOLDER / "rules.test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == {rule["alert"] for rule in RULES}


@pytest.mark.parametrize("words", [("check", "rules", "rules.yml"), ("test", "rules", "rules.test.yml")])
def test_promtool_finds_the_rules_sound_and_their_own_tests_pass(words: tuple[str, ...]) -> None:
    done = subprocess.run([promtool(), *words], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_finds_prometheus_configuration_sound(tmp_path: Path) -> None:
    content = (FOLDER / "prometheus.yml").read_text()
    (tmp_path / "prometheus.yml").write_text(content.replace("/etc/prometheus/", f"{FOLDER}/"))
    words = [promtool(), "check", "config", tmp_path / "prometheus.yml"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(RULES)} rules found" in done.stdout


def test_alertmanager_posts_every_alert_and_its_end_to_the_workflow_that_receives_them() -> None:
    settings = yaml.safe_load((FOLDER / "alertmanager.yml").read_text())
    assert settings.keys() == {"route", "receivers"}, "nothing inhibits an alert"
    route = settings["route"]
    assert not route.keys() & {"routes", "matchers", "mute_time_intervals"}, "none goes elsewhere or nowhere"
    [receiver] = settings["receivers"]
    assert receiver["name"] == route["receiver"]
    [post] = receiver["webhook_configs"]
    nodes = json.loads((ROOT / "n8n-workflows" / "04-receive-alerts.json").read_text())["nodes"]
    [door] = [node["parameters"] for node in nodes if node["type"] == "n8n-nodes-base.webhook"]
    assert post["url"] == f"http://n8n:5678/webhook/{door['path']}"
    assert (post["send_resolved"], post["max_alerts"]) == (True, 0)
    assert post["http_config"]["authorization"]["type"] == "Bearer"
    written = f"> {post['http_config']['authorization']['credentials_file']} "
    assert written in (ROOT / "docker-compose.yml").read_text(), "the container writes the token there"
