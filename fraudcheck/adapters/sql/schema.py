"""In which tables does the ledger lie? Written for SQLite and PostgreSQL; what only one knows is in ``engine``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

HEAD = "0001"
"""The migration that this code is written for."""

metadata = MetaData()

records = Table(
    "records",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("tenant", String, nullable=False),
    Column("check_id", String, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("record_hash", LargeBinary, nullable=False),
    Column("idempotency", String),
    Column("body_digest", String),
    Index("records_check", "tenant", "check_id", unique=True),
)
_keyed = records.c.idempotency.is_not(None)
Index(
    "records_idempotency",
    records.c.tenant,
    records.c.idempotency,
    unique=True,
    sqlite_where=_keyed,
    postgresql_where=_keyed,
)

personal = Table(
    "personal",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("check_id", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("hash", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# Written after the answer, from the records; may be dropped and made again.
checks = Table(
    "checks",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("check_id", String, primary_key=True),
    Column("checked_at", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("vendor", String),
    Column("decision", String, nullable=False),
    Column("classification", String, nullable=False),
    Column("trust_score", Integer, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("revises", String),
    Index("checks_vendor", "tenant", "vendor", "check_id"),
    Index("checks_revises", "tenant", "revises"),
    sqlite_with_rowid=False,
)

identities = Table(
    "identities",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("token", String, primary_key=True),
    Column("check_id", String, primary_key=True),
    Index("identities_check", "tenant", "check_id"),
    sqlite_with_rowid=False,
)
