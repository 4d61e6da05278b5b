# What arguments.py finds beside it.
GREETING = "hello from beside"
