"""The only wiring: settings in, a Flask application out."""

import logging
import os

import msgspec
import structlog
from flask import Flask

from sidecar.config import BUNDLED_MODELS, Config


def _json(event: object, **_ignored: object) -> bytes:
    """A line of the log; a value that JSON does not know as Python shows it."""
    return msgspec.json.encode(event, enc_hook=repr)


def _logging(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        logger_factory=structlog.BytesLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=False,
    )


def build(config: Config) -> Flask:
    """The application of `config`. Raises when the database is away; a missing model only degrades."""
    if config.metrics_dir:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = config.metrics_dir
    from sidecar.adapters.answer_queue import AnswerQueue
    from sidecar.adapters.database import Database
    from sidecar.adapters.job_board import JobBoard
    from sidecar.adapters.key_ring import KeyRing
    from sidecar.adapters.language_ledger import LanguageLedger
    from sidecar.adapters.language_model import LanguageModel
    from sidecar.adapters.limits import RateLimit
    from sidecar.adapters.metrics import Metrics
    from sidecar.adapters.model_figures import ModelFigures
    from sidecar.adapters.model_store import ModelStore
    from sidecar.adapters.prediction_log import PredictionLog
    from sidecar.adapters.prompt_store import PromptStore
    from sidecar.adapters.templates import Templates
    from sidecar.http import (
        documents,
        emails,
        feedback,
        front,
        jobs,
        lines,
        patterns,
        priorities,
        problems,
        records,
        schemas,
        summaries,
        system,
    )
    from sidecar.http.accounts import Accounts
    from sidecar.http.answers import Answers
    from sidecar.http.guard import Guard

    _logging(config.log_level)
    app = Flask("sidecar", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.url_map.strict_slashes = False
    database, metrics = Database(config.database_url), Metrics(config.metrics_dir)
    log = PredictionLog(database, config.prediction_days)
    queue = AnswerQueue(log, lambda subject, count: metrics.unlogged.labels(subject).inc(count))
    answers, accounts = Answers(metrics, queue), Accounts(metrics)
    app.extensions["answers"] = queue
    store = ModelStore(config.models_dir, BUNDLED_MODELS)
    store.states()
    guard = Guard(KeyRing(config.api_keys, config.api_keys_file), RateLimit(config.rate_limit))
    problems.install(app, accounts)
    routes = [
        lines.make_route("discounts", schemas.SaleDocuments, lines.sale_lines, store, answers),
        lines.make_route("purchases", schemas.PurchaseDocuments, lines.purchase_lines, store, answers),
        *(records.make_route(name, store, answers) for name in records.BODIES),
        patterns.make_route(store, answers),
        emails.make_route(store, answers),
    ]
    app.register_blueprint(front.make_blueprint(routes, guard))
    app.register_blueprint(documents.make_blueprint(guard, metrics))
    app.register_blueprint(priorities.make_blueprint(guard, metrics))
    writing = config.language_model
    prompts = PromptStore(config.models_dir, BUNDLED_MODELS)
    model = LanguageModel(writing, prompts, LanguageLedger(database)) if writing else None
    opener = model.open if model else lambda: None
    app.register_blueprint(summaries.make_blueprint(guard, metrics, Templates(), opener))
    app.register_blueprint(jobs.make_blueprint(JobBoard(database), guard))
    app.register_blueprint(feedback.make_blueprint(database, guard, metrics))
    app.register_blueprint(system.make_blueprint(database, store, metrics, ModelFigures(log, store)))
    app.wsgi_app = front.Front(app.wsgi_app, routes, guard, accounts, config.max_body_bytes)  # type: ignore[method-assign]
    return app
