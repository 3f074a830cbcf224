"""What a line's score says."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.domain.lines import Line
from sidecar.domain.references import find_references
from sidecar.domain.rules import classify_by_keywords, score_discount_by_rules, score_purchase_by_rules
from sidecar.scoring.lines import LineModel
from sidecar.scoring.text import TextModel, clean


@pytest.fixture(scope="module")
def model(arrays):
    return LineModel("discounts", arrays)


def desk(**changes):
    values = {"item": "FURN_0096", "party": "partner:7", "tier": "Gold", "quantity": 2.0, "list_price": 50.0}
    return Line("line:9", **(values | {"tier_price": 50.0, "unit_price": 50.0} | changes))


def test_an_ordinary_line_is_ordinary(model):
    found = model.score([desk(discount=5.0)])[0]
    assert found.percentile < 0.97
    assert not found.abstained


def test_a_deep_discount_is_strange_and_says_why(model):
    found = model.score([desk(discount=32.0)])[0]
    assert found.percentile > 0.99
    assert any(
        reason.text.startswith("32 % off; this item usually sells at 0-8 % off") for reason in found.reasons
    )
    assert 0 < sum(reason.weight for reason in found.reasons) <= 1.001


def test_stranger_lines_score_higher_beyond_the_history(model):
    scores = [entry.score for entry in model.score([desk(discount=off) for off in (8.0, 15.0, 32.0, 60.0)])]
    assert scores == sorted(set(scores))


def test_a_surcharge_is_strange(model):
    found = model.score([desk(unit_price=95.0)])[0]
    assert found.percentile > 0.99
    assert "above the list price" in " ".join(reason.text for reason in found.reasons)


@pytest.mark.parametrize("bad", [{"list_price": 0.0}, {"quantity": -1.0}, {"unit_price": -5.0}])
def test_lines_that_cannot_be_judged_abstain(model, bad):
    found = model.score([desk(**bad), desk()])
    assert found[0].abstained
    assert found[0].reasons[0].code == "not_judged"
    assert not found[1].abstained


def test_an_unknown_item_leans_on_the_price_list(model):
    stranger = {"item": "NEW", "party": "partner:999", "tier": "Silver", "tier_price": 40.0}
    fair, deep = model.score([desk(unit_price=40.0, **stranger), desk(unit_price=15.0, **stranger)])
    assert fair.score < deep.score
    assert fair.confidence < 0.5


amounts = st.floats(0, 1e15, allow_nan=False)


@given(
    quantity=st.floats(-1e12, 1e12), price=amounts, tier=amounts, unit=amounts, discount=st.floats(-1000, 100)
)
def test_any_line_gets_a_finite_score(model, quantity, price, tier, unit, discount):
    line = Line("x", "LAMP", "p", "", "t", quantity, price, tier, unit, discount)
    for found in (*model.score([line]), *score_discount_by_rules([line]), *score_purchase_by_rules([line])):
        assert 0 <= found.score <= 1
        assert 0 <= found.percentile <= 1
        assert math.isfinite(found.confidence)


def test_references():
    text = "Order S00042, invoice INV/2026/00001, parcel WH/OUT/00012, our PO00123. Order number: 4711-22"
    assert set(find_references(text)) == {
        ("order", "S00042"),
        ("invoice", "INV/2026/00001"),
        ("shipment", "WH/OUT/00012"),
        ("order", "PO00123"),
        ("order", "4711-22"),
    }


def test_keyword_rules():
    assert classify_by_keywords("Where is my parcel? It has not arrived")[0] == "delivery_delay"
    assert classify_by_keywords("hello")[0] == "other"


def test_fused_text_model_equals_the_vectorizer():
    import pandas as pd
    from sklearn.feature_extraction.text import TfidfVectorizer

    from sidecar.training.emails import fit

    texts = [
        "where is my order 123",
        "refund this broken lamp",
        "you charged me twice",
        "hello there friend",
    ] * 5
    frame = pd.DataFrame(
        {"text": texts, "label": ["delivery_delay", "return", "billing_dispute", "other"] * 5}
    )
    arrays = fit(frame)
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit(map(clean, texts))
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=4, sublinear_tf=True).fit(
        map(clean, texts)
    )
    text = "Where is the broken lamp 99"
    logits = words.transform([clean(text)]).toarray()[0] @ arrays["word_weights"].astype(float)
    logits = (
        logits
        + grams.transform([clean(text)]).toarray()[0] @ arrays["gram_weights"].astype(float)
        + arrays["bias"]
    )
    odds = np.exp(logits - logits.max())
    found = list(TextModel(arrays).probabilities(text).values())
    assert np.allclose(found, odds / odds.sum(), atol=1e-5)
