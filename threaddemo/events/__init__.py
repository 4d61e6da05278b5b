"""What threads do, noted: the vocabulary, the recorder, and the twins that it hears of."""
