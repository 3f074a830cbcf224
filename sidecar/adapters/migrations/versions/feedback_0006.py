"""Whether the answer that a person judged was a warning: people also say of one that let pass that it was wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Until now only warnings came back."""
    op.add_column("feedback", sa.Column("warned", sa.Boolean, nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Judged as warnings, as they were before."""
    op.drop_column("feedback", "warned")
