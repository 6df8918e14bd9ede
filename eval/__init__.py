"""How good and how fast a classifier is. Imports neither torch nor transformers."""
