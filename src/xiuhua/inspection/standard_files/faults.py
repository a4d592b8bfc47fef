"""What is said of a file of standards that cannot be taken."""

from xiuhua.casework.refusals import Refused
from xiuhua.foundation.placed.faults import Faulty


class StandardsRefused(Faulty, Refused):
    """Standards that were refused as a whole."""
