"""How the Northwind company's files become our records; the files themselves are not part of the project."""
