"""The tests that take minutes: what ``process`` promises, at the volumes that find more."""
