"""Sample works for a new machine, so that Explore is not empty: drawn by the local renderer, marked, removable."""
