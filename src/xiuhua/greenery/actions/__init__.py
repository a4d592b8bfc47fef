"""Every write of greenery."""
