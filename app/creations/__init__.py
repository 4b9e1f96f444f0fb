"""What people make: the row, its life in words, publishing and deleting, and the files."""
