"""Marketing: plans with their revisions and money, the campaigns they become, and the rules they are held to."""
