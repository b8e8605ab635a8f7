"""The pages of processes: what is deployed, what runs, what is stuck."""
