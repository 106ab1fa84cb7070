"""What a person sees besides a push: tables and timelines for the terminal. Pure: values in, renderables out."""
