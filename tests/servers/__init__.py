"""Real servers for tests, each with a folder of its own that goes when they do."""
