"""Which changes have the tables seen? One migration a file, oldest first; the SQL of a released one never changes."""
