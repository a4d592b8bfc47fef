"""The task book as a file: YAML or XLSX in, every fault with its place and what to do; YAML or XLSX out."""
