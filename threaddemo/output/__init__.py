"""What users see: the narrative on stderr, the result and the picture on stdout."""
