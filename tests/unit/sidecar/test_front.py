"""The front before Flask answers as Flask does, byte for byte."""

from __future__ import annotations

import json

import pytest
from structlog.testing import CapturingLogger

from tests.unit.sidecar.conftest import KEY, sale

BODY = json.dumps({"documents": [sale(discount=40.0)]})
RECORDS = json.dumps({"records": [{"id": "o", "customer": "C", "value": "10.00", "date": "2026-01-01"}]})
MAILS = json.dumps({"messages": [{"id": "m", "text": "where is my parcel, it is late"}]})
KEYS = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def both(make):
    """(through the front, by Flask alone)."""
    app = make(rate_limit=4)
    through = app.wsgi_app
    seen = []

    def flask_alone(environ, start_response):
        seen.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    flask, through._flask = through._flask, flask_alone

    def ask(front, path, **request):
        app.wsgi_app = through if front else flask
        return app.test_client().open(path, **request)

    ask.seen = seen
    ask.log = through._accounts._log = CapturingLogger()
    return ask


def same(both, path, **request):
    answers = [both(front, path, **request) for front in (True, False)]
    assert answers[0].status_code == answers[1].status_code
    given, by_flask = (dict(answer.headers) for answer in answers)
    assert {name.lower(): value for name, value in given.items()} == {
        name.lower(): value for name, value in by_flask.items()
    }
    assert answers[0].data == answers[1].data
    return answers[0]


def request(body=BODY, headers=KEYS, **more):
    return {
        "method": "POST",
        "data": body,
        "headers": {"X-Request-Id": "r-1", **headers},
        "content_type": "application/json",
    } | more


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/discounts/score", BODY),
        ("/v1/purchases/score", '{"documents": []}'),
        ("/v1/orders/score", RECORDS),
        ("/v1/lead-times/score", RECORDS),
        ("/v1/emails/classify", MAILS),
        ("/v1/discounts/score", "{"),
        ("/v1/discounts/score", '{"documents": [{"id": "d"}]}'),
        ("/v1/discounts/score", b"\xff\xfe"),
    ],
)
def test_a_plain_request_is_answered_as_by_flask(both, path, body):
    answer = same(both, path, **request(body))
    assert answer.headers["X-Request-Id"] == "r-1"
    assert both.seen == []


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer mail-key"}]
)
def test_a_caller_without_the_right_is_refused_as_by_flask(both, headers):
    assert same(both, "/v1/discounts/score", **request(headers=headers)).status_code in (401, 403)
    assert both.seen == []


def test_the_rate_counts_requests_of_both_ways(both):
    codes = [both(front, "/v1/discounts/score", **request()).status_code for front in (True, False) * 3]
    assert codes == [200, 200, 200, 200, 429, 429]


@pytest.mark.parametrize(
    ("path", "changes", "status"),
    [
        ("/v1/discounts/score", {"method": "GET"}, 405),
        ("/v1/discounts/score", {"content_type": "text/plain"}, 415),
        ("/v1/discounts/score", {"data": b" " * 2_000_000}, 413),
        ("/v1/discounts/score/", {}, 200),
        ("/v1/nothing/score", {}, 404),
    ],
)
def test_what_is_not_plain_goes_to_flask(both, path, changes, status):
    assert both(True, path, **request(**changes)).status_code == status
    assert both.seen == [path]


def test_a_fault_of_our_own_is_told_without_its_text(make, monkeypatch):
    monkeypatch.setattr("sidecar.http.lines.score_documents", lambda *_: 1 / 0)
    answer = make().test_client().open("/v1/discounts/score", **request())
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "division" not in answer.text


def test_requests_are_counted_by_route_and_status(make):
    client = make().test_client()
    client.open("/v1/discounts/score", **request())
    client.open("/v1/discounts/score", **request("{"))
    shown = client.get("/metrics").text
    assert 'gatehouse_requests_total{route="/v1/discounts/score",status="200"} 1.0' in shown
    assert 'gatehouse_requests_total{route="/v1/discounts/score",status="400"} 1.0' in shown
    assert 'gatehouse_scored_total{degraded="false",subject="discounts"} 1.0' in shown


@pytest.mark.parametrize(
    ("given", "logged"),
    [
        (f"{'a' * 32},{'b' * 32}", True),
        (",".join([f"{number:032x}" for number in range(99)]), True),
        (",".join([f"{number:032x}" for number in range(100)]), False),
        ("a" * 31, False),
        ("a forged line", False),
        ("", False),
    ],
)
def test_traces_of_the_other_events_of_a_batch_are_logged_where_they_are_traces(both, given, logged):
    asked = request(headers={**KEYS, "X-Linked-Traces": given})
    same(both, "/v1/discounts/score", **asked)
    assert [line.kwargs.get("linked_traces") for line in both.log.calls] == [given if logged else None] * 2
