"""The ledger in an SQL database."""
