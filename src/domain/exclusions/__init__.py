"""What is to be left out of the measurement: announced, asked for, granted or refused."""
