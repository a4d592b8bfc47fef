"""Pages of living rooms."""
