"""The index: which of very many queries a text rings, without asking each of them."""
