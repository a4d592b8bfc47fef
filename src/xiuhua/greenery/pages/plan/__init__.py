"""Pages of plans: what to plant and where to open a gate, from a draft to work orders."""
