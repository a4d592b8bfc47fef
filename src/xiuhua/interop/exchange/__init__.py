"""Files in and out: what a district brings is checked row by row, what it takes away can be loaded again."""
