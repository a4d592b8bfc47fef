"""One reader for each family of files; each gives a Table."""
