"""Pages of the red and black lists."""
