"""Pages of greenery: the district, an area, one home, one street, one park, an address, what is missing."""
