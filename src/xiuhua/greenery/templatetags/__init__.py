"""Tags of the templates of greenery."""
