"""Files that people write, read so that everything wrong is said at once, each with its place in the file."""
