"""Users, organisations, roles, and what each may do where."""
