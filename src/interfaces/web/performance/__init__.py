"""What the pages of a contract's performance show: figures made ready to be laid out."""
