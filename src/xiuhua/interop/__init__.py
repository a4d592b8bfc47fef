"""Files and protocols by which the city comes in and goes out."""
