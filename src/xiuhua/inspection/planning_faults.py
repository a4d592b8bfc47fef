"""What is said of a plan that was asked for and cannot be made, field by field."""

from xiuhua.foundation.placed.faults import Faulty
from xiuhua.inspection.refusals import Refused


class FaultsFound(Faulty, Refused):
    """A plan that was refused as a whole."""
