"""The order of work: what each fact does to a place, and the route."""

import hashlib
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sidecar.app import create_app
from sidecar.config import BUNDLED_MODELS, ApiKey, Config
from sidecar.domain.priorities import Rates, Work, rank

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 25, 12, 0)
BASE = Work("base", NOW - timedelta(hours=5), NOW + timedelta(hours=4), 1000.0, lines=3)
KEY = {"Authorization": "Bearer k"}


def order(*items, **rates):
    return [entry.id for entry in rank(items, NOW, "EUR", Rates(**rates))]


@pytest.mark.parametrize(
    "change",
    [
        {"value": 5000.0},
        {"deadline": NOW + timedelta(hours=1)},
        {"deadline": NOW - timedelta(hours=1)},
        {"tier": "Gold"},
        {"urgency": "urgent"},
        {"blocked_value": 900.0, "blocked_orders": 2},
        {"since": NOW - timedelta(days=20)},
        {"lines": 1},
    ],
)
def test_each_fact_that_makes_waiting_dearer_or_the_work_shorter_comes_first(change):
    assert order(BASE, replace(BASE, id="first", **change)) == ["first", "base"]


def test_equal_work_goes_by_deadline_then_age_then_id_whatever_the_order_of_the_input():
    items = [replace(BASE, id=f"w{n}") for n in range(6)]
    expected = [item.id for item in items]
    for seed in range(5):
        mixed = random.Random(seed).sample(items, len(items))
        assert order(*mixed) == expected


def test_the_text_names_the_money_the_lateness_the_tier_and_the_orders_that_wait():
    late = replace(
        BASE,
        id="late",
        deadline=NOW - timedelta(hours=2),
        tier="Gold",
        blocked_value=3400.0,
        blocked_orders=2,
    )
    [found] = rank([late], NOW, "EUR")
    assert found.text.startswith("An hour's wait costs about ")
    for part in (
        "EUR",
        "2 h late, counted 1.5 times (Gold customer)",
        "2 orders worth 3,400.00 wait for its goods",
    ):
        assert part in found.text
    assert found.cost_hour == pytest.approx(
        (1000 * 0.02 + 5) * 1.5 / 24 + 3400 * 0.02 / 24 + 0.0833 + 0.0091, rel=0.02
    )
    assert sum(reason.weight for reason in found.reasons) == pytest.approx(1.0, abs=1e-3)


def test_an_unknown_value_is_assumed_and_says_so():
    [found] = rank([replace(BASE, value=None)], NOW, "EUR", Rates(assumed_value=10))
    assert found.assumed
    assert "not known and assumed" in found.text


def test_a_company_that_sees_no_cost_in_value_gets_another_order():
    dear, cheap = replace(BASE, id="dear", value=9000.0), replace(BASE, id="cheap", lines=2)
    assert order(cheap, dear) == ["dear", "cheap"]
    assert order(cheap, dear, late_day=0, loss_day=0, capital_year=0) == ["cheap", "dear"]


@pytest.fixture
def client(tmp_path):
    keys = (ApiKey("n8n", hashlib.sha256(b"k").hexdigest(), frozenset({"score"})),)
    return create_app(
        Config(f"sqlite:///{tmp_path}/s.db", BUNDLED_MODELS, keys, log_level="ERROR")
    ).test_client()


def body(**changes):
    item = {
        "id": "p1",
        "since": "2026-11-20T08:00:00Z",
        "deadline": "2026-11-25T10:00:00Z",
        "value": "100.00",
    }
    return {
        "currency": "EUR",
        "now": "2026-11-25T12:00:00Z",
        "items": [item | changes, {"id": "p2", "since": "2026-11-25"}],
    }


def test_the_route_ranks_with_reasons_in_the_company_s_currency(client):
    found = client.post("/v1/priorities/rank", json=body(), headers=KEY).json
    assert (found["model"], found["currency"], found["degraded"]) == ("priorities", "EUR", False)
    assert [(x["id"], x["rank"], x["assumed"]) for x in found["items"]] == [("p1", 1, False), ("p2", 2, True)]
    assert "2 h late" in found["items"][0]["text"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"deadline": "2026-02-30"}, "items[0].deadline"),
        ({"value": "much"}, "items[0].value"),
        ({"urgency": "now"}, "items[0].urgency"),
        ({"lines": -1}, "items[0].lines"),
    ],
)
def test_a_wrong_field_is_named(client, change, field):
    found = client.post("/v1/priorities/rank", json=body(**change), headers=KEY)
    assert found.status_code == 422
    assert found.json["errors"][0]["field"].replace("[...]", "[0]") == field


def test_more_than_a_batch_is_refused(client):
    items = [{"id": str(n), "since": "2026-11-25"} for n in range(2001)]
    assert (
        client.post("/v1/priorities/rank", json={"currency": "EUR", "items": items}, headers=KEY).status_code
        == 422
    )
