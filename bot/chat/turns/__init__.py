"""What happened in a chat, what a handler is given of it, and what it leaves to be done."""
