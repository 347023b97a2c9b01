"""What makes the enquiries model: texts by several authors, their variation, folding and training."""
