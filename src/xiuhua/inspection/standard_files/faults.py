"""What is said of a file of standards that cannot be taken."""

from xiuhua.foundation.placed.faults import Faulty
from xiuhua.inspection.refusals import Refused


class StandardsRefused(Faulty, Refused):
    """Standards that were refused as a whole."""
