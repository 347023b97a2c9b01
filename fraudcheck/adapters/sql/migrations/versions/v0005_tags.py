"""Tags of checks, by which a listing finds its checks without reading those of others."""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tags, and tag the checks that have look-up rows; the others are tagged with these at the next start.

    A million checks take some minutes.
    """
    op.create_table(
        "tags",
        sa.Column("term", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("check_id", CODE, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.drop_index("checks_vendor", "checks")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
    op.execute("CREATE TEMPORARY TABLE tag_of (tenant VARCHAR, origin VARCHAR, term INTEGER, text VARCHAR)")
    op.execute("CREATE INDEX tag_of_term ON tag_of (term)")
    tag_of = sa.text("INSERT INTO tag_of VALUES (:tenant, :origin, :term, :text)")
    used = "SELECT DISTINCT t.tenant, t.id, t.text FROM checks c JOIN terms t ON t.id = c."
    rows = []
    for tenant, term, text in connection.execute(sa.text(used + "kind")):
        decision, classification, _, reasons = msgspec.json.decode(text)
        rows += [(tenant, None, term, {"decision": decision}), (tenant, None, term, {"classification": classification})]
        rows += [(tenant, None, term, {"reason": code}) for code in dict.fromkeys(reasons.split())]
    for tenant, term, text in connection.execute(sa.text(used + "source")):
        vendor = msgspec.json.decode(text)[0]
        rows += [(tenant, None, term, {"vendor": vendor}) for _ in [1] if vendor is not None]
    for tenant, origin in connection.execute(sa.text("SELECT DISTINCT tenant, origin FROM checks")):
        listed = dict.fromkeys((origin, "live") if origin == "revision" else (origin,))
        rows += [(tenant, origin, None, {"origin": name}) for name in listed]
    if rows:
        names = ("tenant", "origin", "term", "text")
        texts = [(*row[:3], msgspec.json.encode(row[3]).decode()) for row in rows]
        connection.execute(tag_of, [dict(zip(names, row, strict=True)) for row in texts])
    op.execute(
        "INSERT INTO terms (tenant, text) SELECT DISTINCT tenant, text FROM tag_of WHERE true ON CONFLICT DO NOTHING"
    )
    matches = (
        "tag_of.term = c.kind",
        "tag_of.term = c.source",
        "tag_of.tenant = c.tenant AND tag_of.origin = c.origin",
    )
    tagged = " UNION ALL ".join(
        f"SELECT t.id, c.check_id FROM checks c JOIN tag_of ON {match}"  # noqa: S608 - from above
        " JOIN terms t ON t.tenant = tag_of.tenant AND t.text = tag_of.text"
        " WHERE c.check_id NOT IN (SELECT revises FROM checks WHERE revises IS NOT NULL)"
        for match in matches
    )
    op.execute(f"INSERT INTO tags (term, check_id) {tagged} ORDER BY 1, 2")
    op.execute("DROP TABLE tag_of")
    if connection.dialect.name == "postgresql":  # which else plans without knowing how rare a tag is
        op.execute("ANALYZE terms, checks, tags")
