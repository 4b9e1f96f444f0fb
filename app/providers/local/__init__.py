"""Draws images and videos in this house by procedure, from what a prompt says."""
