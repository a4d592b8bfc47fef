"""Greenery: green from every window, a park at every door, shade on every walk."""
