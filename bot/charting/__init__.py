"""Charts: how many items a day a query matches, counted and drawn."""
