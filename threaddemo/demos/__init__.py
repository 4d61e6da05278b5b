"""The demos, one module each: the file's name is the command's, with dashes for underscores."""
