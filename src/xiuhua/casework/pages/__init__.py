"""Pages of casework: for residents, for the desk and the units, for inspectors in the field."""
