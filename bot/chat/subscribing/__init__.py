"""What a chat hears of: taken, listed, tuned, ended."""
