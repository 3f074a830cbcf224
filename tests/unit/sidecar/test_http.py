"""The endpoints: answers, problems, keys, limits, degraded models."""

import json
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from sidecar.adapters.limits import RateLimit
from sidecar.adapters.model_store import ModelStore
from sidecar.config import read_config
from sidecar.training.run import write_model
from tests.unit.sidecar.conftest import BUNDLED_MODELS, manifest, sale

URL = "/v1/discounts/score"
MESSAGE = {"messages": [{"id": "m", "subject": "Order S00042", "text": "where is my parcel, it is late"}]}
PURCHASE = {
    "id": "e1",
    "currency": "EUR",
    "vendor": "partner:9",
    "lines": [{"id": "line:1", "item": "DESK", "quantity": 4.0, "unit_price": "50.00"}],
}


def problem(response, status, code):
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    assert response.json["code"] == code
    assert response.json["request_id"] == response.headers["X-Request-Id"]
    return [entry["field"] for entry in response.json["errors"]]


def post(client, auth, document, url=URL):
    return client.post(url, json={"documents": [document]}, headers=auth)


def test_scores_a_document_by_its_strangest_line(client, auth):
    document = sale()
    document["lines"].append(sale(id="line:10", discount=40.0)["lines"][0])
    body = post(client, auth, document).json
    assert (body["model"], body["version"], body["degraded"]) == ("discounts", "test", False)
    found = body["documents"][0]
    assert found["score"] == max(line["score"] for line in found["lines"])
    assert found["reasons"][0]["line"] == "line:10"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "XXQ"}, "documents[0].currency"),
        ({"lines": [sale(quantity="2")["lines"][0]]}, "documents[0].lines[0].quantity"),
        ({"lines": [sale(list_price=5)["lines"][0]]}, "documents[0].lines[0].list_price"),
        ({"lines": [sale(discount=101)["lines"][0]]}, "documents[0].lines[0].discount"),
        ({"lines": [{"id": "a"}]}, "documents[0].lines[0].item"),
    ],
)
def test_wrong_fields_are_named(client, auth, change, field):
    assert problem(post(client, auth, sale() | change), 422, "invalid_field") == [field]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_not_numbers_are_named(client, auth, text):
    body = json.dumps({"documents": [sale(quantity=7777)]}).replace("7777", text)
    response = client.post(URL, data=body, content_type="application/json", headers=auth)
    assert problem(response, 400, "malformed_json") == ["quantity"]


def test_a_number_beyond_all_is_refused(client, auth):
    body = json.dumps({"documents": [sale(quantity=7777)]}).replace("7777", "1e999")
    response = client.post(URL, data=body, content_type="application/json", headers=auth)
    assert response.status_code in (400, 422)
    assert "quantity" in response.json["errors"][0]["field"]


@pytest.mark.parametrize("rate", [0, 1e-300, -1, 1e300])
def test_a_currency_rate_that_no_currency_has_is_refused_by_name(client, auth, rate):
    body = {"documents": [sale() | {"currency_rate": rate}]}
    response = client.post(URL, json=body, headers=auth)
    assert problem(response, response.status_code, response.json["code"]) == ["documents[0].currency_rate"]
    assert response.status_code == 422


def test_other_problems(client, auth):
    assert problem(
        client.post(URL, data="{", content_type="application/json", headers=auth), 400, "malformed_json"
    )
    assert problem(client.post(URL, data="{}", headers=auth), 415, "unsupported_media_type") == [
        "Content-Type"
    ]
    assert problem(client.get("/nowhere"), 404, "not_found") == ["path"]
    assert problem(client.get(URL), 405, "method_not_allowed") == ["method"]
    big = client.post(URL, data=b" " * 10_000_000, content_type="application/json", headers=auth)
    assert problem(big, 413, "body_too_large") == ["body"]
    many = {"documents": [sale() | {"lines": sale()["lines"] * 1001}] * 2}
    assert problem(client.post(URL, json=many, headers=auth), 422, "too_many_lines") == ["documents"]


def test_keys_and_scopes(client, make):
    assert problem(post(client, {}, sale()), 401, "unauthorized") == ["Authorization"]
    assert problem(post(client, {"Authorization": "Bearer wrong"}, sale()), 401, "unauthorized")
    assert problem(post(client, {"Authorization": "Bearer mail-key"}, sale()), 403, "forbidden")
    bare = make(api_keys=()).test_client()
    assert "GATEHOUSE_API_KEYS" in post(bare, {"Authorization": "Bearer x"}, sale()).json["detail"]


def test_rate_limit(make, auth):
    client = make(rate_limit=2).test_client()
    assert [post(client, auth, sale()).status_code for _ in range(3)] == [200, 200, 429]
    response = post(client, auth, sale())
    problem(response, 429, "rate_limited")
    assert int(response.headers["Retry-After"]) >= 1
    assert response.json["retryable"] is True


def test_rate_refills():
    now = [0.0]
    limit = RateLimit(60, lambda: now[0])
    assert [limit.wait("a") for _ in range(60)] == [0.0] * 60
    assert limit.wait("a") > 0
    now[0] = 1.1
    assert limit.wait("a") == 0


@pytest.mark.parametrize(
    ("subject", "url", "asked", "said"),
    [
        ("discounts", URL, {"documents": [sale(discount=32.0)]}, "32 % below the price list"),
        ("purchases", "/v1/purchases/score", {"documents": [PURCHASE]}, "no purchase history is loaded"),
        ("emails", "/v1/emails/classify", MESSAGE, "delivery_delay"),
    ],
)
def test_a_tampered_model_is_refused_and_rules_answer(models, make, auth, capsys, subject, url, asked, said):
    if subject != "discounts":
        shutil.copytree(BUNDLED_MODELS / subject, models / subject)
    path = models / subject / "model.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    client = make().test_client()
    assert "does not match the sha256" in capsys.readouterr().out
    answer = client.post(url, json=asked, headers=auth)
    assert (answer.json["degraded"], answer.json["version"]) == (True, "rules")
    assert said in answer.text
    assert client.get("/readyz").json["models"][subject] == "rules"


