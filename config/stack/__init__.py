"""The embedded stack: PostgreSQL, Valkey, web, worker and beat under one command."""
