"""Pages of standards with their items."""
