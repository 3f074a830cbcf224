"""GET /healthz, /readyz, /metrics, /openapi.json and /docs."""

from functools import cache
from pathlib import Path

import msgspec
from flask import Blueprint, Response

from sidecar.adapters.database import Database
from sidecar.adapters.metrics import Metrics
from sidecar.adapters.model_figures import ModelFigures
from sidecar.adapters.model_store import ModelStore
from sidecar.http import schemas
from sidecar.http.body import answer
from sidecar.http.docs import page
from sidecar.http.openapi import document

TEMPLATES = Path(__file__).parent / "templates"


def make_blueprint(
    database: Database, store: ModelStore, metrics: Metrics, models: ModelFigures
) -> Blueprint:
    """The routes that need no key."""
    blueprint = Blueprint("system", __name__)

    @cache
    def described() -> bytes:
        return msgspec.json.encode(document())

    @cache
    def shown() -> str:
        return page(document())

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return answer(schemas.Health("ok"))

    @blueprint.get("/readyz")
    def readyz() -> Response:
        good = database.ping()
        return answer(schemas.Health("ok" if good else "unavailable", store.states()), 200 if good else 503)

    @blueprint.get("/metrics")
    def figures() -> Response:
        text = metrics.text() + models.text()
        return Response(text, mimetype="text/plain", headers={"Cache-Control": "no-store"})

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        return Response(described(), mimetype="application/json")

    @blueprint.get("/docs")
    def docs() -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        return Response(shown(), mimetype="text/html", headers={"Content-Security-Policy": policy})

    return blueprint
