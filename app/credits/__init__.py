"""Credits: the ledger, and the balance it adds up to."""
