"""The prediction log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One row a document, record or message that was answered."""
    op.create_table(
        "prediction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("degraded", sa.Boolean, nullable=False),
        sa.Column("abstained", sa.Boolean, nullable=False),
        sa.Column("score", sa.Float, nullable=True),
        sa.Column("label", sa.String(64), nullable=False),
    )
    op.create_index("ix_prediction_subject_at", "prediction", ["subject", "at"])
    op.create_index("ix_prediction_document", "prediction", ["document"])


def downgrade() -> None:
    """Without the log nothing else changes."""
    op.drop_table("prediction")
