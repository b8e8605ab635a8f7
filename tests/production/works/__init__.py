"""What the diagrams of these tests call, as an app of its own."""
