"""What admins see and do, and what they are told."""
