"""Every write of inspection."""
