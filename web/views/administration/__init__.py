"""The pages of administrators: people, units, rights, substitutions, working time, queues."""
