"""People: who they are, how they join, log in and stay logged in."""
