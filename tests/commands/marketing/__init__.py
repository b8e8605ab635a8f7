"""Commands of this area, one file per command."""
