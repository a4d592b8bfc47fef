"""Every promise has an owner, a number and its doubt: task book, indicators, scores, bulletins."""
