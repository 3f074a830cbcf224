"""How often each feature fell into each of its bins, by day and model."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """One row a day, model, feature and bin."""
    op.create_table(
        "feature_count",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("subject", sa.String(32), primary_key=True),
        sa.Column("model", sa.String(80), primary_key=True),
        sa.Column("feature", sa.String(64), primary_key=True),
        sa.Column("bin", sa.Integer, primary_key=True),
        sa.Column("total", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Without it drift of features is not seen; nothing else changes."""
    op.drop_table("feature_count")
