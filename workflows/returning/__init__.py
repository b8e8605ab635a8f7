"""Going back in a running process: what led to a step, what going back undoes and leaves, and carrying it out."""
