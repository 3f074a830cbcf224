"""Supplier documents: one normal form out of UBL, CII, Factur-X and PDF with text."""
