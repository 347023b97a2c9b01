"""Which leads were claimed back, and which ones people reviewed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "claims",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("lead", CODE, primary_key=True),
        sa.Column("check_id", CODE, nullable=False),
        sa.Column("claim", CODE, nullable=False),
        sa.Column("vendor", CODE, nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("currency", CODE),
        sa.Column("price", sa.BigInteger),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("claimed_at", CODE, nullable=False),
        sa.Column("answer", CODE),
        sa.Column("credited", sa.BigInteger),
        sa.Column("answered_at", CODE),
        sqlite_with_rowid=False,
    )
    op.create_index("claims_claim", "claims", ["tenant", "claim"])
    op.create_table(
        "reviews",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("lead", CODE, primary_key=True),
        sa.Column("check_id", CODE, nullable=False),
        sa.Column("taken_by", CODE),
        sa.Column("taken_at", sa.Float),
        sa.Column("decision", CODE),
        sa.Column("reason", CODE),
        sa.Column("note", sa.Text),
        sa.Column("decided_by", CODE),
        sa.Column("decided_at", CODE),
        sqlite_with_rowid=False,
    )
    op.create_index("reviews_check", "reviews", ["tenant", "check_id"])
