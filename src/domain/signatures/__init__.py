"""What a party signs, and how anybody can check it: statements, keys, signatures.

The signing itself happens on the party's own machine; here signatures are only verified, which is
pure arithmetic. These modules import the standard library and ``cryptography`` and nothing else,
because the stand-alone verifier is made of them; only ``checking``, which refuses by rule, knows
of deciders.
"""
