"""A vendor's audit from counts of the ledger's leads: pure, no I/O."""
