"""How fast the portal is: a database of its own, filled by SQL, measured through the real views and verbs."""
