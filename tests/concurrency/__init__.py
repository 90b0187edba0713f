"""Races on real PostgreSQL: threads at a barrier. Remove the lock and the test fails."""
