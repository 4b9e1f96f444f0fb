"""What is done once a night: the audit, and the sweep of the store."""
