"""The cases of the demonstration: two years of history by the hundred thousand, and today made move by move."""
