"""The families of scenes, by the name that a reading gives."""
