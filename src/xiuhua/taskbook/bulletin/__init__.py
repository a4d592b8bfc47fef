"""Monthly bulletins: what they say, each figure with its number and its source, as PDF and as XLSX."""
