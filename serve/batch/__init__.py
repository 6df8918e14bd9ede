"""Batch jobs: many policies in, tables of labelled clauses out."""
