"""Commands of the CRM for the shell."""
