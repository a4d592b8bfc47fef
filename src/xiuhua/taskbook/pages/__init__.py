"""Server-rendered pages of the task book; each works without JavaScript."""
