"""Checks that were judged while the counts were away, to be judged again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table of what waits."""
    op.create_table(
        "uncounted",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("check_id", CODE, primary_key=True),
        sa.Column("tag", CODE, nullable=False),
        sa.Column("taken_by", CODE),
        sa.Column("taken_at", sa.Float),
    )
    op.create_index("uncounted_oldest", "uncounted", ["check_id"])
