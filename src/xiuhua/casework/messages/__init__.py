"""What those who follow a case, and the units that have it, are told of its steps."""
