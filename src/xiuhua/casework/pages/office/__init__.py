"""What the engineer looks after: categories with questions and standards, how long what persons told is kept."""
