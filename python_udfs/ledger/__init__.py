"""Durable writes into the ledger."""
