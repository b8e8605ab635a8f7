"""Stories run end to end through commands with a driven clock."""
