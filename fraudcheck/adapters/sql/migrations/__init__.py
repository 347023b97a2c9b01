"""How are the tables of an older ledger brought up to date? Alembic migrations, which ``sql.engine`` runs at start."""
