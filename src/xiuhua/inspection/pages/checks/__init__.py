"""Pages of checks, their photos and what is odd about them."""
