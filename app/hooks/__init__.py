"""The address at which providers call us when something happened."""
