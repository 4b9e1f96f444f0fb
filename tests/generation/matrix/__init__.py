"""The engine against Google's stand-in: every answer a provider may give, and what becomes of the creation."""
