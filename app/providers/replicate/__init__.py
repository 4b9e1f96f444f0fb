"""Models that Replicate runs, over plain HTTP: each is an entry of the catalogue, and none is known here by name."""
