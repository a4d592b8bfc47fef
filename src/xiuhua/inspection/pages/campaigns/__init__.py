"""Pages of campaigns and lists."""
