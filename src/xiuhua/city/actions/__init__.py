"""Every write of the city."""
