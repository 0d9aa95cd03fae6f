"""What rules would have done with the items that are stored."""
