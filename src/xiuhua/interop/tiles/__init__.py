"""Vector tiles of every layer of the city, encoded here with numpy and shapely."""
