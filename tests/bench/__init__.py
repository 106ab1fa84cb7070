"""What heardback costs beside the tools that merely copy or index mail: ``make bench``."""
