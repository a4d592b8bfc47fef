"""Pages of inspection, for planners, assessors, inspectors and everybody."""
