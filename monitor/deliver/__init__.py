"""Handing a frozen edition over to a recipient, one channel a module.

`send` looks at the delivery's channel and calls its module. A channel takes the rendered
edition as stored, changes nothing in it, may be called again for the same delivery without
harm, and raises `DeliveryError` with one sentence for the person who reads the list of
deliveries. What was tried and what came of it is recorded by the caller.
"""

from monitor.deliver.sending import send

__all__ = ["send"]
