"""What was said and done with a customer: calls, visits, notes, and the timeline over all of it."""
