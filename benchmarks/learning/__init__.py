"""What is learned of an outlet, and what that is worth."""
