"""How does Alembic run the migrations? On the connection of ``adapters.sql.engine``, within its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
