"""One vendor for spellings that differ in case and blanks only, under the first of them."""

import msgspec
import sqlalchemy as sa
from alembic import op

from fraudcheck.identifiers import vendor_key

revision = "0006"
down_revision = "0005"


CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the vendors, and give each one tag. Few rows are written, but for spellings that become one."""
    op.create_table(
        "vendors",
        sa.Column("tenant", CODE, primary_key=True),
        sa.Column("key", CODE, primary_key=True),
        sa.Column("name", CODE, nullable=False),
        sa.Column("check_id", CODE, nullable=False),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
    _add_vendors(connection)
    _join_tags(connection)


def _add_vendors(connection: sa.Connection) -> None:
    firsts: dict[tuple[str, str], dict[str, str]] = {}
    named = (
        "SELECT tenant, vendor, MIN(check_id) FROM checks WHERE vendor IS NOT NULL GROUP BY tenant, vendor ORDER BY 3"
    )
    for tenant, name, check_id in connection.execute(sa.text(named)):
        row = {"tenant": tenant, "key": vendor_key(name), "name": name, "check_id": check_id}
        firsts.setdefault((tenant, row["key"]), row)
    if firsts:
        insert = sa.text("INSERT INTO vendors (tenant, key, name, check_id) VALUES (:tenant, :key, :name, :check_id)")
        connection.execute(insert, list(firsts.values()))


def _join_tags(connection: sa.Connection) -> None:
    tagged = sa.text("SELECT id, tenant, text FROM terms WHERE text LIKE :begin ORDER BY id")
    found = connection.execute(tagged, {"begin": '{"vendor":%'})
    terms = {(tenant, text): term for term, tenant, text in found}
    for (tenant, text), term in list(terms.items()):
        joined = msgspec.json.encode({"vendor": vendor_key(msgspec.json.decode(text)["vendor"])}).decode()
        other = terms.setdefault((tenant, joined), term)
        values = {"term": term, "other": other, "text": joined}
        if other == term:
            connection.execute(sa.text("UPDATE terms SET text = :text WHERE id = :term"), values)
            continue
        move = "INSERT INTO tags (term, check_id) SELECT :other, check_id FROM tags WHERE term = :term"
        connection.execute(sa.text(f"{move} ON CONFLICT DO NOTHING"), values)
        connection.execute(sa.text("DELETE FROM tags WHERE term = :term"), values)
