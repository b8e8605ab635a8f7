"""What is run beside the product: set-up and measuring."""
