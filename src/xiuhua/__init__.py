"""xiuhua (绣花): an open platform with which a district cares for its city."""

__version__ = "0.1.0"
