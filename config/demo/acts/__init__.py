"""What happens in the demo company while it is watched: each act one command by somebody who has the right."""
