"""Cases from the files of another system: read, understood row by row, written in batches."""
