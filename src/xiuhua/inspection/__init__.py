"""Drawn samples, graded checks, cleanliness with its doubt, acceptance of places where one can sit on the ground."""
