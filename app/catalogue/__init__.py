"""The models people may choose from: what each can do and costs, kept as data, and who serves a kind now."""
