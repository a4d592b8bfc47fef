"""Every write of the foundation: one transaction each, with its event."""
