"""`scripts/chaos`: every program of a production installation is killed at random under load; nothing may get lost."""