def test_a_changed_model_is_loaded(models, arrays, tmp_path):
    now = [0.0]
    store = ModelStore(models, tmp_path / "none", lambda: now[0])
    assert store.get("discounts").version == "test"
    write_model(models / "discounts", dict(arrays), manifest("discounts") | {"version": "next"})
    assert store.get("discounts").version == "test"
    now[0] = 4.0
    assert store.get("discounts").version == "next"
    assert store.get("emails") is None


def test_emails(client):
    response = client.post("/v1/emails/classify", json=MESSAGE, headers={"Authorization": "Bearer mail-key"})
    found = response.json["messages"][0]
    assert found["class"] == "delivery_delay"
    assert found["references"] == [{"kind": "order", "value": "S00042"}]


FEEDBACK = {"event_id": "e1", "check": "discount_anomaly", "outcome": "confirmed"}


def give(client, auth, key="k1", **changes):
    return client.post("/v1/feedback", json=FEEDBACK | changes, headers=auth | {"Idempotency-Key": key})


def test_feedback_is_stored_once(client, auth, tmp_path):
    first, again = give(client, auth), give(client, auth)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["id"] == again.json["id"]
    assert problem(give(client, auth, outcome="rejected"), 422, "idempotency_key_reused") == [
        "Idempotency-Key"
    ]
    missing = client.post("/v1/feedback", json=FEEDBACK, headers=auth)
    assert problem(missing, 400, "idempotency_key") == ["Idempotency-Key"]
    assert sqlite3.connect(tmp_path / "side.db").execute("select count(*) from feedback").fetchone() == (1,)


def test_feedback_says_whether_the_answer_had_warned(client, auth, tmp_path):
    assert [give(client, auth, "k1").status_code, give(client, auth, "k2", warned=False).status_code] == [
        201, 201,
    ]  # fmt: skip
    kept = sqlite3.connect(tmp_path / "side.db").execute("select warned from feedback order by id").fetchall()
    assert kept == [(1,), (0,)]
    assert problem(give(client, auth, "k2"), 422, "idempotency_key_reused") == ["Idempotency-Key"]


def test_parallel_repeats_give_one_row(make, auth, tmp_path):
    app = make()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: give(app.test_client(), auth), range(30)))
    assert sorted(entry.status_code for entry in answers) == [200] * 29 + [201]
    assert sqlite3.connect(tmp_path / "side.db").execute("select count(*) from feedback").fetchone() == (1,)


def test_a_held_database_is_409(client, auth, tmp_path):
    holder = sqlite3.connect(tmp_path / "side.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    response = give(client, auth)
    holder.execute("ROLLBACK")
    problem(response, 409, "in_progress")
    assert response.json["retryable"] is True
    assert give(client, auth).status_code == 201


def test_system_pages(client):
    assert client.get("/healthz").json["status"] == "ok"
    assert "gatehouse_requests_total" in client.get("/metrics").text
    page = client.get("/docs")
    assert "/v1/documents/extract" in client.get("/docs").text
    assert "/v1/discounts/score" in page.text
    assert "http" not in page.headers["Content-Security-Policy"]


def test_logs_hold_no_key(make, auth, capsys):
    post(make(log_level="INFO").test_client(), auth, sale())
    out = capsys.readouterr().out
    assert '"route":"/v1/discounts/score"' in out
    assert "test-key" not in out


def test_configuration_names_what_is_wrong(tmp_path):
    with pytest.raises(ValueError, match="GATEHOUSE_RATE_LIMIT"):
        read_config({"GATEHOUSE_RATE_LIMIT": "many"})
    with pytest.raises(ValueError, match="GATEHOUSE_API_KEYS"):
        read_config({"GATEHOUSE_API_KEYS": "[{}]"})
    assert str(tmp_path) in read_config({"GATEHOUSE_DATA_DIR": str(tmp_path)}).database_url


def test_a_worker_imports_no_training_library():
    code = "import sys, sidecar.app, sidecar.http.lines, sidecar.adapters.model_store;"
    code += "print([m for m in ('sklearn', 'pandas', 'scipy', 'joblib', 'odoorpc') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_an_answer_leaves_a_row_without_what_was_asked(make, auth, tmp_path):
    app = make()
    client = app.test_client()
    body = post(client, auth, sale()).json["documents"][0]
    mail = {"id": "m1", "subject": "Where is SO0042?", "text": "my secret text"}
    assert client.post("/v1/emails/classify", json={"messages": [mail]}, headers=auth).status_code == 200
    app.extensions["answers"].flush()
    with sqlite3.connect(tmp_path / "side.db") as kept:
        rows = kept.execute(
            "SELECT subject, document, version, degraded, score FROM prediction ORDER BY id"
        ).fetchall()
        assert rows[0] == ("discounts", body["id"], "test", 0, body["score"])
        assert (rows[1][0], rows[1][1]) == ("emails", "m1")
        assert not [row for row in kept.execute("SELECT * FROM prediction") if "secret" in str(row)]


def test_what_people_say_is_counted_once(client, auth):
    body = {"event_id": "e1", "check": "discount_anomaly", "outcome": "rejected"}
    for _again in range(2):
        client.post("/v1/feedback", json=body, headers={**auth, "Idempotency-Key": "k1"})
    assert (
        'gatehouse_feedback_total{check="discount_anomaly",outcome="rejected"} 1.0'
        in client.get("/metrics").text
    )
