"""Pages of the map of greenery: what was measured of each home, street and park; what one more tree or gate changes."""
