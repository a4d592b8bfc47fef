"""The work lists."""
