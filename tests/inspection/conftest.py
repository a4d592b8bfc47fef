"""The desk of casework serves the tests of inspection too."""

from casework.conftest import desk, desks

__all__ = ["desk", "desks"]
