"""What is owed to whom: rendering, pacing, sending."""
