"""Erasing one person's data everywhere: which rows hold it, what is put in its place, and what stays provable."""
