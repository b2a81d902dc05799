"""What people are told of, and the places that a party has it told to."""
