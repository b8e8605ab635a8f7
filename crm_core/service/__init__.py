"""Service: requests with their SLA clock, complaints, visits to customers, and asking back afterwards."""
