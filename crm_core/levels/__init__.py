"""How customers are graded: levels, the evidence for them, and the changes from one to another."""
