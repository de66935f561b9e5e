"""What the generators of the worked cases share: standard library only, the same bytes with any Python from 3.11 on."""
