"""A derivation as one JSON document: what a page needs, and nothing that it must guess."""
