"""In which tables does the ledger lie? Written for SQLite and PostgreSQL; what only one knows is in ``engine``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

HEAD = "0002"
"""The migration that this code is written for."""

CODE = String().with_variant(String(collation="C"), "postgresql")
"""Text that is compared byte by byte, as ids and times are; in a language's order hyphens and capitals count less."""

metadata = MetaData()

records = Table(
    "records",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("tenant", CODE, nullable=False),
    Column("check_id", CODE, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("record_hash", LargeBinary, nullable=False),
    Column("idempotency", CODE),
    Column("body_digest", CODE),
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
    Column("tenant", CODE, primary_key=True),
    Column("check_id", CODE, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("hash", CODE, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# Written after the answer, from the records; may be dropped and made again. What an audit reads of every lead are
# numbers, and stand first: ``day`` is the date's ordinal, ``price`` millionths of the currency, ``source`` and
# ``kind`` are terms.
checks = Table(
    "checks",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("check_id", CODE, primary_key=True),
    Column("checked_at", CODE, nullable=False),
    Column("origin", CODE, nullable=False),
    Column("revises", CODE),
    Column("source", Integer, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("trust_score", Integer, nullable=False),
    Column("price", BigInteger),
    Column("vendor", CODE),
    Column("decision", CODE, nullable=False),
    Column("classification", CODE, nullable=False),
    Column("reasons", Text, nullable=False),
    Index("checks_vendor", "tenant", "vendor", "check_id"),
    Index("checks_revises", "tenant", "revises"),
    sqlite_with_rowid=False,
)

# What many leads have alike, as JSON, under a number of its own: where they came from (vendor, campaign, sub-id,
# channel) and what was said of them (decision, classification, currency, reasons).
terms = Table(
    "terms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("tenant", CODE, nullable=False),
    Column("text", CODE, nullable=False),
    Index("terms_text", "tenant", "text", unique=True),
)

identities = Table(
    "identities",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("token", CODE, primary_key=True),
    Column("check_id", CODE, primary_key=True),
    Index("identities_check", "tenant", "check_id"),
    sqlite_with_rowid=False,
)

# What became of leads, as it was told, in that order; no personal data. ``lead`` is the first version's check.
outcomes = Table(
    "outcomes",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("tenant", CODE, nullable=False),
    Column("lead", CODE, nullable=False),
    Column("check_id", CODE, nullable=False),
    Column("outcome", CODE, nullable=False),
    Column("reason", CODE),
    Column("amount", CODE),
    Column("currency", CODE),
    Column("buyer", CODE),
    Column("at", CODE, nullable=False),
    Column("told_at", CODE, nullable=False),
    Column("digest", CODE, nullable=False),
    Index("outcomes_lead", "tenant", "lead"),
    Index("outcomes_digest", "tenant", "digest", unique=True),
)
