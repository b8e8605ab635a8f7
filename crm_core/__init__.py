"""The CRM's own records, one package per area; each with models, commands, operations, queries and handlers."""
