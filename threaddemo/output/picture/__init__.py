"""The picture of a run: its rows in words, then drawn."""
