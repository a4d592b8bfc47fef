"""What is said of a plan that was asked for and cannot be made, field by field."""

from xiuhua.casework.refusals import Refused
from xiuhua.foundation.placed.faults import Faulty


class FaultsFound(Faulty, Refused):
    """A plan that was refused as a whole."""
