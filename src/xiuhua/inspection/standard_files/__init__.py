"""Standards as files: YAML or XLSX in, every fault with its place and what to do; YAML or XLSX out."""
