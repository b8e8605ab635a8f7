"""The complaint process on the database, with a driven clock."""
