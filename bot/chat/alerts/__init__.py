"""What rang, what can be done about it, and when the bot may ring."""
