"""Tests of the simulator; it knows no demo, so they bring small programs of their own."""
