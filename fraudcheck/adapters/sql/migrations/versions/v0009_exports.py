"""What was reported to advertising platforms, so that nothing is reported twice."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "exports",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("platform", CODE, primary_key=True),
        sa.Column("lead", CODE, primary_key=True),
        sa.Column("event", CODE, primary_key=True),
        sa.Column("nth", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("identifier", CODE, nullable=False),
        sa.Column("value", CODE),
        sa.Column("currency", CODE),
        sa.Column("at", CODE, nullable=False),
        sa.Column("exported_at", CODE, nullable=False),
        sa.Column("file", CODE, nullable=False),
        sa.Column("written", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
