"""Tags of inspection."""
