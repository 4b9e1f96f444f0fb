"""The dashboard: reads every room, lends nothing."""
