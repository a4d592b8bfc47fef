"""Writes of casework: each in one transaction, with its step, its event and its message."""
