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
from sidecar.training.concepts import fit_concepts, read_held, read_mails
from sidecar.training.csv_files import named, read_frame, require, texts
from sidecar.training.forests import SEED
from sidecar.training.trade import FOLDS, folds, read_trade, train_topics

CLASSES = ("order_issue", "delivery_delay", "return", "billing_dispute", "other")
#: Other names of the column of texts.
TEXTS = dict.fromkeys(("sentence", "utterance", "body", "message"), "text")
_TARGET = 0.95
#: What a mail of a history counts among concepts, beside one of our own: histories are long, and of one language and trade.
_OF_HISTORY = 0.1
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


def fit(
    frame: pd.DataFrame,
    temperature: float = 1.0,
    threshold: float = 0.0,
    words_kept: int = 6000,
    grams_kept: int = 20000,
) -> dict[str, Any]:
    """The arrays of a text model fitted to `frame` (text, label, and a weight where rows count less among concepts)."""
    texts = frame["text"].map(clean)
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=words_kept)
    grams = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=4, sublinear_tf=True, max_features=grams_kept
    )
    matrix = hstack([words.fit_transform(texts), grams.fit_transform(texts)]).tocsr()
    model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=2000, random_state=SEED)
    model.fit(matrix, frame["label"])
    split, classes = len(words.vocabulary_), [str(name) for name in model.classes_]
    return fit_concepts(frame["text"], frame["label"], frame.get("weight"), classes) | {
        "classes": np.array(classes),
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


def _tables(arrays: dict[str, Any], frame: pd.DataFrame) -> tuple[Any, Any, Any]:
    """(what the words alone say, what is judged, the true classes), rows by classes and rows"""
    model = TextModel(arrays)
    words = np.array([list(model.probabilities(text).values()) for text in frame["text"]])
    judged = np.array([list(model.judge(text).scores.values()) for text in frame["text"]])
    return words, judged, np.array([model.classes.index(label) for label in frame["label"]])


def _temperature(table: Any, truth: Any) -> float:
    """That of the least log loss."""
    logits, rows = np.log(np.maximum(table, 1e-12)), np.arange(len(truth))

    def loss(temperature: float) -> float:
        odds = np.exp(logits / temperature)
        return float(-np.log((odds / odds.sum(1, keepdims=True))[rows, truth]).mean())

    return float(min(np.linspace(0.3, 2.0, 35), key=loss))


def threshold_of(table: Any, truth: Any, target: float) -> float:
    """The lowest with so many right above it, 0.9 at most."""
    top, right = table.max(1), table.argmax(1) == truth
    for threshold in np.linspace(0.3, 0.9, 61):
        if right[top >= threshold].mean() >= target:
            return round(float(threshold), 3)
    return 0.9


def train_emails(frame: pd.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, metrics).

    A tenth is held out for the figures, another for the calibration, a fifth each of the mails of trade that are added; the final
    fit uses all. Raises ValueError for fewer than three classes, or than twenty mails of one.
    """
    counts = frame["label"].value_counts()
    if len(counts) < _LEAST_CLASSES or counts.min() < _LEAST:
        found = ", ".join(f"{count} of {name}" for name, count in counts.items()) or "none"
        raise ValueError(
            f"too few mails to train on: {found}; at least {_LEAST_CLASSES} classes are needed, and {_LEAST} mails of each"
        )
    classes = sorted(counts.index)
    every = pd.concat(
        [frame.assign(part=frame.index % 10, weight=_OF_HISTORY), _own(classes)], ignore_index=True
    )
    test, tune, rest = every[every["part"] == 0], every[every["part"] == 1], every[every["part"] > 1]
    words, _judged, truth = _tables(fit(rest), tune)
    temperature = _temperature(words, truth)
    _words, judged, truth = _tables(fit(rest, temperature), tune)
    threshold = threshold_of(judged, truth, _TARGET)
    unread = TextModel(fit(rest, temperature, threshold))  # a model knows every word of what it was fitted to
    seen = test[test["source"] != "trade"]
    traits = np.concatenate([unread.traits(text, detect(text)) for text in seen["text"]])
    topics, metrics = train_topics(fit, threshold_of)
    arrays = (
        fit(every, temperature, threshold) | bins_of(TRAITS, traits, {"language": LANGUAGE_CUTS}) | topics
    )
    return arrays, _measured(unread, test, classes) | metrics


def _own(classes: list[str]) -> pd.DataFrame:
    """The mails of our own of these classes, in the columns of a history; a history of one's own may lack a class."""
    trade = read_trade().rename(columns={"class": "label"})
    own = pd.concat(
        [
            trade.assign(source="trade", part=folds(len(trade))),
            read_mails().assign(source="mails of our own", part=FOLDS),
        ]
    )
    return own.loc[own["label"].isin(classes), ["text", "label", "source", "part"]].assign(weight=1.0)


def _measured(model: TextModel, test: pd.DataFrame, classes: list[str]) -> dict[str, Any]:
    """The figures of a model on mails that it was not fitted to: of the history, of trade and those kept apart, by language."""
    judged = [model.judge(text) for text in test["text"]]
    guess, sure = np.array([found.name for found in judged]), np.array([found.sure for found in judged])
    truth = test["label"].to_numpy()
    own = (test["source"] != "trade").to_numpy()
    metrics: dict[str, Any] = {
        "held_out_rows": int(own.sum()),
        "macro_f1": _f1(truth[own], guess[own]),
        "answered": round(float(sure[own].mean()), 3),
        "right_when_answered": round(float((guess == truth)[own & sure].mean()), 3),
        "threshold": model.threshold,
        "trade_rows": int((~own).sum()),
        "trade_macro_f1": _f1(truth[~own], guess[~own]),
        "trade_answered": round(float(sure[~own].mean()), 3),
        "trade_right_when_answered": round(float((guess == truth)[~own & sure].mean()), 3),
    }
    for source in sorted({name for name in test["source"] if name.startswith("hint3_")}):
        rows = (test["source"] == source).to_numpy()
        metrics[f"macro_f1_{source}"] = _f1(truth[rows], guess[rows])
    for language, rows in read_held(classes).groupby("language"):
        metrics[f"macro_f1_{language}"] = _f1(
            rows["label"], [model.judge(text).name for text in rows["text"]]
        )
    return metrics


def _f1(meant: Any, said: Any) -> float:
    return round(float(f1_score(meant, said, average="macro")), 3)
