"""Draws the demonstration district: synthetic, deterministic by seed, and says so."""
