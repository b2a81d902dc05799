"""What a service level agreement is, and which move is allowed when.

Nothing here reads a clock, draws a random number or touches the outside: time and ids come in
with the command, facts go out.
"""
