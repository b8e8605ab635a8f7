"""What was sold: products, orders, and the consumption they add up to."""
