"""What the killed processes do, as an app of its own: a mark in the database and a letter to the outside."""
