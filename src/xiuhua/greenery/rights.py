"""What one may do in greenery, by the names of the permissions."""

PLAN = "greenery.plan"
