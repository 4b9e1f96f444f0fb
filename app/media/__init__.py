"""Files that people made or gave: fetched, checked, re-made, marked, and shown small.

Pillow and PyAV are imported inside the functions that need them, so that a web process starts without them.
"""
