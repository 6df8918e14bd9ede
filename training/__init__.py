"""From labelled documents to a bundle: pre-training, fine-tuning, export."""
