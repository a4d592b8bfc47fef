"""Read standards from YAML."""

from django.utils.translation import gettext as _

from xiuhua.foundation.placed import yaml_in
from xiuhua.foundation.placed.reading import Read
from xiuhua.inspection.standard_files.reading import MOST, unreadable


def read_yaml(content: bytes) -> Read:
    """Nested data with the line of each key and item. Keys that stand twice are faults.

    Raises ``StandardsRefused`` for what is no YAML in UTF-8, with the line.
    """
    begin = (_("The file begins with the key standards."), _("Write standards: and list them."))
    return yaml_in.read_yaml(content, unreadable, most=MOST, begin=begin)
