"""Areas, grids, streets, waters, greens, buildings, sites, components; who answers for what."""
