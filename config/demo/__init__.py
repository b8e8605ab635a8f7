"""The demo company: a small bilingual trading group with two branches, made through the product's own commands."""
