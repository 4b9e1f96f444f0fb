"""Telling open pages what changed: a bus over Redis, and one websocket an open page."""
