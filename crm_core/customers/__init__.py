"""Who we do business with: customers, their contacts and tags."""
