"""Words of the task book for templates."""
