"""What runs in a script's own process, beside the script: it needs nothing of the rest."""
