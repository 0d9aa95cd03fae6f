"""What a person means by their words, and how it is said back to them."""
