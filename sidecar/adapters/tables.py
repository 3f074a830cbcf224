"""The sidecar's tables as they are now; `migrations/` is how older ones get there."""

import sqlalchemy as sa

METADATA = sa.MetaData()
FEEDBACK = sa.Table(
    "feedback",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event_id", sa.String(64), nullable=False, index=True),
    sa.Column("check_name", sa.String(64), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("comment", sa.Text, nullable=False, default=""),
    sa.Column("given_by", sa.String(100), nullable=False),
    sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("warned", sa.Boolean, nullable=False, server_default=sa.true()),
)
IDEMPOTENCY = sa.Table(
    "idempotency",
    METADATA,
    sa.Column("caller", sa.String(100), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request_sha256", sa.String(64), nullable=False),
    sa.Column("feedback_id", sa.Integer, nullable=False),
)
PREDICTION = sa.Table(
    "prediction",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("subject", sa.String(32), nullable=False),
    sa.Column("document", sa.String(200), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("degraded", sa.Boolean, nullable=False),
    sa.Column("abstained", sa.Boolean, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("label", sa.String(64), nullable=False),
)
sa.Index("ix_prediction_subject_at", PREDICTION.c.subject, PREDICTION.c.at)
sa.Index("ix_prediction_document", PREDICTION.c.document)
LANGUAGE_CALL = sa.Table(
    "language_call",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("prompt", sa.String(32), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("request_sha256", sa.String(64), nullable=False),
    sa.Column("answer_sha256", sa.String(64), nullable=False),
    sa.Column("outcome", sa.String(32), nullable=False),
    sa.Column("tokens_in", sa.Integer, nullable=False),
    sa.Column("tokens_out", sa.Integer, nullable=False),
    sa.Column("cost", sa.Float, nullable=False),
)
FEATURE_COUNT = sa.Table(
    "feature_count",
    METADATA,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("subject", sa.String(32), primary_key=True),
    sa.Column("model", sa.String(80), primary_key=True),
    sa.Column("feature", sa.String(64), primary_key=True),
    sa.Column("bin", sa.Integer, primary_key=True),
    sa.Column("total", sa.BigInteger, nullable=False),
)
JOB = sa.Table(
    "job",
    METADATA,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("parameters", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
)
