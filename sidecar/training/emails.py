"""Trains the e-mail classifier: word and character TF-IDF, logistic regression, a calibrated threshold."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from sidecar.domain.languages import detect
from sidecar.scoring.text import LANGUAGE_CUTS, TRAITS, TextModel, clean
from sidecar.training.bins import bins_of
from sidecar.training.concepts import train_concepts
from sidecar.training.csv_files import named, read_frame, require, texts
from sidecar.training.forests import SEED

CLASSES = ("order_issue", "delivery_delay", "return", "billing_dispute", "other")
#: Other names of the column of texts.
TEXTS = dict.fromkeys(("sentence", "utterance", "body", "message"), "text")
_TARGET = 0.97
_LEAST_CLASSES, _LEAST = 3, 20


def read_emails(folder: Path) -> pd.DataFrame:
    """Frame of text, label and source from the public sets and their class mapping in `folder`."""
    mapping = pd.read_csv(folder / "email_intent_mapping.csv")
    known = {(row.source, row.intent): row.product_class for row in mapping.itertuples()}
    parts = []
    for name in ("curekart", "sofmattress"):
        part = pd.read_csv(folder / "hint3" / f"v2_{name}_train.csv")
        part["label"] = [known.get((f"hint3_{name}", label)) for label in part["label"]]
        parts.append(part.rename(columns={"sentence": "text"}).assign(source=f"hint3_{name}"))
    weak = pd.read_csv(folder / "cucom_weak_labelled.csv")
    parts.append(weak.rename(columns={"utterance": "text", "weak_class": "label"}).assign(source="cucom"))
    bank = pd.read_csv(folder / "banking77" / "train.csv").sample(500, random_state=SEED)
    parts.append(bank.assign(label="other", source="banking77"))
    bitext = pd.read_csv(folder / "bitext" / "Bitext_20000_utterances.csv", encoding="utf-8-sig")
    bitext = bitext.groupby("intent").sample(30, random_state=SEED, replace=False)
    bitext["label"] = [known.get(("bitext", intent)) for intent in bitext["intent"]]
    parts.append(bitext.rename(columns={"utterance": "text"}).assign(source="bitext"))
    with gzip.open(folder / "clinc150" / "data_full.json.gz", "rt") as file:
        odd = pd.DataFrame(json.load(file)["oos_train"], columns=["text", "intent"])
    parts.append(odd.assign(label="other", source="clinc150"))
    frame = pd.concat(parts)[["text", "label", "source"]].dropna()
    return frame.drop_duplicates("text").sample(frac=1.0, random_state=SEED).reset_index(drop=True)


def read_labelled(path: Path) -> pd.DataFrame:
    """Frame of text, label and source from a CSV of one's own with `text` and `class`.

    Raises ValueError naming a missing column or an unknown class.
    """
    file = read_frame(path)
    raw = named(file, TEXTS | {"label": "class"}, ("text", "class"))
    require(raw, ("text", "class"), file.columns)
    frame = pd.DataFrame({"text": raw["text"].str.strip(), "label": texts(raw, "class")})
    frame = frame[(frame["text"] != "") & (frame["label"] != "")]
    unknown = sorted(set(frame["label"]) - set(CLASSES))
    if unknown:
        raise ValueError(f"{path}: unknown class {unknown[0]}; known are {', '.join(CLASSES)}")
    frame = frame.assign(source=path.stem).drop_duplicates("text")
    return frame.sample(frac=1.0, random_state=SEED).reset_index(drop=True)


def fit(frame: pd.DataFrame, temperature: float = 1.0, threshold: float = 0.0) -> dict[str, Any]:
    """The arrays of a text model fitted to `frame`."""
    texts = frame["text"].map(clean)
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=6000)
    grams = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=4, sublinear_tf=True, max_features=20000
    )
    matrix = hstack([words.fit_transform(texts), grams.fit_transform(texts)]).tocsr()
    model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=2000, random_state=SEED)
    model.fit(matrix, frame["label"])
    split = len(words.vocabulary_)
    return {
        "classes": np.array(model.classes_.tolist()),
        "words": words.get_feature_names_out().astype(np.str_),
        "grams": grams.get_feature_names_out().astype(np.str_),
        "word_idf": words.idf_.astype(np.float32),
        "gram_idf": grams.idf_.astype(np.float32),
        "word_weights": model.coef_[:, :split].T.astype(np.float16),
        "gram_weights": model.coef_[:, split:].T.astype(np.float16),
        "bias": model.intercept_.astype(np.float64),
        "temperature": np.array(temperature),
        "threshold": np.array(threshold),
    }


def _judge(arrays: dict[str, Any], frame: pd.DataFrame) -> tuple[Any, Any]:
    model = TextModel(arrays)
    table = np.array([list(model.probabilities(text).values()) for text in frame["text"]])
    truth = np.array([model.classes.index(label) for label in frame["label"]])
    return table, truth


def _calibrate(table: Any, truth: Any) -> tuple[float, float]:
    """Temperature of the least log loss, and the lowest threshold with 97 % right above it."""
    logits = np.log(np.maximum(table, 1e-12))

    def soft(temperature: float) -> Any:
        odds = np.exp(logits / temperature)
        return odds / odds.sum(1, keepdims=True)

    rows = np.arange(len(truth))
    best = min(np.linspace(0.3, 2.0, 35), key=lambda t: -np.log(soft(t)[rows, truth]).mean())
    final = soft(best)
    top, right = final.max(1), final.argmax(1) == truth
    for threshold in np.linspace(0.3, 0.9, 61):
        if right[top >= threshold].mean() >= _TARGET:
            return float(best), round(float(threshold), 3)
    return float(best), 0.9


def train_emails(frame: pd.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, metrics).

    A tenth is held out for the figures, another for the calibration; the final fit uses all. Raises ValueError for fewer than
    three classes, or than twenty mails of one.
    """
    counts = frame["label"].value_counts()
    if len(counts) < _LEAST_CLASSES or counts.min() < _LEAST:
        found = ", ".join(f"{count} of {name}" for name, count in counts.items()) or "none"
        raise ValueError(
            f"too few mails to train on: {found}; at least {_LEAST_CLASSES} classes are needed, and {_LEAST} mails of each"
        )
    test, tune, rest = (
        frame[frame.index % 10 == 0],
        frame[frame.index % 10 == 1],
        frame[frame.index % 10 > 1],
    )
    temperature, threshold = _calibrate(*_judge(fit(rest), tune))
    held_out = fit(rest, temperature, threshold)
    table, truth = _judge(held_out, test)
    guess, sure = table.argmax(1), table.max(1) >= threshold
    metrics: dict[str, Any] = {
        "held_out_rows": len(test),
        "macro_f1": round(float(f1_score(truth, guess, average="macro")), 3),
        "answered": round(float(sure.mean()), 3),
        "right_when_answered": round(float((guess == truth)[sure].mean()), 3),
        "threshold": threshold,
    }
    sources = sorted({name for name in test["source"] if name.startswith("hint3_")})
    for source in sources:
        rows = (test["source"] == source).to_numpy()
        metrics[f"macro_f1_{source}"] = round(float(f1_score(truth[rows], guess[rows], average="macro")), 3)
    arrays = fit(frame, temperature, threshold)
    unread = TextModel(held_out)  # a model knows every word of what it was fitted to
    traits = np.concatenate([unread.traits(text, detect(text)) for text in test["text"]])
    arrays |= bins_of(TRAITS, traits, {"language": LANGUAGE_CUTS})
    concepts, by_language = train_concepts(frame, [str(name) for name in arrays["classes"]], _calibrate)
    return arrays | concepts, metrics | by_language
