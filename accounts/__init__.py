"""Who works here: people, the units they belong to, what they may do, who stands in for them, and when they work."""
