"""Checkpoints on a channel of Hyperledger Fabric, through the Gateway service of a peer (Fabric 2.4 or later).

The chaincode is the network's; docs/operator.md says what it must do: `put(key, note)`, `get(key)`,
`keys(prefix, after)`. Tried on a double that verifies what a peer verifies, never on a real network.
"""

from .network import FabricNetwork as FabricNetwork
from .network import connect as connect
