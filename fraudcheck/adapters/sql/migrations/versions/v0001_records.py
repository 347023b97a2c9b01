"""The first tables: records, their personal values, policies, and look-up rows (checks, identities)."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "records",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("tenant", CODE, nullable=False),
        sa.Column("check_id", CODE, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("record_hash", sa.LargeBinary, nullable=False),
        sa.Column("idempotency", CODE),
        sa.Column("body_digest", CODE),
    )
    op.create_index("records_check", "records", ["tenant", "check_id"], unique=True)
    op.create_index(
        "records_idempotency",
        "records",
        ["tenant", "idempotency"],
        unique=True,
        sqlite_where=sa.text("idempotency IS NOT NULL"),
        postgresql_where=sa.text("idempotency IS NOT NULL"),
    )
    op.create_table(
        "personal",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("check_id", CODE, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "policies",
        sa.Column("hash", CODE, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "checks",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("check_id", CODE, primary_key=True),
        sa.Column("checked_at", CODE, nullable=False),
        sa.Column("origin", CODE, nullable=False),
        sa.Column("vendor", CODE),
        sa.Column("decision", CODE, nullable=False),
        sa.Column("classification", CODE, nullable=False),
        sa.Column("trust_score", sa.Integer, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("revises", CODE),
        sqlite_with_rowid=False,
    )
    op.create_index("checks_vendor", "checks", ["tenant", "vendor", "check_id"])
    op.create_index("checks_revises", "checks", ["tenant", "revises"])
    op.create_table(
        "identities",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("token", CODE, primary_key=True),
        sa.Column("check_id", CODE, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("identities_check", "identities", ["tenant", "check_id"])
