"""Pages of when each square was last seen."""
