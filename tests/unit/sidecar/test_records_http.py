"""The endpoints of the subjects that learn from outcomes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecar.adapters.model_store import read_model
from sidecar.config import BUNDLED_MODELS
from sidecar.http.records import _kept
from sidecar.scoring.lead_times import late_probability
from sidecar.services.predict_records import predict

ORDER = {
    "id": "o1",
    "customer": "17850",
    "value": "1250.00",
    "date": "2011-06-01T14:30:00",
    "country": "France",
}
LEAD = {
    "id": "p1",
    "vendor": "Trinity Biotech, Plc",
    "item": "kit",
    "date": "2014-03-01",
    "country": "Namibia",
}
MOVES = [
    {"id": "m1", "item": "22086", "quantity": 6, "date": "2011-06-01 10:00", "document": "536365"},
    {"id": "m2", "item": "22086", "quantity": -960, "date": "2011-06-01 10:05", "document": "536366"},
]


def post(client, auth, subject, records):
    return client.post(f"/v1/{subject}/score", json={"records": records}, headers=auth)


@pytest.fixture
def bundled(make):
    return make(models_dir=BUNDLED_MODELS).test_client()


def test_an_order_gets_the_models_own_probability_and_reasons_in_words(bundled, auth):
    body = post(bundled, auth, "orders", [ORDER]).json
    assert (body["model"], body["degraded"]) == ("orders", False)
    [found] = body["records"]
    model = read_model(BUNDLED_MODELS / "orders", "orders").model
    [expected] = predict([ORDER], model)
    assert (found["id"], found["score"]) == ("o1", expected.values["score"])
    assert 0 < found["score"] < 1
    assert all(reason["text"] and 0 < reason["weight"] <= 1 for reason in found["reasons"])


def test_a_lead_time_has_a_median_below_its_ninety_percent_quantile(bundled, auth):
    [found] = post(bundled, auth, "lead-times", [LEAD]).json["records"]
    assert 0 < found["p50"] <= found["p90"]


def test_movements_are_read_with_their_neighbours_and_keep_their_order(bundled, auth):
    found = post(bundled, auth, "stock-moves", MOVES).json["records"]
    assert [entry["id"] for entry in found] == ["m1", "m2"]
    assert found[1]["score"] > found[0]["score"]


def test_without_a_model_everything_abstains_and_says_so(make, auth, tmp_path, monkeypatch):
    monkeypatch.setattr("sidecar.bootstrap.BUNDLED_MODELS", tmp_path)
    client = make(models_dir=tmp_path).test_client()
    body = post(client, auth, "orders", [ORDER]).json
    assert (body["degraded"], body["version"]) == (True, "none")
    assert body["records"][0]["abstained"] is True
    assert "ask a person" in body["records"][0]["reasons"][0]["text"]


def test_a_day_that_is_in_no_calendar_abstains_beside_records_that_are_judged(bundled, auth):
    wrong, right = post(bundled, auth, "orders", [ORDER | {"date": "2011-02-30"}, ORDER]).json["records"]
    assert (wrong["abstained"], right["abstained"]) == (True, False)
    assert wrong["reasons"][0]["text"].startswith("date:")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"date": "yesterday"}, "records[0].date"),
        ({"value": 12}, "records[0].value"),
        ({"value": "1e5"}, "records[0].value"),
        ({"customer": ""}, "records[0].customer"),
        ({"lines": -1}, "records[0].lines"),
    ],
)
def test_a_wrong_field_is_named(bundled, auth, change, field):
    answer = post(bundled, auth, "orders", [ORDER | change])
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"][0]["field"] == field


def test_a_key_without_the_scope_is_refused(bundled):
    assert post(bundled, {"Authorization": "Bearer nope"}, "orders", [ORDER]).status_code == 401


def test_a_promised_day_gets_its_probability_of_being_missed(bundled, auth):
    asked = {**LEAD, "date": "2011-01-01"}
    days = [f"{2011 + n // 12}-{n % 12 + 1:02d}-01" for n in range(60)]
    records = [asked, *({**asked, "id": day, "promised": day} for day in days)]
    unpromised, *found = (
        answer["late_probability"] for answer in post(bundled, auth, "lead-times", records).json["records"]
    )
    assert unpromised is None
    assert post(bundled, auth, "lead-times", records).json["late_baseline"] is True
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.99
    model = read_model(BUNDLED_MODELS / "lead-times", "lead-times").model
    scores = [answer.score for answer in _kept("lead-times", predict(records, model))]
    assert scores == [None, *found]  # what the prediction log keeps, to be held against what came late
    assert found[-1] < 0.05


def test_late_is_a_coin_toss_at_the_median_and_one_in_ten_at_the_90_percent_quantile():
    assert late_probability(40.0, 90.0, 40.0) == pytest.approx(0.5)
    assert late_probability(40.0, 90.0, 90.0) == pytest.approx(0.1)
    assert late_probability(40.0, 40.0, 41.0) > 0.3


TINY = st.sampled_from([0.0, 5e-324, 1e-300, 1.0, 1e9])
AMOUNT = st.sampled_from(["0", "0.00000001", "12.50", "999999999999999.99999999", "-1"])


@pytest.mark.parametrize("subject", ["orders", "lead-times", "stock-moves"])
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sizes_that_the_contract_allows_get_a_number(bundled, auth, subject, data):
    quantity = data.draw(st.sampled_from([0.0, 5e-324, -5e-324, 1e12, -1e12]))
    record = {
        "orders": {**ORDER, "value": data.draw(AMOUNT), "lines": data.draw(TINY), "units": data.draw(TINY),
                   "largest_line": data.draw(AMOUNT)},
        "lead-times": {**LEAD, "quantity": quantity, "value": data.draw(AMOUNT)},
        "stock-moves": {**MOVES[0], "quantity": quantity},
    }[subject]  # fmt: skip
    answer = post(bundled, auth, subject, [record])
    assert answer.status_code == 200, answer.text
    [found] = answer.json["records"]
    assert not found["abstained"]
