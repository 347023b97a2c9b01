"""Tombstones of what was erased, for records that come later."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "erasures",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("token", CODE, primary_key=True),
        sa.Column("erased_at", CODE, nullable=False),
    )
    op.create_index("erasures_at", "erasures", ["erased_at"])
