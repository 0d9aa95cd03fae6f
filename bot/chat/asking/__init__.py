"""Answers from what is stored: by page, as a picture, in any chat."""
