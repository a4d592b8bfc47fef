"""OpenStreetMap in: read a .osm.pbf by a readable mapping and load every layer of a district."""
