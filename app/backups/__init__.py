"""Copies of a whole house, and houses made from them: `kinora backup`, `kinora restore`."""
