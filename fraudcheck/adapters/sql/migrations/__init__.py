"""How does a ledger come to its present shape? Alembic's scripts, run by ``adapters.sql`` at the start."""
