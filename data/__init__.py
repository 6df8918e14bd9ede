"""From the bytes of a policy to clauses with gold labels. Knows nothing of models."""
