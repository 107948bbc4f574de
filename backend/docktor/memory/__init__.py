"""What is remembered: the journal (the record) and the DuckDB index (for questions)."""
