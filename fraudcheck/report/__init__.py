"""Audits of vendors, computed from the ledger's leads and outcomes. Nothing here does any I/O."""
