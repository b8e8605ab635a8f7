"""Running instances move to another version of their process: looked at before, in batches, one by one, and back."""
