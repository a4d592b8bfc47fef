"""The door for machines that send measurements in batches."""
