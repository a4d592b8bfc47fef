"""Pages of the index with its doubt, agreement, what "100 %" means."""
