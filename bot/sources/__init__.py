"""Where items come from: fetching, what not to dial, feed parsing, seed files, when to ask again."""
