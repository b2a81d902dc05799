"""What runs on the signer's own machine: their key, the keys they know, and what they sign.

Nothing here believes the service: whatever it says is derived anew or compared with what is known.
"""
