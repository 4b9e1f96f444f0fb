"""The engine turns on both databases."""

from tests.database.both import ada, bob, database_url, hands

__all__ = ["ada", "bob", "database_url", "hands"]
