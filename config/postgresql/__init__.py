"""Django's PostgreSQL backend with fewer round trips: BEGIN travels with the first statement, the last with COMMIT."""
