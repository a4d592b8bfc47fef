"""Pages of frames, plans and the planner's tables."""
