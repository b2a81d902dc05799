"""The agreement once it is signed: in force, amended, renewed, ended."""
