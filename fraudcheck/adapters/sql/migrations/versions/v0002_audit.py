"""Sources and prices of leads, for vendor audits, and outcomes of leads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Replace ``checks`` by an empty table, which is filled from the records at the next start; add the outcomes."""
    op.drop_table("checks")
    op.create_table(
        "checks",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("check_id", CODE, primary_key=True),
        sa.Column("checked_at", CODE, nullable=False),
        sa.Column("origin", CODE, nullable=False),
        sa.Column("revises", CODE),
        sa.Column("source", sa.Integer, nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("trust_score", sa.Integer, nullable=False),
        sa.Column("price", sa.BigInteger),
        sa.Column("vendor", CODE),
        sa.Column("decision", CODE, nullable=False),
        sa.Column("classification", CODE, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("checks_vendor", "checks", ["tenant", "vendor", "check_id"])
    op.create_index("checks_revises", "checks", ["tenant", "revises"])
    op.create_table(
        "terms",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("tenant", CODE, nullable=False),
        sa.Column("text", CODE, nullable=False),
    )
    op.create_index("terms_text", "terms", ["tenant", "text"], unique=True)
    op.create_table(
        "outcomes",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("tenant", CODE, nullable=False),
        sa.Column("lead", CODE, nullable=False),
        sa.Column("check_id", CODE, nullable=False),
        sa.Column("outcome", CODE, nullable=False),
        sa.Column("reason", CODE),
        sa.Column("amount", CODE),
        sa.Column("currency", CODE),
        sa.Column("buyer", CODE),
        sa.Column("at", CODE, nullable=False),
        sa.Column("told_at", CODE, nullable=False),
        sa.Column("digest", CODE, nullable=False),
    )
    op.create_index("outcomes_lead", "outcomes", ["tenant", "lead"])
    op.create_index("outcomes_digest", "outcomes", ["tenant", "digest"], unique=True)
