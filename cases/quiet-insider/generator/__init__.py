"""Makes the evidence of this case: standard library only, the same bytes with any Python from 3.11 on."""
