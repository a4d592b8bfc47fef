"""Pages of detectors."""
