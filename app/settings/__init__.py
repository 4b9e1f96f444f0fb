"""Values an admin changes at run time: typed, described, and cached for a moment."""
