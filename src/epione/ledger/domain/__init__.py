"""The mathematics of the ledger: Merkle tree, leaves, signed checkpoints. Plain Python."""
