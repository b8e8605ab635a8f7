"""The pages of the CRM: customers, level changes, service requests and visits."""
