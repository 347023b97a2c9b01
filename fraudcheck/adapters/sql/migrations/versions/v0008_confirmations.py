"""Confirmations of leads, each with the version of the lead that was made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "confirmations",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("lead", CODE, primary_key=True),
        sa.Column("nth", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("how", CODE, nullable=False),
        sa.Column("buyer", CODE, nullable=False),
        sa.Column("at", CODE, nullable=False),
        sa.Column("told_at", CODE, nullable=False),
        sa.Column("revises", CODE, nullable=False),
        sa.Column("version", CODE, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("confirmations_revises", "confirmations", ["tenant", "revises"])
    op.create_index("confirmations_version", "confirmations", ["tenant", "version"])
