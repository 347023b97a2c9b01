"""How are an older ledger's tables brought up to date? Alembic migrations, run by ``adapters.sql.engine``."""
