"""What is done once a night: the audit, the sweep of the store, and a look at the models."""
