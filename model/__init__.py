"""From clauses to predictions. Knows nothing of files of policies, of training or of serving."""
