"""From a report to a verified end: intake, dispatch, handling, checks, closing."""
