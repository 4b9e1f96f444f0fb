"""The engine: states, steps, leases, submitting, watching, fetching, settling and sweeping."""
