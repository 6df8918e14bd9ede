"""One file a format: from its bytes to the text and structure of the policy in it."""
