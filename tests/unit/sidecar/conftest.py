"""A small model trained on made-up sales, and an application around it."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from sidecar.app import create_app
from sidecar.config import BUNDLED_MODELS, Config
from sidecar.domain.keys import ApiKey
from sidecar.training.line_models import train_lines
from sidecar.training.run import write_model

KEY = "test-key"


def manifest(name, rows=0):
    return {"name": name, "version": "test", "rows": rows, "features": [], "source": "made up", "metrics": {}}


def api_key(name, key, *scopes):
    return ApiKey(name, hashlib.sha256(key.encode()).hexdigest(), frozenset(scopes))


@pytest.fixture(scope="session")
def sales():
    rng = np.random.default_rng(1)
    count = 3000
    off = rng.choice([0.0, 0.05, 0.08], count)
    price = rng.choice([50.0, 20.0, 7.5], count)
    items = pd.Series(price).map({50.0: "FURN_0096", 20.0: "LAMP", 7.5: "PEN"})
    return pd.DataFrame(
        {
            "item": items,
            "party": [f"partner:{n}" for n in rng.integers(1, 30, count)],
            "category": "Office",
            "tier": "Gold",
            "quantity": rng.integers(1, 40, count).astype(float),
            "list_price": price,
            "net": price * (1 - off),
            "lead_days": np.nan,
            "place": "",
            "date": pd.Timestamp("2026-01-01"),
        }
    )


@pytest.fixture(scope="session")
def arrays(sales):
    return train_lines("discounts", sales)


@pytest.fixture
def models(tmp_path, arrays):
    write_model(tmp_path / "models" / "discounts", dict(arrays), manifest("discounts", 3000))
    return tmp_path / "models"


@pytest.fixture
def make(tmp_path, models):
    def build(**changes):
        keys = (
            api_key("all", KEY, "score", "classify"),
            api_key("mail", "mail-key", "classify"),
        )
        settings = {
            "database_url": f"sqlite:///{tmp_path / 'side.db'}",
            "models_dir": models,
            "api_keys": keys,
            "rate_limit": 0,
            "log_level": "ERROR",
        } | changes
        return create_app(Config(**settings))

    return build


@pytest.fixture
def client(make):
    return make().test_client()


@pytest.fixture
def auth():
    return {"Authorization": f"Bearer {KEY}"}


def sale(**changes):
    line = {
        "id": "line:9",
        "item": "FURN_0096",
        "item_name": "Desk",
        "category": "Office",
        "quantity": 2.0,
        "uom": "Units",
        "list_price": "50.00",
        "tier_price": "50.00",
        "unit_price": "50.00",
        "discount": 0.0,
    } | changes
    return {"id": "e1", "currency": "EUR", "customer": "partner:7", "customer_tier": "Gold", "lines": [line]}


__all__ = ["BUNDLED_MODELS", "sale"]
