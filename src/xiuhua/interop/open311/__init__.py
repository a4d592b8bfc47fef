"""Open311 GeoReport v2: reports and cases for programs of others, in XML and JSON (docs/interfaces/open311.md)."""
