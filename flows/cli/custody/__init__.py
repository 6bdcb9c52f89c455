"""The commands that keep, prove and remove what was collected: backup, verify, forget."""
