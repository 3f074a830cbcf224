"""A challenger answers in the champion's shadow: kept, compared, and never seen by who asked."""

from __future__ import annotations

import sqlite3

import pytest
from click.testing import CliRunner

from sidecar.cli import main
from sidecar.config import BUNDLED_MODELS
from sidecar.training.run import write_model
from tests.unit.sidecar.conftest import manifest, sale


def run(*words: object):
    return CliRunner().invoke(main, ["models", *map(str, words)])


@pytest.fixture
def challenger(tmp_path, arrays):
    """The champion of the fixtures with a forest that finds everything less strange."""
    changed = dict(arrays) | {"trees_fault_leaf": arrays["trees_fault_leaf"] - 0.01}
    return write_model(tmp_path / "new" / "discounts", changed, manifest("discounts") | {"version": "next"})


@pytest.fixture
def challenged(models, challenger):
    done = run(
        "challenge", "discounts", "--challenger", challenger, "--models", models, "--reason", "March data"
    )
    assert done.exit_code == 0, done.output
    return models


def rows(tmp_path):
    with sqlite3.connect(tmp_path / "side.db") as kept:
        return kept.execute("SELECT subject, version, document, score FROM prediction ORDER BY id").fetchall()


def ask(app, auth, **line):
    answer = app.test_client().post("/v1/discounts/score", json={"documents": [sale(**line)]}, headers=auth)
    app.extensions["answers"].flush()
    return answer


def test_the_challengers_answer_is_kept_and_not_given(challenged, make, auth, tmp_path):
    answer = ask(make(), auth, discount=40.0)
    assert (answer.status_code, answer.json["version"]) == (200, "test")
    (first, second) = rows(tmp_path)
    assert first == ("discounts", "test", "e1", answer.json["documents"][0]["score"])
    assert second[:3] == ("shadow/discounts", "next", "e1")
    assert second[3] < first[3]


def test_a_challenger_that_fails_costs_its_own_answer_only(
    challenged, make, auth, tmp_path, monkeypatch, capsys
):
    app = make(log_level="WARNING")
    monkeypatch.setattr("sidecar.adapters.model_store.ModelStore.challenger", lambda *_: 1 / 0)
    assert ask(app, auth).status_code == 200
    assert [row[0] for row in rows(tmp_path)] == ["discounts"]
    assert "shadow_failed" in capsys.readouterr().out


def test_both_are_compared_on_the_same_documents(challenged, make, auth, tmp_path, monkeypatch):
    app = make()
    for discount in (0.0, 40.0):
        ask(app, auth, discount=discount)
    monkeypatch.setenv("GATEHOUSE_DATABASE_URL", f"sqlite:///{tmp_path / 'side.db'}")
    shown = run("shadow", "discounts")
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("discounts: champion test, challenger next, 2 documents\nmean score: ")
    assert "of the 1 highest of each, 1 are the same" in shown.output
    none = run("shadow", "emails")
    assert (none.exit_code, "no document of emails was answered" in none.output) == (1, True)


def test_a_challenge_ends_and_leaves_its_line_in_the_history(challenged, make, auth, tmp_path):
    ended = run("challenge", "discounts", "--end", "--models", challenged, "--reason", "promoted")
    assert (ended.exit_code, "answers in the shadow no longer" in ended.output) == (0, True)
    ask(make(), auth)
    assert [row[0] for row in rows(tmp_path)] == ["discounts"]
    history = run("history", "--models", challenged).output
    assert "in shadow: March data" in history
    assert "out of shadow: promoted" in history
    assert run("challenge", "discounts", "--end", "--models", challenged, "--reason", "x").exit_code == 1


def test_a_model_of_another_subject_is_no_challenger(models):
    refused = run("challenge", "discounts", "--challenger", BUNDLED_MODELS / "orders", "--models", models,
                  "--reason", "x")  # fmt: skip
    assert (refused.exit_code, "holds a model of orders" in refused.output) == (1, True)
    assert run("challenge", "discounts", "--models", models, "--reason", "x").exit_code == 1
