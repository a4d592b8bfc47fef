"""Every write of the room: organisations, accounts, assignments."""
