"""The kind of enquiry and the band of each check, for audits and listings."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns. They are empty for the checks that are there: nobody looked at these."""
    op.add_column("checks", sa.Column("enquiry", sa.Integer))
    op.add_column("checks", sa.Column("band", sa.Integer))
