"""Which tables does the ledger have, in SQLite and PostgreSQL alike? What differs between them is in ``engine``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

HEAD = "0011"
"""The latest migration: the tables below are those that it makes."""

CODE = String().with_variant(String(collation="C"), "postgresql")
"""Text that is compared byte by byte, as ids and times need. A language's collation gives hyphens and capitals less
weight."""

metadata = MetaData()

# ``record`` is canonical JSON, ``record_hash`` its SHA-256. ``idempotency`` and ``body_digest`` are keyed hashes of the
# request's Idempotency-Key and body.
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

# Personal values of each record, with the salts of their commitments. Erasing a person deletes the row.
personal = Table(
    "personal",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("check_id", CODE, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# Checks that were judged while the counts were away, and have to be judged again. A row is written with its record, and
# deleted with the record of its revision. ``tag`` is the one that their counting was tried under; ``taken_by`` and
# ``taken_at`` (Unix seconds) say which process is at them.
uncounted = Table(
    "uncounted",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("check_id", CODE, primary_key=True),
    Column("tag", CODE, nullable=False),
    Column("taken_by", CODE),
    Column("taken_at", Float),
    Index("uncounted_oldest", "check_id"),
)

# Policies and models, by the hash that records name them by.
policies = Table(
    "policies",
    metadata,
    Column("hash", CODE, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# Look-up rows, one for each record. They are written after the answer, and can be made again from the records.
# ``origin`` is ``live``, ``batch:…`` or ``revision``; ``revises`` is the check that this one replaces. What an audit
# reads of each lead is stored as numbers, in the first columns: ``source`` and ``kind`` are ids of terms, ``day`` the
# ordinal of the date (UTC), ``price`` is in millionths of the currency. ``enquiry`` and ``band`` are ids of terms too,
# null where nobody looked. ``form_at`` is when the form was sent, in milliseconds since 1970, null where that was at
# the check.
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
    Column("enquiry", Integer),
    Column("band", Integer),
    Column("form_at", BigInteger),
    Index("checks_revises", "tenant", "revises"),
    sqlite_with_rowid=False,
)

# JSON arrays that many leads share, each stored once under a number. A source is [vendor, campaign, sub-id, channel],
# a kind is [decision, classification, currency, reasons], a tag is {NAME: VALUE}, an enquiry and a band are tags.
terms = Table(
    "terms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("tenant", CODE, nullable=False),
    Column("text", CODE, nullable=False),
    Index("terms_text", "tenant", "text", unique=True),
)

# Look-up rows too: by what a check may be listed, one row for each ``term``. A check that a newer version replaced has
# none, as listings leave it out. A term belongs to one tenant, so no column tells the tenant.
tags = Table(
    "tags",
    metadata,
    Column("term", Integer, primary_key=True, autoincrement=False),
    Column("check_id", CODE, primary_key=True),
    sqlite_with_rowid=False,
)

# Look-up rows too: how each vendor was written first, by the check ``check_id``. ``key`` is ``identifiers.vendor_key``.
vendors = Table(
    "vendors",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("key", CODE, primary_key=True),
    Column("name", CODE, nullable=False),
    Column("check_id", CODE, nullable=False),
    sqlite_with_rowid=False,
)

# Look-up rows too: the keyed tokens of each check's identities, to find the checks of one person.
identities = Table(
    "identities",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("token", CODE, primary_key=True),
    Column("check_id", CODE, primary_key=True),
    Index("identities_check", "tenant", "check_id"),
    sqlite_with_rowid=False,
)

# Tombstones: what was erased, and when, by tokens (``check:ID`` or those of identities), so that a record that comes
# later is kept without personal values.
erasures = Table(
    "erasures",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("token", CODE, primary_key=True),
    Column("erased_at", CODE, nullable=False),
    Index("erasures_at", "erased_at"),
)

# Outcomes of leads, in the order in which they were reported; no personal data. ``check_id`` is the check that the
# outcome was reported for, ``lead`` the first version of the same lead. ``at`` is when it happened, ``told_at`` when it
# was reported; ``digest`` recognises the same outcome when it is reported again.
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

# Confirmations of leads, in the order in which they were told, each with the version that was made of it: the check
# ``version`` replaced the check ``revises``. ``lead`` is the first version. Erasing a person deletes them.
confirmations = Table(
    "confirmations",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("lead", CODE, primary_key=True),
    Column("nth", Integer, primary_key=True, autoincrement=False),
    Column("channel", CODE, nullable=False),
    Column("how", CODE, nullable=False),
    Column("buyer", CODE, nullable=False),
    Column("at", CODE, nullable=False),
    Column("told_at", CODE, nullable=False),
    Column("revises", CODE, nullable=False),
    Column("version", CODE, nullable=False),
    Index("confirmations_revises", "tenant", "revises"),
    Index("confirmations_version", "tenant", "version"),
    sqlite_with_rowid=False,
)

# What was written into files for advertising platforms (``ports.exports.Export``); no personal data. ``lead`` is the
# first version of the lead, ``written`` 1 once the file is known to be in its place.
exports = Table(
    "exports",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("platform", CODE, primary_key=True),
    Column("lead", CODE, primary_key=True),
    Column("event", CODE, primary_key=True),
    Column("nth", Integer, primary_key=True, autoincrement=False),
    Column("kind", CODE, nullable=False),
    Column("name", CODE, nullable=False),
    Column("identifier", CODE, nullable=False),
    Column("value", CODE),
    Column("currency", CODE),
    Column("at", CODE, nullable=False),
    Column("exported_at", CODE, nullable=False),
    Column("file", CODE, nullable=False),
    Column("written", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Which leads were claimed back from their vendors, each once; no personal data. ``lead`` is the first version of the
# lead, ``check_id`` the one that the claim rests on; ``claim`` is the id of the claim that it stands in. ``vendor`` is
# ``identifiers.vendor_key``, ``reason`` the contract's. ``price`` and ``amount`` (what is claimed of it) are in
# millionths of ``currency``. ``answer`` is the vendor's, null while there is none, ``credited`` what it gave back.
claims = Table(
    "claims",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("lead", CODE, primary_key=True),
    Column("check_id", CODE, nullable=False),
    Column("claim", CODE, nullable=False),
    Column("vendor", CODE, nullable=False),
    Column("reason", CODE, nullable=False),
    Column("currency", CODE),
    Column("price", BigInteger),
    Column("amount", BigInteger, nullable=False),
    Column("claimed_at", CODE, nullable=False),
    Column("answer", CODE),
    Column("credited", BigInteger),
    Column("answered_at", CODE),
    Index("claims_claim", "tenant", "claim"),
    sqlite_with_rowid=False,
)

# The review of leads by people. ``lead`` is the first version of the lead. ``taken_by`` and ``taken_at`` (Unix seconds)
# say whose screen it is on. ``decision`` is genuine, fake or later, null while nothing was decided; ``note`` is what
# the reviewer wrote, which may be personal: erasing the person deletes it. ``decided_by`` is the id of the key.
reviews = Table(
    "reviews",
    metadata,
    Column("tenant", CODE, primary_key=True),
    Column("lead", CODE, primary_key=True),
    Column("check_id", CODE, nullable=False),
    Column("taken_by", CODE),
    Column("taken_at", Float),
    Column("decision", CODE),
    Column("reason", CODE),
    Column("note", Text),
    Column("decided_by", CODE),
    Column("decided_at", CODE),
    Index("reviews_check", "tenant", "check_id"),
    sqlite_with_rowid=False,
)
