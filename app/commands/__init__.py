"""The operator's commands: what they share, and those that come in groups."""
