"""The desk of casework serves the contract tests too."""

from casework.conftest import desk, desks

__all__ = ["desk", "desks"]
