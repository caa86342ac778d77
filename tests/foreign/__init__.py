"""What foreign_decoders.py asks of other people's programs."""
