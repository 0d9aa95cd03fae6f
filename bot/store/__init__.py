"""What is kept: one database, the same statements on SQLite and PostgreSQL."""
