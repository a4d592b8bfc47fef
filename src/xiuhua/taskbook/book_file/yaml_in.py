"""Read a book from YAML."""

from django.utils.translation import gettext as _

from xiuhua.foundation.placed import yaml_in
from xiuhua.foundation.placed.reading import Read
from xiuhua.taskbook.book_file.reading import MOST, unreadable


def read_yaml(content: bytes) -> Read:
    """Nested data with the line of each key and item. Keys that stand twice are faults.

    Raises ``BookRefused`` for what is no YAML in UTF-8, with the line.
    """
    begin = (_("A book begins with its keys."), _("Write lines such as key: needlework-2022-2024."))
    return yaml_in.read_yaml(content, unreadable, most=MOST, begin=begin)
