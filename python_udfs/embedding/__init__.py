"""Sentence-BERT vectors of distinct strings, cached in the ledger."""
