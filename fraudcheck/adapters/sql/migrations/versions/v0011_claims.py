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
    _queue()


def _queue() -> None:
    """Tag the leads that wait for review: newest versions of no tests that say so, not erased and without outcomes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
    queue, review = '{"queue":"review"}', '{"decision":"review"}'
    op.execute(
        sa.text(
            "INSERT INTO terms (tenant, text) SELECT tenant, :queue FROM terms WHERE text = :review "
            "ON CONFLICT DO NOTHING"
        ).bindparams(queue=queue, review=review)
    )
    op.execute(
        sa.text(
            "INSERT INTO tags (term, check_id) SELECT queue.id, tags.check_id FROM terms queue "
            "JOIN terms review ON review.tenant = queue.tenant AND review.text = :review "
            "JOIN tags ON tags.term = review.id "
            "JOIN checks c ON c.tenant = queue.tenant AND c.check_id = tags.check_id "
            "JOIN personal p ON p.tenant = queue.tenant AND p.check_id = tags.check_id "
            "WHERE queue.text = :queue AND c.classification <> 'test' ON CONFLICT DO NOTHING"
        ).bindparams(queue=queue, review=review)
    )
    versions = (
        "WITH RECURSIVE told (tenant, check_id, depth) AS (SELECT tenant, lead, 0 FROM outcomes "
        "UNION SELECT c.tenant, c.check_id, told.depth + 1 FROM checks c "
        "JOIN told ON c.tenant = told.tenant AND c.revises = told.check_id WHERE told.depth < 100) "
    )
    op.execute(
        sa.text(
            f"{versions} DELETE FROM tags WHERE term IN (SELECT id FROM terms WHERE text = :queue) "  # noqa: S608
            "AND check_id IN (SELECT check_id FROM told)"
        ).bindparams(queue=queue)
    )
