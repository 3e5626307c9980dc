"""Handing a frozen message over to a recipient, one channel a module.

`send` looks at the recipient's channel and calls its module. A channel takes the forms as stored
and adds only what is meant for this recipient. It calls back right before it does what cannot be undone,
and raises `DeliveryError` with one sentence for the person who reads the list of deliveries, and with
whether trying again may do. What was tried and what came of it is recorded by the caller.
"""

from monitor.deliver.sending import send

__all__ = ["send"]
