"""Outside services that make images, videos and text, behind one interface."""
