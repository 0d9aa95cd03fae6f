"""What the bot says, in which language, and which way it runs."""
