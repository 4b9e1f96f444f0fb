"""Starting Kinora's processes together, keeping them up, and ending them together."""
