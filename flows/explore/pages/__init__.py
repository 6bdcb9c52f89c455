"""The pages of the explorer, a module for each: `page` takes the room and the request, and returns the answer."""
