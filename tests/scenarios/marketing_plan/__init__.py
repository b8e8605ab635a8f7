"""The process of marketing plans on the database, with a driven clock."""
