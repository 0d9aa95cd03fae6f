"""Who talks with the bot and how: let in, set up, erased; groups and channels."""
